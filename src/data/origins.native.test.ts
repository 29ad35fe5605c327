import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { less } from "../ops/index.ts";
import { tidy } from "../runtime/scopes.ts";
import { Dataset } from "./dataset.ts";
import { IdxDataset } from "./idx-dataset.ts";
import { int64, int64s } from "./ops.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-origins-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The record numbers behind elements `numbers` of a dataset, in a pass. */
const originsOf = (dataset: Dataset<unknown>, numbers: readonly number[], epoch = 0): unknown =>
  tidy(() => dataset.plan.indexed?.origins?.(int64s(numbers), int64(epoch)).array());

describe("the records behind elements", () => {
  it("are the numbers of a source's elements", () => {
    using numbers = Dataset.range(10, 20);
    expect(originsOf(numbers, [0, 3])).toEqual([[0], [3]]);
    expect(numbers.plan.sources).toMatchObject([{ kind: "numbers", numRecords: 10 }]);
  });

  it("follow take, skip, shard, repeat and map", () => {
    using numbers = Dataset.range(10);
    const arranged = numbers.skip(2).shard(2, 1).repeat(2).take(7);
    expect(originsOf(arranged as Dataset<unknown>, [0, 1, 3, 4])).toEqual([[3], [5], [9], [3]]);
    expect(originsOf(arranged.map((x) => x.add(1n)) as Dataset<unknown>, [1])).toEqual([[5]]);
  });

  it("are what a shuffle of the epoch chooses, by the same function as the elements", () => {
    using shuffled = Dataset.range(1000).shuffle({ seed: 3 });
    for (const epoch of [0, 1]) {
      using iterator = shuffled.iterator({ epoch });
      const elements = Array.from({ length: 5 }, () => tidy(() => [Number(iterator.next()?.item())]));
      expect(originsOf(shuffled as Dataset<unknown>, [0, 1, 2, 3, 4], epoch)).toEqual(elements);
    }
  });

  it("have a column for each source of a zip, and -1 for the other part of a concatenation", () => {
    using a = Dataset.range(3);
    using b = Dataset.fromTensorSlices(BigInt64Array.of(7n, 8n));
    expect(originsOf(Dataset.zip(a.skip(1), b) as Dataset<unknown>, [0, 1])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    const joined = a.concatenate(b as unknown as typeof a);
    expect(originsOf(joined as Dataset<unknown>, [2, 3, 4])).toEqual([
      [2, -1],
      [-1, 0],
      [-1, 1],
    ]);
    expect(joined.plan.sources?.map(({ kind, bytes }) => [kind, bytes])).toEqual([
      ["numbers", 0],
      ["tensors", 16],
    ]);
  });

  it("of a batch are those of its rows", () => {
    using numbers = Dataset.range(10);
    const batches = numbers.skip(1).batch(4) as Dataset<unknown>;
    expect(originsOf(batches, [1])).toEqual([[5], [6], [7], [8]]);
    expect(originsOf(batches, [2])).toEqual([[9]]);
    expect(originsOf(batches, [2, 0])).toEqual([[9], [1], [2], [3], [4]]);
    expect(originsOf(numbers.repeat().batch(3) as Dataset<unknown>, [3])).toEqual([[9], [0], [1]]);
  });

  it("of a cache are those of the pass that it keeps", () => {
    using shuffled = Dataset.range(600).shuffle({ seed: 3 }).cache();
    const first = originsOf(shuffled as Dataset<unknown>, [0, 599]);
    expect(originsOf(shuffled as Dataset<unknown>, [0, 599], 4)).toEqual(first);
  });

  it("are unknown behind a filter, whose sources are known", () => {
    using some = Dataset.range(10).filter((x) => less(x, 3n));
    expect(some.plan.indexed).toBeUndefined();
    expect(some.plan.sources).toMatchObject([{ kind: "numbers" }]);
  });
});

describe("a file that changes", () => {
  it("is noticed when an epoch of it begins", () => {
    const path = join(folder, "labels.idx");
    const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4);
    writeFileSync(path, labels);
    using dataset = new IdxDataset(path).map((x) => x);
    expect([...dataset.asArrayIterator()]).toEqual([5, 0, 4]);
    using both = dataset.iterator({ numEpochs: 2 });
    tidy(() => [0, 1, 2].map(() => both.next()));
    writeFileSync(path, Uint8Array.of(...labels, 7));
    expect(() => both.next()).toThrow(
      `IdxDataset: expected ${path} to stay as it was when the dataset was made (11 bytes), got one that has 12 bytes now; make the dataset anew`,
    );
    rmSync(path);
    expect(() => dataset.iterator()).toThrow(/got one that has gone/);
  });
});
