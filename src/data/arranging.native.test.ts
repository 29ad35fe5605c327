import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import { setSeed } from "../runtime/random-state.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";

const { range } = Dataset;
const count = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

/** The elements of one epoch as nested arrays. */
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];
const sorted = (values: unknown[]): number[] => (values.flat(9) as number[]).sort((a, b) => a - b);

/** A dataset whose elements have no numbers. */
const stream = (n: number): Dataset<Tensor> => range(n).filter(() => tf.constant(true));

describe("shuffle", () => {
  it("has every element exactly once an epoch, in another order each", () => {
    const dataset = range(700).shuffle({ seed: 3 });
    const epochs = [read(dataset), read(dataset), read(dataset)];
    for (const epoch of epochs) expect(sorted(epoch)).toEqual(count(700));
    expect(new Set(epochs.map(String)).size).toBe(3);
  });

  it("follows from (seed, epoch) alone", () => {
    const dataset = range(50).shuffle({ seed: 3 });
    const first = read(dataset);
    expect(read(range(50).shuffle({ seed: 3 }))).toEqual(first);
    expect(read(range(50).shuffle({ seed: 4 }))).not.toEqual(first);
    using again = dataset.iterator({ epoch: 0 });
    expect(again.next()?.item()).toBe(first[0]);
    setSeed(1);
    const drawn = read(range(50).shuffle());
    setSeed(1);
    expect(read(range(50).shuffle())).toEqual(drawn);
  });

  it("keeps one order when told so", () => {
    const dataset = range(50).shuffle({ reshuffleEachIteration: false });
    expect(read(dataset)).toEqual(read(dataset));
    expect(read(dataset.repeat(2)).slice(50)).toEqual(read(dataset));
  });

  it("is exact with a small buffer, behind map, batch and concatenate", () => {
    expect(sorted(read(range(100).shuffle(2)).slice(0, 10))).not.toEqual(sorted(count(10)));
    expect(
      sorted(
        read(
          range(100)
            .map((x) => tf.add(x, 1n))
            .shuffle(),
        ),
      ),
    ).toEqual(count(100, 1));
    const batches = read(range(10).batch(3).shuffle({ seed: 2 })) as number[][];
    expect(sorted(batches)).toEqual(count(10));
    expect(batches.map(String).sort()).toEqual(["0,1,2", "3,4,5", "6,7,8", "9"]);
    expect(sorted(read(range(5).concatenate(range(5, 9)).shuffle()))).toEqual(count(9));
  });

  it("keeps the components of an element together", () => {
    for (const [x, y] of read(
      Dataset.zip(
        range(600),
        range(600).map((x) => tf.multiply(x, x)),
      )
        .shuffle()
        .batch(64),
    ) as number[][][]) {
      expect(y).toEqual((x as number[]).map((v) => v * v));
    }
  });

  it("draws elements without numbers from a buffer, still by seed and epoch", () => {
    const dataset = stream(60).shuffle({ seed: 1 });
    const [first, second] = [read(dataset), read(dataset)];
    expect([sorted(first), sorted(second)]).toEqual([count(60), count(60)]);
    expect(second).not.toEqual(first);
    expect(read(stream(60).shuffle({ seed: 1 }))).toEqual(first);
    expect(Math.max(...(read(stream(60).shuffle({ seed: 1, bufferSize: 5 })).slice(0, 3) as number[]))).toBeLessThan(8);
    expect(() => stream(3).shuffle(0)).toThrow(/bufferSize to be a whole number of at least 1, got 0/);
  });
});

describe("shuffle of endless data", () => {
  it("draws from a buffer, and asks for its size", () => {
    const drawn = read(range(3).repeat().shuffle({ bufferSize: 6, seed: 1 }).take(60)) as number[];
    expect([0, 1, 2].map((x) => drawn.filter((y) => y === x).length > 15)).toEqual([true, true, true]);
    expect(() => range(3).repeat().shuffle()).toThrow(
      "Dataset.shuffle: expected a dataset with an end, or bufferSize, got one without end; shuffle before repeat",
    );
  });
});

