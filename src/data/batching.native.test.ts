import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";

const { range } = Dataset;

/** The elements of one epoch as nested arrays. */
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];

/** A dataset whose elements have no numbers. */
const stream = (n: number): Dataset<Tensor> => range(n).filter(() => tf.constant(true));

describe("batch", () => {
  it("stacks elements, the last part or not", () => {
    expect(read(range(5).batch(2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(read(range(5).batch(2, { dropRemainder: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(read(stream(5).batch(2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(read(range(8).batch(2).batch(3))).toEqual([
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      [[6, 7]],
    ]);
    expect(read(range(0).batch(2))).toEqual([]);
  });

  it("makes several at once, in order where that is wanted", () => {
    const options = { numParallelCalls: 2 };
    expect(read(range(5).batch(2, options))).toEqual([[0, 1], [2, 3], [4]]);
    expect(read(stream(5).batch(2, options))).toEqual([[0, 1], [2, 3], [4]]);
    const anyOrder = read(stream(64).batch(2, { ...options, deterministic: false })) as number[][];
    expect(anyOrder.sort(([a = 0], [b = 0]) => a - b)).toEqual(
      Array.from({ length: 32 }, (_, i) => [2 * i, 2 * i + 1]),
    );
    expect(() => range(5).batch(2, { numParallelCalls: 0 })).toThrow("Dataset.batch: expected numParallelCalls");
  });

  it("knows its number and its shape before it is read", () => {
    const shapes = [range(6).batch(2), range(5).batch(2), range(5).batch(2, { dropRemainder: true })].map(
      (dataset) => dataset.elementSpec,
    );
    expect(shapes).toMatchObject([{ shape: [2] }, { shape: [null] }, { shape: [2] }]);
    expect(
      [range(5).batch(2), range(5).repeat().batch(2), stream(5).batch(2)].map((dataset) => dataset.cardinality()),
    ).toEqual([3, -1, -2]);
  });

  it("refuses elements of different shapes, by whichever way they come", () => {
    const lengths = (source: Dataset<Tensor>): Dataset<Tensor> =>
      source.map((n) => tf.fill(tf.reshape(n, [1]), 1)).batch(2);
    const message =
      /element 0 of epoch 0: Dataset.batch: expected elements of one shape, got \[[12]\] and \[[12]\].*; pad them with dataset.paddedBatch/;
    expect(() => read(lengths(range(1, 4)))).toThrow(message);
    expect(() => read(lengths(stream(4).skip(1)))).toThrow(message);
    expect(() => range(3).batch(-2)).toThrow(
      "Dataset.batch: expected batchSize to be a whole number of at least 1, got -2",
    );
  });

  it("takes elements whose shapes differed on the way to one shape", () => {
    const lengths = range(1, 5)
      .map((n) => tf.range(n))
      .map((x) => tf.stack([tf.size(x), tf.reduceSum(tf.cast(x, "int32"))]));
    expect(read(lengths.batch(2))).toEqual([[[1, 0], [2, 1]], [[3, 3], [4, 6]]]); // biome-ignore format: rows
    const random = range(1, 5)
      .map((n) => tf.range(n))
      .map((x) => tf.add(tf.cast(tf.size(x), "float32"), tf.random.uniform([])));
    const epoch = (dataset: Dataset<Tensor>): unknown => {
      using iterator = dataset.iterator({ epoch: 2 });
      return iterator.next()?.array();
    };
    expect(epoch(random.batch(1))).toEqual([epoch(random)]); // what is random follows from the element's number
  });

  it("pads elements of different lengths", () => {
    const lengths = range(1, 4).map((n) => ({ ones: tf.fill(tf.reshape(n, [1]), 1), n }));
    expect(read(lengths.paddedBatch(2))).toEqual([
      {
        n: [1, 2],
        ones: [
          [1, 0],
          [1, 1],
        ],
      },
      { n: [3], ones: [[1, 1, 1]] },
    ]);
    const padded = lengths.paddedBatch(3, { paddedShapes: { n: [], ones: [4] }, paddingValues: { ones: -1 } });
    expect(read(padded)).toEqual([
      {
        n: [1, 2, 3],
        ones: [
          [1, -1, -1, -1],
          [1, 1, -1, -1],
          [1, 1, 1, -1],
        ],
      },
    ]);
    expect(() => read(lengths.paddedBatch(3, { paddedShapes: { n: [], ones: [2] } }))).toThrow(
      /elements that fit into paddedShapes/,
    );
    expect(() => lengths.paddedBatch(3, { paddedShapes: { n: [], ones: [2, 2] } })).toThrow(/a padded shape of rank 1/);
  });

  it("pads with one value for all components, or with a value for each", () => {
    const pairs = range(1, 3).map((n) => [tf.fill(tf.reshape(n, [1]), 1), tf.fill(tf.reshape(n, [1]), true)] as const);
    expect(read(pairs.paddedBatch(2, { paddingValues: [tf.constant(7), true] }))).toEqual([
      [[[1, 7], [1, 1]], [[true, true], [true, true]]], // biome-ignore format: rows
    ]);
    const texts = range(1, 3).map((n) => ({
      a: tf.fill(tf.reshape(n, [1]), "x"),
      b: tf.fill(tf.reshape(n, [1]), "y"),
    }));
    expect(read(texts.paddedBatch(2, { paddingValues: "-", paddedShapes: { a: [-1], b: [3] } }))).toEqual([
      { a: [["x", "-"], ["x", "x"]], b: [["y", "-", "-"], ["y", "y", "-"]] }, // biome-ignore format: rows
    ]);
    expect(read(pairs.paddedBatch(2, { dropRemainder: true }).take(0))).toEqual([]);
    expect(pairs.paddedBatch(2, { dropRemainder: true }).elementSpec).toMatchObject([
      { shape: [2, null] },
      { shape: [2, null] },
    ]);
  });

  // biome-ignore format: a table, one case a row
  it.each([
    [{ paddingValues: { c: 1 } }, "expected paddingValues in a nest like the elements' ({ a: int32 [?], b: float32 [3] }), got"],
    [{ paddingValues: { a: [1, 2] } }, "expected paddingValues to be scalars (int32), got"],
    [{ paddingValues: { a: 1.5 } }, "Dataset.paddedBatch: expected"],
    [{ paddedShapes: [[1], [3]] }, "expected paddedShapes in a nest like the elements'"],
    [{ paddedShapes: { a: [1.5] } }, "expected paddedShapes of whole numbers and null, got"],
    [{ paddedShapes: { b: [2] } }, "expected a padded shape that elements [3] fit into, got [2]"],
  ])("refuses the padding %o", (options, message) => {
    using dataset = range(1, 3).map((n) => ({ a: tf.range(tf.cast(n, "int32")), b: tf.zeros([3]) }));
    expect(() => dataset.paddedBatch(2, options)).toThrow(message);
  });

  it("is undone by unbatch", () => {
    expect(read(range(5).batch(2).unbatch())).toEqual([0, 1, 2, 3, 4]);
    expect(() => range(3).unbatch()).toThrow(/a first axis to slice along, got a scalar/);
  });
});
