import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import { TensorSpec } from "../runtime/function.ts";
import { memory } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";

const { range } = Dataset;
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];
/** Sequences 0, 1, ... of these lengths(). */
const sequences = (...lengths: number[]): Dataset<Tensor> =>
  Dataset.fromTensorSlices(lengths).map((n) => tf.range(tf.cast(n, "int32")));
const joined = (windows: Dataset<Dataset<Tensor>>): unknown[] => read(windows.flatMap((window) => window.batch(9)));

describe("window", () => {
  // biome-ignore format: a table, one case a row
  it.each([
    [3, {}, [[0, 1, 2], [3, 4, 5], [6]]],
    [3, { dropRemainder: true }, [[0, 1, 2], [3, 4, 5]]],
    [3, { shift: 1 }, [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6], [6]]],
    [2, { shift: 3, stride: 2 }, [[0, 2], [3, 5], [6]]],
    [2, { shift: 3, stride: 2, dropRemainder: true }, [[0, 2], [3, 5]]],
    [9, {}, [[0, 1, 2, 3, 4, 5, 6]]],
    [9, { dropRemainder: true }, []],
  ])("of %i with %o holds what TensorFlow's does, and tells how many there are", (size, options, expected) => {
    const windows = range(7).window(size, options);
    expect(joined(windows)).toEqual(expected);
    expect(windows.cardinality()).toBe(expected.length);
    for (let startStep = 0; startStep <= expected.length; startStep++) {
      using iterator = windows.map((window) => window.batch(9).getSingleElement()).iterator({ startStep });
      using first = iterator.next();
      expect(first?.array()).toEqual(expected[startStep]);
    }
  });

  it("gives datasets that loops can read, and frees them", () => {
    using windows = range(5).window(2);
    const before = memory().numTensors;
    const seen: unknown[] = [];
    for (const window of windows) {
      seen.push([window.cardinality(), window.elementSpec, read(window), read(window.map((x) => tf.multiply(x, x)))]);
    }
    const spec = new TensorSpec([], "int64");
    expect(seen).toEqual([[2, spec, [0, 1], [0, 1]], [2, spec, [2, 3], [4, 9]], [1, spec, [4], [16]]]); // biome-ignore format: rows
    expect(memory().numTensors).toBe(before);
  });

  it("is a structure of datasets where elements are structures", () => {
    const pairs = Dataset.zip({ x: range(4), y: range(4).map((x) => tf.cast(x, "float32")) });
    const windows = pairs.window(2);
    const sums = windows.map(({ x, y }) => [x.reduce(0n, tf.add), y.reduce(0, tf.add)]);
    expect(read(sums)).toEqual([[1, 1], [5, 5]]); // biome-ignore format: rows
    expect(read(windows.flatMap(({ x, y }) => Dataset.zip(y, x).skip(1)))).toEqual([[1, 1], [3, 3]]); // biome-ignore format: rows
  });

  it("may be filtered, shuffled, joined, cached and windowed again", () => {
    const windows = range(6).window(2);
    expect(joined(windows.filter((window) => tf.greater(window.reduce(0n, tf.add), 1n)))).toEqual([[2, 3], [4, 5]]); // biome-ignore format: rows
    expect(joined(windows.skip(1).concatenate(windows.take(1)))).toEqual([[2, 3], [4, 5], [0, 1]]); // biome-ignore format: rows
    expect(joined(windows.shuffle({ bufferSize: 3, seed: 1 }))).toHaveLength(3);
    expect(joined(windows.cache().repeat(2))).toHaveLength(6);
    const nested = windows.window(2).flatMap((outer) => outer.flatMap((inner) => inner.batch(2)));
    expect(read(nested)).toEqual([[0, 1], [2, 3], [4, 5]]); // biome-ignore format: rows
  });

  it("is made of datasets that functions return, too", () => {
    const inner = range(3).map((n) => range(3).map((x) => tf.add(x, n)));
    expect(joined(inner)).toEqual([[0, 1, 2], [1, 2, 3], [2, 3, 4]]); // biome-ignore format: rows
    const shuffled = range(1)
      .map(() => range(20).shuffle({ seed: 1 }))
      .flatMap((dataset) => dataset.take(20));
    expect(read(shuffled)).not.toEqual(read(shuffled)); // two epochs
    const fed = Dataset.fromGenerator(() => [1], { outputSignature: new TensorSpec([], "int64") });
    expect(() => range(2).map(() => fed)).toThrow("expected datasets that TensorFlow reads by itself");
    fed.dispose();
  });

  it("is refused where elements must be tensors", () => {
    const windows = range(4).window(2);
    expect(() => windows.batch(2)).toThrow(
      "Dataset.batch: expected elements that are tensors, got a dataset of int64 []; make tensors of them first",
    );
    expect(() => windows.concatenate(sequences(1).window(1) as never)).toThrow("a dataset of int32 [?]");
    expect(() => range(4).window(0)).toThrow("expected size to be a whole number of at least 1, got 0");
  });
});

