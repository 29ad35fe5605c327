// Layers for numbers and categories: what they learn from data, and that they run in models and in datasets.
import { describe, expect, test } from "vitest";
import * as tf from "../../../index.ts";

const { layers } = tf.keras;
const { Dataset } = tf.data;

describe("Normalization", () => {
  const rows = [
    [1, 10],
    [2, 20],
    [3, 60],
  ];

  test("learns the same from values, from batches and from samples", async () => {
    const seen: unknown[] = [];
    for (const data of [tf.constant(rows), Dataset.fromTensorSlices(rows).batch(2)]) {
      const layer = new layers.Normalization();
      await layer.adapt(data);
      seen.push(layer.getWeights().map((weight) => weight.array()));
    }
    const layer = new layers.Normalization();
    await layer.adapt(Dataset.fromTensorSlices(rows), { batchSize: 2 });
    expect(seen).toEqual([seen[0], seen[0]]);
    expect(layer.adaptMean?.array()).toEqual([2, 30]);
  });

  test("ends after the steps that were asked for", async ({ task }) => {
    Object.assign(task.meta, { keepsTensors: 3 }); // the layer's weights, until the collector finds them
    const layer = new layers.Normalization();
    await layer.adapt(Dataset.fromTensorSlices(rows).batch(1).repeat(), { steps: 2 });
    expect(layer.adaptMean?.array()).toEqual([1.5, 15]);
    const endless = Dataset.fromTensorSlices(rows).batch(1).repeat();
    await expect(new layers.Discretization({ numBins: 2 }).adapt(endless)).rejects.toThrow("steps");
  });

  test("maps a dataset, and is part of a model", async () => {
    const layer = new layers.Normalization();
    await layer.adapt(rows);
    const mapped = [
      ...Dataset.fromTensorSlices(rows)
        .batch(3)
        .map((x: tf.Tensor) => layer.apply<tf.Tensor>(x))
        .asArrayIterator(),
    ];
    const model = new tf.keras.Sequential([layers.Input({ shape: [2] }), layer]);
    expect(model.apply(tf.constant(rows)).array()).toEqual(mapped[0]);
  });

  test("undoes what it does", async () => {
    const layer = new layers.Normalization({ mean: 3, variance: 4, invert: true });
    expect(layer.apply([[1], [0]]).array()).toEqual([[5], [3]]);
    await expect(layer.adapt([1])).rejects.toThrow("without mean and variance");
  });
});

describe("Discretization", () => {
  test("learns boundaries of bins that hold about as many", async () => {
    const layer = new layers.Discretization({ numBins: 4, epsilon: 0.01 });
    await layer.adapt(
      Dataset.range(1000).map((x: tf.Tensor) => x.cast("float32")),
      { batchSize: 100 },
    );
    const boundaries = layer.binBoundaries as number[];
    expect(boundaries.map((boundary) => Math.round(boundary / 50) * 50)).toEqual([250, 500, 750]);
    expect(layers.Discretization.fromConfig(layer.getConfig()).binBoundaries).toEqual(boundaries);
  });

  test("says that it must be adapted", () => {
    expect(() => new layers.Discretization({ numBins: 4 }).apply([1])).toThrow("adapt");
  });
});

test("a multi-hot encoding in a dataset's map is the one of a model", () => {
  const layer = new layers.CategoryEncoding(3);
  const rows = tf.constant(
    [
      [0, 2],
      [1, 1],
    ],
    { dtype: "int32" },
  );
  const mapped = [
    ...Dataset.fromTensorSlices(rows)
      .map((x: tf.Tensor) => layer.apply<tf.Tensor>(x))
      .batch(2)
      .asArrayIterator(),
  ];
  expect(mapped[0]).toEqual(layer.apply(rows).array());
});

test("hashed crossings run in a model", () => {
  const [a, b] = [layers.Input({ shape: [1], dtype: "string" }), layers.Input({ shape: [1], dtype: "int64" })];
  const layer = new layers.HashedCrossing(5, { outputMode: "one_hot" });
  const model = new tf.keras.Model({ inputs: [a, b], outputs: layer.apply([a, b]) });
  const inputs = [tf.constant([["A"], ["B"]]), tf.constant([[101], [101]], { dtype: "int64" })];
  expect(model.apply<tf.Tensor>(inputs as never).array()).toEqual([
    [0, 1, 0, 0, 0],
    [0, 0, 0, 0, 1],
  ]);
});
