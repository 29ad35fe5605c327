import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { AUTOTUNE } from "./checks.ts";
import { Dataset } from "./dataset.ts";

const { range } = Dataset;

/** The elements of one epoch as nested arrays. */
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];
const sorted = (values: unknown[]): number[] => (values.flat(9) as number[]).sort((a, b) => a - b);

/** A dataset whose elements have no numbers. */
const stream = (n: number): Dataset<Tensor> => range(n).filter(() => tf.constant(true));

describe("zip, concatenate and enumerate", () => {
  it("keep texts, booleans and empty tensors as they are", () => {
    const texts = Dataset.fromTensorSlices(["a", "a text longer than twenty-two bytes", "c"]);
    const described = texts.map((text) => [text, tf.equal(text, "a"), tf.zeros([0])]).batch(2);
    expect(read(described)).toEqual([
      [
        ["a", "a text longer than twenty-two bytes"],
        [true, false],
        [[], []],
      ],
      [["c"], [false], [[]]],
    ]);
    expect(read(Dataset.fromTensorSlices(new Float32Array(0)).shuffle().batch(2).repeat())).toEqual([]);
  });

  it("join datasets by index and as streams", () => {
    for (const source of [range(3), stream(3)]) {
      expect(read(Dataset.zip(source, range(9)))).toEqual([
        [0, 0],
        [1, 1],
        [2, 2],
      ]);
      expect(read(source.concatenate(range(7, 9)))).toEqual([0, 1, 2, 7, 8]);
      expect(read(source.enumerate({ start: 5 }))).toEqual([
        [5, 0],
        [6, 1],
        [7, 2],
      ]);
      expect(read(source.concatenate(range(7, 9)).batch(2))).toEqual([[0, 1], [2, 7], [8]]);
    }
  });

  it("refuse what does not fit together", () => {
    expect(() => range(3).concatenate(Dataset.fromTensorSlices([1.5]) as never)).toThrow(
      /same structure and dtypes \(int64 \[\]\), got float32 \[\]/,
    );
    expect(() => Dataset.zip(range(3), 5)).toThrow("Dataset.zip: expected a dataset, got 5");
  });
});

describe("filter, takeWhile, flatMap and interleave", () => {
  it("choose and open elements", () => {
    expect(read(range(6).filter((x) => tf.greater(x, 3n)))).toEqual([4, 5]);
    expect(read(range(6).takeWhile((x) => tf.less(x, 2n)))).toEqual([0, 1]);
    expect(read(range(3).flatMap((x) => Dataset.fromTensors(x).repeat(2)))).toEqual([0, 0, 1, 1, 2, 2]);
    const turns = (numParallelCalls?: number): unknown[] =>
      read(
        range(2).interleave((x) => Dataset.fromTensors(x).repeat(3), {
          cycleLength: 2,
          blockLength: 2,
          ...(numParallelCalls && { numParallelCalls }),
        }),
      );
    expect(turns()).toEqual([0, 0, 1, 1, 0, 1]);
    expect(turns(2)).toEqual([0, 0, 1, 1, 0, 1]);
    const open = range(40).interleave((x) => Dataset.fromTensors(x).repeat(2), { cycleLength: AUTOTUNE });
    expect(new Set(read(open)).size).toBe(40);
  });

  it("build the inner pipeline within the function: with batches, shuffles and functions of its own", () => {
    const dataset = range(3).flatMap((x) =>
      range(4)
        .map((y) => tf.add(tf.multiply(x, 10n), y))
        .shuffle()
        .batch(2),
    );
    const batches = read(dataset) as number[][];
    expect(batches.length).toBe(6);
    expect(sorted(batches)).toEqual([0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]);
    expect(read(dataset)).not.toEqual(batches);
  });

  it("outlive the collection of what the inner pipeline was made of", async () => {
    const dataset = range(2).flatMap((x) =>
      range(3)
        .map((y) => tf.add(x, y))
        .batch(2),
    );
    for (let round = 0; round < 5; round++) {
      globalThis.gc?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(read(dataset)).toEqual([[0, 1], [2], [1, 2], [3]]);
  });

  it("refuse functions that give something else", () => {
    expect(() => range(3).filter((x) => x)).toThrow(
      /a predicate that returns one scalar of dtype bool, got int64 \[\]/,
    );
    expect(() => range(3).flatMap((x) => x as never)).toThrow(/Dataset.flatMap: expected a dataset/);
    expect(() => range(3).filter(() => tf.less(tf.random.uniform([]), 0.5))).toThrow(
      /without random numbers.*draw them in dataset.map/,
    );
  });
});

describe("reduce and apply", () => {
  it("fold elements into one value of the same structure", () => {
    expect(
      range(5)
        .reduce(0n, (sum, x) => tf.add(sum, x))
        .item(),
    ).toBe(10);
    const { sum, n } = range(4).reduce({ sum: 0, n: 0 }, (state, x) => ({
      sum: tf.add(state.sum, tf.cast(x, "float32")),
      n: tf.add(state.n, 1),
    }));
    expect([sum.item(), n.item()]).toEqual([6, 4]);
    expect(() => range(5).reduce(0n, () => tf.constant(1))).toThrow(
      /same structure and dtypes \(int64 \[\]\), got float32 \[\]/,
    );
  });

  it("chain transformations of one's own", () => {
    expect(read(range(4).apply((dataset) => dataset.map((x) => tf.negative(x))))).toEqual(
      [-0, -1, -2, -3].map((x) => x + 0),
    );
  });
});
