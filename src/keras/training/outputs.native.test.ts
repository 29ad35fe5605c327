import { describe, expect, test } from "vitest";
import type { Nest } from "../../base/nests.ts";
import * as tf from "../../index.ts";

const { layers, optimizers } = tf.keras;
type CompileOptions = Parameters<tf.keras.Model["compile"]>[0];

/** Two inputs, and two outputs "double" (2 a) and "sum" (a + b), whose weights stay as they are. */
function branched(options: CompileOptions, outputs: "list" | "object" = "list"): tf.keras.Model {
  const [a, b] = [layers.Input({ shape: [1], name: "a" }), layers.Input({ shape: [1], name: "b" })];
  const fixed = (name: string, value: number): tf.keras.layers.Layer =>
    new layers.Dense(1, { name, useBias: false, kernelInitializer: new tf.keras.initializers.Constant({ value }) });
  const sum = fixed("sum", 1).apply(new layers.Add().apply([a, b]));
  const double = fixed("double", 2).apply(a);
  const model = new tf.keras.Model({
    inputs: { a, b },
    outputs: outputs === "list" ? [sum, double] : { total: sum, twice: double },
  });
  model.compile({ optimizer: new optimizers.SGD({ learningRate: 0 }), ...options });
  return model;
}

const x = { a: [[1], [2]], b: [[10], [20]] }; // sum: 11, 22; double: 2, 4
const zeros = (): tf.Tensor => tf.zeros([2, 1]);
const sumLoss = (11 * 11 + 22 * 22) / 2;
const doubleLoss = (2 * 2 + 4 * 4) / 2;

async function lossesOf(model: tf.keras.Model, y: unknown, options: object = {}): Promise<Record<string, number>> {
  const { history } = await model.fit(x, y as tf.keras.layers.LayerInputs, { verbose: 0, ...options });
  return Object.fromEntries(Object.entries(history).map(([name, [value]]) => [name, value as number]));
}

describe("losses of several outputs", () => {
  const both = { loss: sumLoss + doubleLoss, sum_loss: sumLoss, double_loss: doubleLoss };
  test.each([
    ["one for all", "mse"],
    ["in order", ["mse", "mean_squared_error"]],
    ["by name, in any order", { double: "mse", sum: new tf.keras.losses.MeanSquaredError() }],
  ])("may be %s", async (_what, loss) => {
    expect(
      await lossesOf(branched({ loss: loss as NonNullable<CompileOptions>["loss"] & {} }), [zeros(), zeros()]),
    ).toEqual(both);
  });

  test("are weighted in their sum, by order or by name, but not by themselves", async () => {
    const weighted = { ...both, loss: 0.5 * sumLoss + 2 * doubleLoss };
    expect(await lossesOf(branched({ loss: "mse", lossWeights: [0.5, 2] }), [zeros(), zeros()])).toEqual(weighted);
    expect(await lossesOf(branched({ loss: "mse", lossWeights: { double: 2, sum: 0.5 } }), [zeros(), zeros()])).toEqual(
      weighted,
    );
  });

  test("may be left out for some, whose labels may be left out too", async () => {
    const sumAlone = { loss: sumLoss, sum_loss: sumLoss };
    expect(await lossesOf(branched({ loss: { sum: "mse" } }), [zeros(), zeros()])).toEqual(sumAlone);
    expect(await lossesOf(branched({ loss: ["mse", null] }), [zeros()])).toEqual(sumAlone);
    expect(await lossesOf(branched({ loss: { sum: "mse" } }), { sum: zeros() })).toEqual(sumAlone);
  });
});

test("labels may be given by name, in any order", async () => {
  const labels = { double: [[2], [4]], sum: zeros() };
  expect(await lossesOf(branched({ loss: "mse" }), labels)).toEqual({
    loss: sumLoss,
    sum_loss: sumLoss,
    double_loss: 0,
  });
});

test("outputs that are an object are known by its keys", async () => {
  const model = branched({ loss: { twice: "mse", total: "mae" }, metrics: { twice: ["mae"] } }, "object");
  expect(await lossesOf(model, { twice: zeros(), total: zeros() })).toEqual({
    loss: doubleLoss + 16.5,
    total_loss: 16.5,
    twice_loss: doubleLoss,
    twice_mae: 3,
  });
  const predicted = await model.predict<Record<string, tf.Tensor>>(x, { batchSize: 1, verbose: 0 });
  expect(predicted.total?.array()).toEqual([[11], [22]]);
  expect(predicted.twice?.array()).toEqual([[2], [4]]);
});

