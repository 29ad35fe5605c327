// A compiled model that is changed, losses beside that of the labels, and what optimizers put in place at the end.
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import * as tf from "../../index.ts";

const { layers, optimizers } = tf.keras;
type CompileOptions = NonNullable<Parameters<tf.keras.Model["compile"]>[0]>;

beforeAll(() => {
  tf.function(() => tf.random.uniform([1]))(); // makes the counter of traced draws, which stays
});
afterEach(() => void vi.restoreAllMocks());

const inputs = (): Float32Array => Float32Array.from({ length: 40 * 4 }, (_, i) => Math.sin(i * 1.7));
const x = (): tf.Tensor => tf.constant(inputs(), { shape: [40, 4] });
const y = (): Int32Array => Int32Array.from({ length: 40 }, (_, i) => ((inputs()[4 * i] as number) > 0 ? 1 : 0));

function classifier(options: CompileOptions = {}, dropout = 0): tf.keras.Sequential {
  const model = new tf.keras.Sequential([
    layers.Input({ shape: [4] }),
    new layers.Dense(8, { activation: "relu" }),
    new layers.BatchNormalization(),
    new layers.Dropout(dropout),
    new layers.Dense(2),
  ]);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.01 }),
    loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
    ...options,
  });
  return model;
}

/** The bytes of all weights. */
const _bits = (model: tf.keras.Model): string[] =>
  model.weights.map((weight) => Buffer.from((weight.data() as Float32Array).buffer).toString("base64"));
const _numbers = (model: tf.keras.Model): number[] =>
  model.weights.flatMap((weight) => [...(weight.data() as Float32Array)]);

describe("changes of a compiled model", () => {
  test("of trainable count from the next compile on", async () => {
    const model = classifier();
    const first = model.layers[0] as tf.keras.layers.Dense;
    first.trainable = false;
    model.compile({ optimizer: "sgd", loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
    const frozen = (): string => String(first.kernel.array());
    const before = frozen();
    await model.fit(x(), y(), { epochs: 2, verbose: 0 });
    expect(frozen()).toBe(before);
    first.trainable = true;
    model.compile({ optimizer: "sgd", loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
    await model.fit(x(), y(), { verbose: 0 });
    expect(frozen()).not.toBe(before);
  });

  test("of the learning rate count at once", async () => {
    const model = classifier({ optimizer: new optimizers.SGD({ learningRate: 0.1 }) });
    await model.fit(x(), y(), { verbose: 0 });
    model.optimizer.learningRate = 0;
    const trainable = (): number[] =>
      model.trainableVariables.flatMap((weight) => [...(weight.data() as Float32Array)]);
    const before = trainable();
    await model.fit(x(), y(), { verbose: 0 });
    expect(trainable()).toEqual(before);
  });
});

describe("losses beside that of the labels", () => {
  test("are penalties of weights, in training and in evaluation", async () => {
    const model = new tf.keras.Sequential([
      layers.Input({ shape: [1] }),
      new layers.Dense(1, {
        useBias: false,
        kernelInitializer: "ones",
        kernelRegularizer: new tf.keras.regularizers.L2({ l2: 0.5 }),
      }),
    ]);
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }), loss: "mse" });
    expect(await model.evaluate([[1]], [[1]], { verbose: 0 })).toBeCloseTo(0.5, 6);
    await model.fit([[1]], [[1]], { verbose: 0 });
    expect(model.trainableVariables[0]?.data()[0]).toBeCloseTo(0.9, 6); // 1 - 0.1 * d(0.5 w^2)/dw
  });

  test("are what layers add in their calls", async () => {
    class Adds extends layers.Layer {
      override call(given: tf.Tensor): tf.Tensor {
        this.addLoss(tf.reduceMean(given));
        return given;
      }
    }
    const model = new tf.keras.Sequential([
      layers.Input({ shape: [1] }),
      new Adds(),
      new layers.Dense(1, { kernelInitializer: "zeros" }),
    ]);
    model.compile({ loss: "mse" });
    for (const runEagerly of [false, true]) {
      model.compile({ loss: "mse", optimizer: new optimizers.SGD({ learningRate: 0 }), runEagerly });
      expect(await model.evaluate([[3], [5]], [[0], [0]], { verbose: 0 })).toBeCloseTo(4, 6);
      expect((await model.fit([[3], [5]], [[0], [0]], { epochs: 2, verbose: 0 })).history.loss).toEqual([4, 4]);
    }
  });
});

test("averages of weights are put in their place when fit ends", async () => {
  const optimizer = new optimizers.SGD({ learningRate: 1, useEma: true, emaMomentum: 0.5 });
  const model = new tf.keras.Sequential([
    layers.Input({ shape: [1] }),
    new layers.Dense(1, { useBias: false, kernelInitializer: "zeros" }),
  ]);
  model.compile({ optimizer, loss: (yTrue: tf.Tensor, yPred: tf.Tensor) => yTrue.subtract(yPred) });
  await model.fit([[1], [1]], [[0], [0]], { batchSize: 1, verbose: 0 }); // 1 after the first step, 2 after the second
  expect(model.trainableVariables[0]?.data()[0]).toBeCloseTo(1.5, 6);
});

test("a scaled loss trains as one that is not, and is not seen in the logs", async () => {
  const results = await Promise.all(
    [null, 1024].map(async (lossScaleFactor) => {
      const model = new tf.keras.Sequential([
        layers.Input({ shape: [1] }),
        new layers.Dense(1, { useBias: false, kernelInitializer: "zeros" }),
      ]);
      model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1, lossScaleFactor }), loss: "mse" });
      const { history } = await model.fit([[1]], [[1]], { epochs: 3, verbose: 0 });
      return [model.trainableVariables[0]?.data()[0], history.loss];
    }),
  );
  expect(results[1]).toEqual(results[0]);
});