describe("groupByWindow", () => {
  const isOdd = (x: Tensor): Tensor => tf.math.floormod(x, 2n);

  it("gathers elements of one key, and gives what is left at the end", () => {
    const groups = range(9).groupByWindow(isOdd, (_, window) => window.batch(3), { windowSize: 3 });
    expect(read(groups)).toEqual([[0, 2, 4], [1, 3, 5], [6, 8], [7]]);
    expect(groups.cardinality()).toBe(-2);
    using late = groups.iterator({ startStep: 3 });
    using last = late.next();
    expect(last?.array()).toEqual([7]);
  });

  it("takes the window's size from the key, and hands the key on", () => {
    const groups = range(8).groupByWindow(
      (x) => tf.cast(isOdd(x), "int32"),
      (key, window) => window.map((x) => [key, x] as const).batch(4),
      { windowSizeFunc: (key) => tf.add(tf.multiply(key, 3n), 1n) },
    );
    expect(read(groups)).toEqual([
      [[0], [0]],
      [[0], [2]],
      [[0], [4]],
      [[0], [6]],
      [[1, 1, 1, 1], [1, 3, 5, 7]], // biome-ignore format: rows
    ]);
  });

  it("takes structures, and functions that return numbers", () => {
    const pairs = Dataset.zip({ a: range(4), b: range(10, 14) });
    const groups = pairs.groupByWindow(
      () => 0,
      (_, window) => window.batch(2),
      { windowSizeFunc: () => 2 },
    );
    expect(read(groups)).toEqual([{ a: [0, 1], b: [10, 11] }, { a: [2, 3], b: [12, 13] }]); // biome-ignore format: rows
  });

  it("refuses what is no key, no size, no dataset", () => {
    const numbers = range(4);
    const batched = (_: Tensor, window: Dataset<Tensor>): Dataset<Tensor> => window.batch(2);
    expect(() => numbers.groupByWindow(isOdd, batched, {})).toThrow(
      "Dataset.groupByWindow: expected one of windowSize and windowSizeFunc, got none",
    );
    const size = { windowSize: 2 };
    expect(() => numbers.groupByWindow((x) => tf.cast(x, "float32"), batched, size)).toThrow(
      "expected keyFunc to return a scalar of whole numbers, got float32 []",
    );
    expect(() => numbers.groupByWindow((x) => tf.reshape(x, [1]), batched, size)).toThrow("got int64 [1]");
    expect(() => numbers.groupByWindow(isOdd, ((_: Tensor) => 3) as never, size)).toThrow("expected a dataset, got 3");
    const random = (): Tensor => tf.random.uniform([], { maxval: 3, dtype: "int32" });
    expect(() => numbers.groupByWindow(random, batched, size)).toThrow("expected a function without random numbers");
  });
});

