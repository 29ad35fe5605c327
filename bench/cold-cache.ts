/**
 * How fast a file that does not fit into memory is read in the order of a block shuffle, against reading it from end to end; and how much
 * memory of its own the reader takes. Both run in a control group of limited memory, from a cold page cache, in turns. Needs root.
 * node --import tsx bench/cold-cache.ts [--gigabytes 2] [--limit 1 | --limit 0: none] [--rounds 3] [--report NAME]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as tf from "../src/index.ts";
import { median, writeReport } from "./report.ts";

const { values } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "2" },
    limit: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    report: { type: "string" },
  },
});
const [gigabytes, limit, rounds] = [Number(values.gigabytes), Number(values.limit), Number(values.rounds)];
const RECORD_BYTES = 65_536;
const folder = fileURLToPath(new URL(".", import.meta.url));

interface Reading {
  readonly megabytesPerSecond: number;
  readonly mostPrivateBytes: number;
}

function writeRecords(path: string): void {
  const record = new Uint8Array(RECORD_BYTES);
  const words = new Uint32Array(record.buffer);
  using writer = new tf.io.TFRecordWriter(path);
  for (let i = 0; i < (gigabytes * 2 ** 30) / RECORD_BYTES; i++) {
    for (let w = 0; w < words.length; w += 16) words[w] = (i * 2_654_435_761 + w) >>> 0;
    writer.write(record);
  }
}

/** A control group of its own; version 1 or 2, whichever is there. */
function makeGroup(): { path: string; limitFile: string } {
  const name = `tensorfleet-bench-${process.pid}`;
  const isOld = existsSync("/sys/fs/cgroup/memory");
  const path = join(isOld ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup", name);
  mkdirSync(path);
  return { path, limitFile: join(path, isOld ? "memory.limit_in_bytes" : "memory.max") };
}

/** Puts the pages of a file out of the cache. */
function evict(path: string): void {
  execFileSync("dd", [
    `of=${path}`,
    "if=/dev/null",
    "count=0",
    "conv=notrunc,fdatasync",
    "oflag=nocache",
    "status=none",
  ]);
  execFileSync("dd", [`if=${path}`, "count=0", "iflag=nocache", "status=none"]);
}

function read(path: string, how: string, group: string | undefined): Reading {
  evict(path);
  const command = [process.execPath, "--import", "tsx", "workloads/cold-read.ts", path, how];
  const entering = group ? `echo $$ > ${group}/cgroup.procs && ` : "";
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `${entering}exec "$@"`, "sh", ...command], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0)
    throw new Error(`bench: expected the ${how} reader to end well, got exit code ${status}:\n${stderr}`);
  return JSON.parse(stdout) as Reading;
}

const scratch = mkdtempSync(join(tmpdir(), "tensorfleet-bench-"));
const group = limit > 0 ? makeGroup() : undefined;
const readings: Record<"sequential" | "blocks", Reading[]> = { sequential: [], blocks: [] };
try {
  const path = join(scratch, "large.tfrecord");
  writeRecords(path);
  if (group) writeFileSync(group.limitFile, String(Math.round(limit * 2 ** 30)));
  for (let round = 0; round < rounds; round++)
    for (const how of ["sequential", "blocks"] as const) readings[how].push(read(path, how, group?.path));
} finally {
  if (group) rmdirSync(group.path);
  rmSync(scratch, { recursive: true, force: true });
}

const rate = (how: "sequential" | "blocks"): number =>
  median(readings[how].map((reading) => reading.megabytesPerSecond));
const privateMegabytes = Math.max(...readings.blocks.map((reading) => reading.mostPrivateBytes)) / 2 ** 20;
const table = [
  `${gigabytes} GB of 64 KB records, ${limit > 0 ? `memory limited to ${limit} GB` : "memory not limited"}, cold cache, median of ${rounds}`,
  "",
  "| | |",
  "|---|---|",
  `| from end to end, MB/s | ${rate("sequential").toFixed(0)} |`,
  `| in the order of a block shuffle, MB/s | ${rate("blocks").toFixed(0)} |`,
  `| ratio | ${(rate("blocks") / rate("sequential")).toFixed(2)} |`,
  `| private memory of the reader at most, MB | ${privateMegabytes.toFixed(0)} |`,
].join("\n");
console.log(table);
if (values.report !== undefined)
  writeReport(values.report, "both kinds of reading in turns, each in a new process", table, { readings });
