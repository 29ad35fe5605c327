// Options that classes of Keras do not know are told at the first use of the object, in words that name the class.
import { expect, test } from "vitest";
import * as tf from "../index.ts";

const { layers, losses, metrics, optimizers, initializers, regularizers, constraints, callbacks } = tf.keras;
const x = (): tf.Tensor => tf.ones([2, 3]);
const misspelt = (options: object): never => options as never;

// biome-ignore format: a table, one use a row
const uses: readonly (readonly [what: string, use: () => unknown, message: string])[] = [
  ["a layer that is applied", () => new layers.Dense(2, misspelt({ activaton: "relu" })).apply(x()), 'Dense: expected options { name?, trainable?, dtype?, units?, activation?'],
  ["a layer that is added", () => new tf.keras.Sequential([new layers.Dense(2, misspelt({ bias: false }))]), 'got an unknown bias'],
  ["a layer with Python's name", () => new layers.Dense(2, misspelt({ use_bias: false })).apply(x()), 'an unknown use_bias; did you mean "useBias"'],
  ["a text for options", () => new layers.Dense(2, "relu" as never).apply(x()), "Dense: expected options {"],
  ["a number for options", () => new layers.MaxPooling2D(2 as never), "MaxPooling2D: expected options by name, in one object, got 2"],
  ["a call", () => new layers.Dropout(0.5).apply(x(), { trainig: true }), "options { training?, mask? } of a call, got an unknown trainig"],
  ["an input", () => layers.Input(misspelt({ shpe: [2] })), "Input: expected options { shape?, batchSize?"],
  ["no input", () => layers.Input(undefined as never), "Input: expected options { shape?, batchSize?"],
  ["a model", () => new tf.keras.Model(misspelt({ input: layers.Input({ shape: [2] }) })), "new tf.keras.Model: expected options {"],
  ["a model of two arguments", () => new tf.keras.Model(layers.Input({ shape: [2] }) as never), "new tf.keras.Model: expected options {"],
  ["a sequential model", () => new tf.keras.Sequential([], misspelt({ nme: "a" })), "new tf.keras.Sequential: expected options {"],
  ["an optimizer", () => optimizers.get(new optimizers.Adam(misspelt({ lr: 0.1 }))), "Adam: expected options { name?, learningRate?"],
  ["an optimizer's only argument", () => new optimizers.SGD(0.1 as never), "SGD: expected options by name, in one object, got 0.1"],
  ["a loss's only argument", () => new losses.Huber(1.5 as never), "Huber: expected options by name, in one object, got 1.5"],
  ["a schedule", () => new optimizers.SGD({ learningRate: new optimizers.schedules.CosineDecay(0.1, 10, misspelt({ alfa: 1 })) }), "CosineDecay: expected options {"],
  ["a loss", () => new losses.Huber(misspelt({ dleta: 1 })).apply(x(), x()), "Huber: expected options {"],
  ["a metric", () => metrics.get(new metrics.AUC(misspelt({ thresholds_: 3 }))), "AUC: expected options {"],
  ["an initializer", () => initializers.get(new initializers.RandomNormal(misspelt({ std: 1 }))), "RandomNormal: expected options { seed?, mean?, stddev? }, got an unknown std"],
  ["a regularizer", () => regularizers.get(new regularizers.L2(misspelt({ l1: 1 }))), "L2: expected options { l2? }, got an unknown l1"],
  ["a constraint", () => constraints.get(new constraints.MaxNorm(misspelt({ max: 1 }))), "MaxNorm: expected options {"],
  ["a callback", () => new callbacks.EarlyStopping(misspelt({ patient: 3 })), "new EarlyStopping: expected options { monitor?"],
];

test.each(uses)("%s", (_, use, message) => {
  const told = tf.tidy(() => {
    try {
      return void use();
    } catch (error) {
      return String(error);
    }
  });
  expect(told).toContain(message);
});

test("options that are saved, and those that are not, are known", () => {
  tf.tidy(() => {
    new layers.Dense(2, { activityRegularizer: "l2", autocast: false, useBias: false }).apply(x());
    new layers.Embedding(3, 2, { weights: tf.ones([3, 2]) }).apply(tf.zeros([1, 1], { dtype: "int32" }));
    new losses.MeanSquaredError({ dtype: "float64", reduction: "sum" }).apply(x(), x());
    metrics.get(new metrics.AUC({ thresholds: [0.5] }));
  });
});

test("classes of the user's may take what they like, and files hold what they like", async () => {
  class Scaled extends layers.Dense {
    constructor(units: number, options: { by?: number } = {}) {
      super(units, options as object);
    }
  }
  expect(tf.tidy(() => new Scaled(2, { by: 3 }).apply(x()).shape)).toEqual([2, 2]);
  const model = new tf.keras.Sequential([layers.Input({ shape: [3] }), new layers.Dense(2)]);
  const text = model.toJson().replace('"units"', '"lora_rank":null,"units"');
  expect(tf.tidy(() => tf.keras.models.modelFromJson(text).apply(x()).shape)).toEqual([2, 2]);
});

test("shapes, dtypes and initial values of layers are checked", () => {
  for (const shape of [[-1], [2.5], 3, "abc", [Number.NaN]])
    expect(() => layers.Input({ shape: shape as never })).toThrow(
      /expected a shape of whole numbers of at least 0 and null/,
    );
  expect(() => layers.Input({ shape: [2], dtype: "foo" as never })).toThrow(/expected a dtype of float32/);
  expect(() => new optimizers.SGD({ learningRate: Number.NaN })).toThrow(
    "SGD: expected learningRate as a number, a schedule or a function, got NaN",
  );
  const odd = new layers.Dense(2, { kernelInitializer: () => tf.ones([1]) });
  expect(() => tf.tidy(() => odd.apply(x()))).toThrow(
    /addWeight: expected an initial value of shape \[3, 2\], got \[1\]/,
  );
  class Silent extends layers.Layer {
    override call(): never {
      return undefined as never;
    }
  }
  expect(() => tf.tidy(() => new Silent({ name: "silent" }).apply(x()))).toThrow(
    'Silent "silent": expected call() to return tensors, or arrays and objects of them, got undefined',
  );
});