describe("repeat, take, skip and shard", () => {
  it("count as TensorFlow's, by index and as streams", () => {
    for (const source of [range(5), stream(5)]) {
      expect(read(source.repeat(2))).toEqual([...count(5), ...count(5)]);
      expect(read(source.repeat().take(7))).toEqual([0, 1, 2, 3, 4, 0, 1]);
      expect(read(source.repeat(0))).toEqual([]);
      expect(read(source.take(2))).toEqual([0, 1]);
      expect(read(source.take(-1))).toEqual(count(5));
      expect(read(source.skip(3))).toEqual([3, 4]);
      expect(read(source.skip(9))).toEqual([]);
      expect(read(source.skip(-1))).toEqual([]);
      expect(read(source.shard(2, 1))).toEqual([1, 3]);
      expect(read(source.skip(1).take(3).skip(1))).toEqual([2, 3]);
    }
    expect(() => range(5).take(-2)).toThrow(/count to be a whole number of at least 0, got -2/);
    expect(() => range(5).shard(2, 2)).toThrow(/index within \[0, 2\)/);
  });

  it("shuffle every repetition anew, also in the middle of a batch", () => {
    const dataset = range(10).shuffle({ seed: 1 });
    const passes = [read(dataset), read(dataset), read(dataset)];
    expect(read(range(10).shuffle({ seed: 1 }).repeat(3))).toEqual(passes.flat());
    expect(read(range(10).shuffle({ seed: 1 }).repeat().batch(4).take(7)).flat()).toEqual(passes.flat().slice(0, 28));
    const streamed = stream(10).shuffle({ seed: 1 });
    const streamedPasses = [read(streamed), read(streamed)];
    expect(read(stream(10).shuffle({ seed: 1 }).repeat(2))).toEqual(streamedPasses.flat());
  });
});

describe("cache and prefetch", () => {
  it("compute each element once", () => {
    setSeed(2);
    for (const source of [range(4), stream(4)]) {
      const cached = source.map((x) => tf.add(tf.cast(x, "float32"), tf.random.uniform([]))).cache();
      const first = read(cached);
      expect(read(cached)).toEqual(first);
      expect(sorted(read(cached.shuffle()))).toEqual(sorted(first));
      expect(read(cached.batch(4))).toEqual([first]);
    }
  });

  it("keep elements in files, for other datasets too, and tell of a lock", () => {
    const folder = mkdtempSync(join(tmpdir(), "tensorfleet-cache-"));
    try {
      const filename = join(folder, "cached");
      const cached = range(4)
        .map((x) => tf.multiply(x, 2n))
        .cache({ filename });
      expect(read(cached.repeat(2))).toEqual([0, 2, 4, 6, 0, 2, 4, 6]);
      expect(readdirSync(folder).sort()).toEqual(["cached.data-00000-of-00001", "cached.index"]);
      expect(read(range(10, 14).cache({ filename }))).toEqual([0, 2, 4, 6]);
      expect(() => read(range(9).cache({ filename }))).toThrow("expected 9 elements, got the end before element 4");
      using late = cached.iterator({ startStep: 3 });
      using last = late.next();
      expect(last?.item()).toBe(6);
      writeFileSync(join(folder, "other_0.lockfile"), "");
      expect(() => read(range(2).cache({ filename: join(folder, "other") }))).toThrow(
        `Dataset.cache: expected that nobody else writes ${join(folder, "other")}, got a lock beside it`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("give all elements in order", () => {
    expect(read(range(5).prefetch(2))).toEqual(count(5));
    expect(read(range(5).batch(2).prefetch(-1).repeat(2))).toEqual([[0, 1], [2, 3], [4], [0, 1], [2, 3], [4]]);
  });
});