describe("metrics of several outputs", () => {
  test.each([
    ["in order", [["mae"], ["mse", "mae"]]],
    ["by name", { double: ["mse", "mae"], sum: "mae" }],
  ])("may be given %s; logs name the output", async (_what, metrics) => {
    const logs = await lossesOf(
      branched({ loss: "mse", metrics: metrics as NonNullable<CompileOptions>["metrics"] & {} }),
      [zeros(), zeros()],
    );
    expect(logs).toMatchObject({ sum_mae: 16.5, double_mse: doubleLoss, double_mae: 3 });
  });

  test("keep their own names, and are told apart when two have the same", async () => {
    const own = new tf.keras.metrics.MeanAbsoluteError({ name: "error" });
    const model = branched({
      loss: "mse",
      metrics: { sum: [own, new tf.keras.metrics.MeanSquaredError({ name: "error" })] },
      weightedMetrics: { sum: [new tf.keras.metrics.MeanAbsoluteError({ name: "error" })] },
    });
    const logs = await lossesOf(model, [zeros(), zeros()], { sampleWeight: [1, 0] });
    expect(own.name).toBe("error");
    expect(logs).toMatchObject({ sum_error: 16.5, sum_error_1: sumLoss, sum_weighted_error: 11 });
  });

  test("come in the order of Keras: the loss, those of the outputs, then the metrics by name", async () => {
    const model = branched({ loss: "mse", metrics: { sum: ["mse", "mae"], double: ["mae"] } });
    const values = await model.evaluate(x, [zeros(), zeros()], { verbose: 0 });
    expect(model.metricsNames).toEqual(["loss", "sum_loss", "double_loss", "double_mae", "sum_mae", "sum_mse"]);
    expect(values).toEqual([sumLoss + doubleLoss, sumLoss, doubleLoss, 3, 16.5, sumLoss]);
  });
});

test("weights of samples count for every output, or for each its own", async () => {
  const weights = (value: unknown): Promise<Record<string, number>> =>
    lossesOf(branched({ loss: "mse" }), [zeros(), zeros()], { sampleWeight: value });
  expect(await weights([1, 0])).toMatchObject({ sum_loss: 121 / 2, double_loss: 4 / 2 });
  expect(await weights([Float32Array.of(1, 0), Float32Array.of(0, 1)])).toMatchObject({
    sum_loss: 121 / 2,
    double_loss: 16 / 2,
  });
  expect(await weights({ double: [0, 1], sum: [1, 0] })).toMatchObject({ sum_loss: 121 / 2, double_loss: 16 / 2 });
});

test("inputs may come from a dataset of nests", async () => {
  const features = { a: tf.constant([[1], [2]]), b: tf.constant([[10], [20]]) };
  const labels = [tf.zeros([2, 1]), tf.zeros([2, 1])];
  const dataset = tf.data.Dataset.fromTensorSlices([features, labels] as const).batch(2);
  const model = branched({ loss: "mse" });
  expect(await model.evaluate(dataset, { verbose: 0, returnDict: true })).toEqual({
    loss: sumLoss + doubleLoss,
    sum_loss: sumLoss,
    double_loss: doubleLoss,
  });
  const [sum, double] = await model.predict<[tf.Tensor, tf.Tensor]>(dataset, { verbose: 0 });
  expect([sum.array(), double.array()]).toEqual([
    [[11], [22]],
    [[2], [4]],
  ]);
});

test("subclassed models may return nests", async () => {
  class Two extends tf.keras.Model {
    override call(inputs: tf.Tensor): Nest<tf.Tensor> {
      return { first: inputs.multiply(2), second: [inputs, inputs.multiply(3)] as never };
    }
  }
  const outputs = await new Two().predict<{ first: tf.Tensor; second: tf.Tensor[] }>([[1], [2], [3]], {
    batchSize: 2,
    verbose: 0,
  });
  expect(outputs.first.array()).toEqual([[2], [4], [6]]);
  expect(outputs.second.map((tensor) => tensor.array())).toEqual([
    [[1], [2], [3]],
    [[3], [6], [9]],
  ]);
});

describe("what does not fit is told:", () => {
  test.each([
    [
      "a loss for an output that is not there",
      { loss: { product: "mse" } },
      zeros(),
      'model.compile: loss: expected names of outputs ("sum", "double"), got "product"',
    ],
    [
      "losses of another number",
      { loss: ["mse"] },
      zeros(),
      "model.compile: loss: expected 2 entries, one for each output, got [an object of class MeanSquaredError]",
    ],
    ["labels of another number", { loss: "mse" }, [zeros()], "model.fit: expected labels for 2 output(s), got 1"],
    [
      "labels of an unknown name",
      { loss: "mse" },
      { product: zeros(), sum: zeros() },
      'model.fit: labels: expected names of outputs ("sum", "double"), got "product"',
    ],
    [
      "no labels for a loss",
      { loss: "mse" },
      { sum: zeros() },
      "model.fit: expected labels for output 1, got none; pass y, or a dataset of [x, y]",
    ],
    ["no labels at all", { loss: "mse" }, null, "model.fit: expected labels for 2 output(s), got 0"],
    [
      "samples of different numbers",
      { loss: "mse" },
      [[[0]], [[0]]],
      "model.fit: expected the same number of samples in x, y and sampleWeight, got 2, 2, 1, 1",
    ],
  ])("%s", async (_what, options, labels, message) => {
    const told = await lossesOf(branched(options as NonNullable<CompileOptions>), labels).catch((error) =>
      String(error),
    );
    expect(told).toContain(message);
  });
});
