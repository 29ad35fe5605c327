import { describe, expect, it } from "vitest";
import { Deal } from "./deal.ts";

/** Every element of an epoch as "stream:number", batch by batch, each cut into parts as shards cut it. */
function read(counts: number[], batchRows: number, dropRemainder = false, numParts = counts.length): string[][] {
  const deal = new Deal({ counts, batchRows, dropRemainder });
  return Array.from({ length: deal.numBatches }, (_, number) => {
    const rows = deal.rowsIn(number);
    return Array.from({ length: numParts }, (_, part) =>
      deal.runs(number, Math.floor((rows * part) / numParts), Math.floor((rows * (part + 1)) / numParts)),
    )
      .flat()
      .flatMap(({ stream, first, count }) => Array.from({ length: count }, (_, i) => `${stream}:${first + i}`));
  });
}

describe("elements dealt over shards", () => {
  it("fill the rows of their shard while all streams last, and those that are left follow", () => {
    expect(read([3, 5, 2], 3)).toEqual([["0:0", "1:0", "2:0"], ["0:1", "1:1", "2:1"], ["0:2", "1:2", "1:3"], ["1:4"]]);
    expect(read([2, 2], 4)).toEqual([["0:0", "0:1", "1:0", "1:1"]]);
    expect(read([3, 5, 2], 3, true)).toHaveLength(3);
  });

  it("are read once each, whatever their numbers, batches and parts", () => {
    for (const counts of [[7, 0, 9, 4], [1, 1, 1], [40, 3, 3, 3, 3, 3, 3, 3], [0, 0], [5]])
      for (const batchRows of [1, 2, 3, 8, 64])
        for (const numParts of [1, 2, 3, 8]) {
          const all = read(counts, batchRows, false, numParts).flat();
          const expected = counts.flatMap((n, stream) => Array.from({ length: n }, (_, i) => `${stream}:${i}`));
          expect(all.length).toBe(expected.length);
          expect([...all].sort()).toEqual(expected.sort());
        }
  });

  it("come in the order of their stream", () => {
    const all = read([30, 12, 21, 8], 10).flat();
    for (const stream of [0, 1, 2, 3]) {
      const numbers = all.filter((name) => name.startsWith(`${stream}:`)).map((name) => Number(name.slice(2)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  });
});
