import { expect, test } from "vitest";
import { createSegment, segmentBytes } from "../../src/collective/index.ts";
import { type Result, root, run } from "./command.ts";

const member = (path: string, rank: number, size: number, numShards: number): Promise<Result> =>
  run(
    process.execPath,
    ["--import", "tsx", `${root}test/process/collective-member.ts`, path, rank, size, numShards].map(String),
  );

async function outputsOfGroup(size: number, numShards: number): Promise<unknown[]> {
  using segment = createSegment(segmentBytes({ numShards, size, slotBytes: 1 << 18 }));
  const members = Array.from({ length: size }, (_, rank) => member(segment.path, rank, size, numShards));
  return (await Promise.all(members)).map(({ exitCode, stdout, stderr }) =>
    exitCode === 0 ? JSON.parse(stdout) : `exit code ${exitCode}: ${stderr}`,
  );
}

test("one, two and three processes that share eight shards get the same bits", async () => {
  const [alone] = (await outputsOfGroup(1, 8)) as [{ hashes: string[] }];
  expect(alone.hashes).toHaveLength(1);
  expect(await outputsOfGroup(2, 8)).toEqual([0, 1].map(() => ({ hashes: alone.hashes, greeted: 2 })));
  expect(await outputsOfGroup(3, 8)).toEqual([0, 1, 2].map(() => ({ hashes: alone.hashes, greeted: 3 })));
});
