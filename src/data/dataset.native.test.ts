import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import { tfFunction } from "../runtime/function.ts";
import { setSeed } from "../runtime/random-state.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";

const { range } = Dataset;
const count = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

/** The elements of one epoch as nested arrays. */
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];

/** A dataset whose elements have no numbers. */
const stream = (n: number): Dataset<Tensor> => range(n).filter(() => tf.constant(true));

describe("sources", () => {
  it("slice tensors, typed arrays and nested arrays along their first axis", () => {
    expect(read(Dataset.fromTensorSlices(Int32Array.of(1, 2)))).toEqual([1, 2]);
    expect(
      read(
        Dataset.fromTensorSlices([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(read(Dataset.fromTensorSlices(["a", "b"]))).toEqual(["a", "b"]);
  });

  it("slice arrays and objects of tensors together", () => {
    const [x, y] = [
      tf.constant([
        [1, 2],
        [3, 4],
      ]),
      Int32Array.of(5, 6),
    ];
    expect(read(Dataset.fromTensorSlices([x, y]))).toEqual([
      [[1, 2], 5],
      [[3, 4], 6],
    ]);
    expect(read(Dataset.fromTensorSlices({ pair: [x, y], name: ["a", "b"] }))).toEqual([
      { name: "a", pair: [[1, 2], 5] },
      { name: "b", pair: [[3, 4], 6] },
    ]);
  });

  it("outlive the scope of the tensors that they were made of", () => {
    const dataset = tidy(() => Dataset.fromTensorSlices(tf.add([1, 2], 1)));
    expect(read(dataset)).toEqual([2, 3]);
  });

  it("give whole tensors as one element, and ranges of numbers", () => {
    expect(
      read(
        Dataset.fromTensors([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect([range(3), range(2, 5), range(9, 0, -4), range(0)].map((dataset) => read(dataset))).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [9, 5, 1],
      [],
    ]);
  });

  it("refuse tensors of different lengths, scalars and nothing", () => {
    expect(() => Dataset.fromTensorSlices([Int32Array.of(1, 2), Int32Array.of(1)])).toThrow(
      "Dataset.fromTensorSlices: expected tensors with the same number of slices, got [2] and [1]; cut them to one length",
    );
    expect(() => Dataset.fromTensorSlices(5)).toThrow(/first axis to slice along, got a scalar/);
    expect(() => Dataset.range(0, 1, 0)).toThrow(/a step other than 0/);
  });
});

describe("map", () => {
  it("gives the components of arrays as arguments, and objects whole", () => {
    const pairs = Dataset.zip(range(3), range(3, 6));
    expect(read(pairs.map((x, y) => tf.multiply(x, y)))).toEqual([0, 4, 10]);
    const named = Dataset.zip({ x: range(2), y: range(2, 4) });
    expect(read(named.map(({ x, y }) => ({ sum: tf.add(x, y), x })))).toEqual([
      { sum: 2, x: 0 },
      { sum: 4, x: 1 },
    ]);
  });

  it("is traced once, also for several epochs and batches", () => {
    let traces = 0;
    const dataset = range(6).map((x) => {
      traces++;
      return tf.add(x, 1n);
    });
    read(dataset.batch(4));
    read(dataset.shuffle().batch(2));
    read(dataset);
    expect(traces).toBe(1);
  });

  it("gives the same by index, as a stream, in parallel, and within batches", () => {
    const square = (x: Tensor): [Tensor, Tensor] => [x, tf.cast(tf.multiply(x, x), "float32")];
    const expected = count(10).map((x) => [x, x * x]);
    expect(read(range(10).map(square))).toEqual(expected);
    expect(read(stream(10).map(square))).toEqual(expected);
    expect(read(range(10).map(square, { numParallelCalls: 2 }))).toEqual(expected);
    expect(read(stream(10).map(square, { numParallelCalls: -1 }))).toEqual(expected);
    const batches = [
      [count(4), count(4).map((x) => x * x)],
      [count(4, 4), count(4, 4).map((x) => x * x)],
      [
        [8, 9],
        [64, 81],
      ],
    ];
    expect(read(range(10).map(square).batch(4))).toEqual(batches);
    expect(read(stream(10).map(square).batch(4))).toEqual(batches);
    expect(read(range(10).map(square, { numParallelCalls: 2 }).batch(4))).toEqual(batches);
  });

  it("may return numbers, strings and other structures than it was given", () => {
    expect(read(range(2).map((x) => ({ x: [x, 1.5], name: "n" })))).toEqual(
      [0, 1].map((x) => ({ name: "n", x: [x, 1.5] })),
    );
  });

  it("calls traced functions, conditions and captured tensors", () => {
    const half = tf.constant(0.5);
    const scaled = tfFunction((x: Tensor) => tf.multiply(tf.cast(x, "float32"), half));
    expect(
      read(
        range(4)
          .map((x) => tf.add(scaled(x), half))
          .batch(4),
      ),
    ).toEqual([[0.5, 1, 1.5, 2]]);
    expect(read(range(4).map((x) => tf.where(tf.less(x, 2n), x, tf.negative(x))))).toEqual([0, 1, -2, -3]);
  });

  it("draws random numbers that follow from seed, epoch and element, however they are computed", () => {
    const noisy = (): Dataset<Tensor> => {
      setSeed(5);
      return range(6).map((x) => tf.add(tf.cast(x, "float32"), tf.random.uniform([])));
    };
    const dataset = noisy();
    const [first, second] = [read(dataset), read(dataset)];
    expect(second).not.toEqual(first);
    expect(new Set((first as number[]).map((x) => x % 1)).size).toBe(6);
    expect(read(noisy())).toEqual(first);
    expect(read(noisy().batch(3)).flat()).toEqual(first);
    using late = noisy().batch(3).iterator({ epoch: 1, startStep: 1 });
    expect(late.next()?.array()).toEqual(second.slice(3));
  });

  it("refuses promises, missing results, and reads of what has no value yet", () => {
    expect(() => range(3).map(async (x) => x)).toThrow(
      /Dataset.map: expected a synchronous function of tensors, got one that returns a promise/,
    );
    expect(() => range(3).map(() => undefined)).toThrow(
      "Dataset.map: expected a function that returns tensors, or arrays and objects of them, got undefined",
    );
    expect(() => range(3).map((x) => x.item())).toThrow(/expected a tensor with a value, got the traced tensor/);
    expect(() => range(3).map((x) => x, { numParallelCalls: 0 })).toThrow(
      /numParallelCalls to be a whole number of at least 1, got 0/,
    );
  });

  it("names the element at which a function fails", () => {
    const table = tf.constant([1, 2, 3]);
    const dataset = range(5).map((i) => tf.gather(table, i));
    const inside = /dataset: element 3 of epoch 0: a function of the pipeline failed: indices = 3 is not in \[0, 3\)/;
    expect(() => read(dataset)).toThrow(inside);
    using iterator = dataset.batch(2).iterator();
    expect(iterator.next()?.array()).toEqual([1, 2]);
    expect(() => iterator.next()).toThrow(/dataset: element 1 of epoch 0: .* is not in/);
  });
});
