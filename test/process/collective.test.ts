import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { createSegment, segmentBytes } from "../../src/collective/index.ts";
import { type Result, root, run } from "./command.ts";

type Kind = "shared-memory" | "tensorflow";
interface Output {
  hashes: string[];
  greeted: number;
}

const runMember = (kind: Kind, place: string, rank: number, size: number, numShards: number): Promise<Result> =>
  run(
    process.execPath,
    ["--import", "tsx", `${root}test/process/collective-member.ts`, kind, place, rank, size, numShards].map(String),
  );

async function outputsOf(kind: Kind, place: string, size: number, numShards: number): Promise<(Output | string)[]> {
  const members = Array.from({ length: size }, (_, rank) => runMember(kind, place, rank, size, numShards));
  return (await Promise.all(members)).map(({ exitCode, stdout, stderr }) =>
    exitCode === 0 ? JSON.parse(stdout) : `exit code ${exitCode}: ${stderr}`,
  );
}

function outputsOverSharedMemory(size: number, numShards: number): Promise<(Output | string)[]> {
  const segment = createSegment(segmentBytes({ numShards, size, slotBytes: 1 << 18 }));
  return outputsOf("shared-memory", segment.path, size, numShards).finally(() => segment[Symbol.dispose]());
}

/** Ports that nobody listens on: all are taken before the first is given back, so that they differ. */
async function freeAddresses(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const listening = servers.map((server) => new Promise<void>((done) => server.listen(0, "127.0.0.1", done)));
  await Promise.all(listening);
  const addresses = servers.map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return addresses;
}

test("one, two and three processes that share eight shards get the same bits", async () => {
  const [alone] = (await outputsOverSharedMemory(1, 8)) as [Output];
  expect(alone.hashes).toHaveLength(1);
  expect(await outputsOverSharedMemory(2, 8)).toEqual([0, 1].map(() => ({ hashes: alone.hashes, greeted: 2 })));
  expect(await outputsOverSharedMemory(3, 8)).toEqual([0, 1, 2].map(() => ({ hashes: alone.hashes, greeted: 3 })));
});

test("three processes that TensorFlow connects get the bits of one process", async () => {
  const [alone] = (await outputsOverSharedMemory(1, 5)) as [Output];
  const addresses = await freeAddresses(3);
  const outputs = await outputsOf("tensorflow", addresses.join(","), 3, 5);
  expect(outputs).toEqual([0, 1, 2].map(() => ({ hashes: alone.hashes, greeted: 3 })));
});
