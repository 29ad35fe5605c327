/** Two processes sum a buffer over shared memory: all-reduce.ts BYTES STEPS */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createSegment } from "../../src/collective/segment.ts";
import { segmentBytes } from "../../src/collective/segment-layout.ts";
import { sizes } from "./timing.ts";

const SIZE = 2;
const [bytes, steps] = sizes() as [number, number];
const member = fileURLToPath(new URL("all-reduce-member.ts", import.meta.url));
using segment = createSegment(segmentBytes({ numShards: SIZE, size: SIZE, slotBytes: bytes }));

const runMember = (rank: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const args = ["--import", "tsx", member, segment.path, ...[rank, SIZE, bytes, steps].map(String)];
    const env = { ...process.env, TENSORFLEET_THREADS: "1" };
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`member ${rank}: exit code ${code}`)),
    );
  });

const [first] = await Promise.all(Array.from({ length: SIZE }, (_, rank) => runMember(rank)));
console.log((first as string).trim());