describe("bucketBySequenceLength", () => {
  const lengths = (): Dataset<Tensor> => sequences(1, 4, 2, 7, 3, 5, 9, 2);
  const size = (x: Tensor): Tensor => tf.size(x);
  const shapes = (dataset: Dataset<Tensor>): unknown[] => {
    const seen: unknown[] = [];
    for (const x of dataset) seen.push(x.shape);
    return seen;
  };

  it("batches sequences of similar length, padded to the longest of the batch", () => {
    expect(read(lengths().bucketBySequenceLength(size, [3, 6], [2, 2, 1]))).toEqual([
      [[0, 0], [0, 1]],
      [[0, 1, 2, 3, 4, 5, 6]],
      [[0, 1, 2, 3], [0, 1, 2, 0]],
      [[0, 1, 2, 3, 4, 5, 6, 7, 8]],
      [[0, 1]],
      [[0, 1, 2, 3, 4]],
    ]); // biome-ignore format: rows
  });

  it("pads to the boundary, with a value, and drops what is left", () => {
    const options = { padToBucketBoundary: true, paddingValues: -1 };
    expect(shapes(lengths().bucketBySequenceLength(size, [3, 6, 10], [2, 2, 2, 2], options))).toEqual([
      [2, 2],
      [2, 5],
      [2, 9],
      [1, 2],
      [1, 5],
    ]);
    const dropped = lengths().bucketBySequenceLength(size, [3, 6, 10], [2, 2, 2, 2], {
      ...options,
      dropRemainder: true,
    });
    expect(read(dropped)[1]).toEqual([[0, 1, 2, 3, -1], [0, 1, 2, -1, -1]]); // biome-ignore format: rows
    expect(shapes(dropped)).toHaveLength(3);
  });

  it("tells of an element beyond the last boundary", () => {
    const padded = lengths().bucketBySequenceLength(size, [3, 6], [1, 1, 1], { padToBucketBoundary: true });
    expect(() => read(padded)).toThrow(
      /^dataset: element 3 of epoch 0: Dataset.bucketBySequenceLength: expected elements shorter than the last boundary, 6, got one of length 7/,
    );
  });

  it("pads components as paddedBatch does, or not at all", () => {
    const pairs = lengths().map((x) => ({ x, n: tf.size(x) }));
    const ofPair = ({ n }: { n: Tensor }): Tensor => n;
    const batches = pairs.bucketBySequenceLength(ofPair, [3], [3, 9], {
      paddedShapes: { x: [null], n: [] },
      paddingValues: { x: 8 },
    });
    expect(read(batches)[0]).toEqual({ x: [[0, 8], [0, 1], [0, 1]], n: [1, 2, 2] }); // biome-ignore format: rows
    const equal = sequences(2, 3, 2, 3).bucketBySequenceLength(size, [3], [2, 2], { noPadding: true });
    expect(shapes(equal)).toEqual([[2, 2], [2, 3]]); // biome-ignore format: rows
    expect(batches.elementSpec).toEqual({
      x: new TensorSpec([null, null], "int32"),
      n: new TensorSpec([null], "int32"),
    });
  });

  // biome-ignore format: a table, one case a row
  it.each([
    [[3, 3], [1, 1, 1], {}, "expected bucketBoundaries that ascend, got"],
    [[3], [1], {}, "expected 2 bucketBatchSizes for 1 boundaries, got 1"],
    [[3], [1, 0], {}, "expected bucketBatchSizes to be a whole number of at least 1, got 0"],
    [[3], [1, 1], { noPadding: true, padToBucketBoundary: true }, "expected noPadding, or options of padding, got both"],
  ])("refuses boundaries %o with sizes %o and %o", (boundaries, sizes, options, message) => {
    expect(() => lengths().bucketBySequenceLength(size, boundaries, sizes, options)).toThrow(message);
  });
});

describe("rebatch", () => {
  it("cuts batches anew", () => {
    const batches = range(7).batch(3);
    expect(read(batches.rebatch(2))).toEqual([[0, 1], [2, 3], [4, 5], [6]]);
    expect(read(batches.rebatch([1, 4], { dropRemainder: true }))).toEqual([[0], [1, 2, 3, 4], [5]]);
    expect(batches.rebatch(2, { dropRemainder: true }).elementSpec).toEqual(new TensorSpec([2], "int64"));
    expect(() => range(3).rebatch(2)).toThrow("expected batches `[rows, ...]`, got scalars");
    expect(() => batches.rebatch([])).toThrow("expected at least one batch size, got none");
  });
});
