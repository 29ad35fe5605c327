import { describe, expect, it } from "vitest";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { Dataset } from "./dataset.ts";
import type { ShardsOf } from "./own-rows.ts";
import type { SharedBatch } from "./shared-batches.ts";

/** The batches of `numEpochs` epochs, as the rows of `shards` of each of them and their origins. */
function partsOf(dataset: Dataset<Tensor>, shards: ShardsOf, numEpochs = 1): { rows: unknown[]; origins: unknown[] } {
  const [rows, origins]: [unknown[], unknown[]] = [[], []];
  using batches = dataset.sharedBatches(() => shards, { epoch: 0, numEpochs });
  for (let epoch = 0; epoch < numEpochs; epoch++)
    for (let batch = batches?.next(); batch; batch = batches?.next()) {
      const begin = Math.floor((batch.rows * shards.from) / shards.of);
      const end = Math.floor((batch.rows * shards.to) / shards.of);
      const whole = batch;
      rows.push(tidy(() => (whole.part(begin, end) as Tensor).array()));
      origins.push(Array.from(batch.origins(begin, end) ?? [], Number));
      batch.dispose();
    }
  return { rows, origins };
}

/** The same parts, cut out of whole batches. */
function cutOf(dataset: Dataset<Tensor>, shards: ShardsOf, numEpochs = 1): unknown[] {
  const all: unknown[] = [];
  for (let epoch = 0; epoch < numEpochs; epoch++) {
    using iterator = dataset.iterator({ epoch });
    for (;;) {
      const batch = tidy(() => iterator.next()?.array() as number[] | undefined);
      if (!batch) break;
      const row = (shard: number): number => Math.floor((batch.length * shard) / shards.of);
      all.push(batch.slice(row(shards.from), row(shards.to)));
    }
  }
  return all;
}

const shares: readonly ShardsOf[] = [
  { from: 0, to: 1, of: 3 },
  { from: 1, to: 3, of: 3 },
  { from: 3, to: 7, of: 7 },
  { from: 2, to: 2, of: 4 },
  { from: 0, to: 1, of: 1 },
];

describe("the rows of a worker's shards", () => {
  const numbers = (): Dataset<Tensor> => Dataset.range(23) as unknown as Dataset<Tensor>;
  // biome-ignore format: a table, one row a line
  const pipelines: readonly (readonly [string, () => Dataset<Tensor>])[] = [
    ["batch", () => numbers().batch(5)],
    ["shuffle, map, batch", () => numbers().shuffle({ seed: 1 }).map((x) => x.add(100n)).batch(5)],
    ["batch without the last part", () => numbers().batch(5, { dropRemainder: true })],
    ["batch, take, skip, repeat, prefetch", () => numbers().shuffle({ seed: 1 }).batch(5).skip(1).take(3).repeat(2).prefetch(2)],
    ["repeat, batch, shuffle", () => numbers().repeat(2).batch(5).shuffle({ seed: 2 })],
  ];
  it.each(pipelines)("are those of whole batches: %s", (_, make) => {
    using dataset = make();
    for (const shards of shares) {
      const { rows, origins } = partsOf(dataset, shards, 2);
      expect(rows).toEqual(cutOf(dataset, shards, 2));
      const offset = rows.flat().some((value) => Number(value) >= 100) ? 100 : 0;
      expect(origins).toEqual(rows.map((values) => (values as number[]).map((value) => value - offset)));
    }
  });

  it("can be had of batches of any structure, by random functions too", () => {
    using pairs = Dataset.zip({ x: Dataset.range(9), y: Dataset.range(9, 18) }).batch(4);
    using batches = pairs.sharedBatches(() => ({ from: 1, to: 2, of: 2 }));
    using batch = batches?.next() as SharedBatch;
    const part = tidy(() => {
      const { x, y } = batch.part(2, 4) as unknown as Record<"x" | "y", Tensor>;
      return [x.array(), y.array()];
    });
    expect(part).toEqual([
      [2, 3],
      [11, 12],
    ]);
    expect(Array.from(batch.origins(2, 4) ?? [], Number)).toEqual([2, 2, 3, 3]);
  });

  it("follow when the shards change, at the next batch; rows of others can be had at once", () => {
    using dataset = numbers().shuffle({ seed: 1 }).batch(6);
    const whole = cutOf(dataset, { from: 0, to: 1, of: 1 }) as number[][];
    let shards: ShardsOf = { from: 0, to: 1, of: 3 };
    using batches = dataset.sharedBatches(() => shards, { epoch: 0 });
    const rows = (begin: number, end: number): unknown => {
      using batch = batches?.next() as SharedBatch;
      return tidy(() => (batch.part(begin, end) as Tensor).array());
    };
    expect(rows(0, 2)).toEqual(whole[0]?.slice(0, 2));
    shards = { from: 1, to: 3, of: 3 };
    expect(rows(2, 6)).toEqual(whole[1]?.slice(2, 6));
    expect(rows(0, 2)).toEqual(whole[2]?.slice(0, 2));
    expect(batches?.position).toBe(3);
  });

  it("are reached without what comes before: at step 1,000,000, and when shards change", () => {
    const counter = new Variable(0, { dtype: "int32" });
    const counted = (x: Tensor): Tensor => {
      counter.assignAdd(1);
      return x;
    };
    using dataset = (Dataset.range(8e6) as unknown as Dataset<Tensor>)
      .shuffle({ seed: 1 })
      .map(counted)
      .batch(4)
      .repeat();
    let shards: ShardsOf = { from: 0, to: 1, of: 2 };
    using batches = dataset.sharedBatches(() => shards, { epoch: 3, startStep: 1_000_000 });
    const read = (): unknown => {
      using batch = batches?.next();
      return batch?.place;
    };
    expect(read()).toEqual({ epoch: 3, number: 1_000_000 });
    shards = { from: 1, to: 2, of: 2 };
    expect(read()).toEqual({ epoch: 3, number: 1_000_001 });
    batches?.dispose();
    // Two of four rows of a batch, of the batches that were asked for and those that are read ahead of them.
    expect(tidy(() => counter.item())).toBeLessThanOrEqual(2 * 2 * 6);
    counter.dispose();
  });

  it("cannot be had where elements have no numbers, or are made of batches", () => {
    using mapped = numbers()
      .batch(5)
      .map((x) => x.add(1n));
    using filtered = numbers()
      .filter((x) => x.subtract(x).cast("bool"))
      .batch(5);
    expect(mapped.sharedBatches(() => shares[0] as ShardsOf)).toBeUndefined();
    expect(filtered.sharedBatches(() => shares[0] as ShardsOf)).toBeUndefined();
  });
});
