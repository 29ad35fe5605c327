// Weights of samples and validation in fit.
import { afterEach, describe, expect, test, vi } from "vitest";
import * as tf from "../../index.ts";

const { layers, optimizers } = tf.keras;

afterEach(() => void vi.restoreAllMocks());

/** y = weight * x, from weight 0: what a step does to it can be computed by hand. */
function line(options: Parameters<tf.keras.Model["compile"]>[0] = {}): tf.keras.Sequential {
  const model = new tf.keras.Sequential([
    layers.Input({ shape: [1] }),
    new layers.Dense(1, { useBias: false, kernelInitializer: "zeros" }),
  ]);
  model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }), loss: "mse", ...options });
  return model;
}

const _weightOf = (model: tf.keras.Model): number => model.trainableVariables[0]?.data()[0] as number;

/** Remembers which batches came: the inputs of each step, by epoch. */
class Seen extends layers.Layer {
  readonly batches: number[][] = [];
  override call(inputs: tf.Tensor): tf.Tensor {
    this.batches.push([...(inputs.data() as Float32Array)]);
    return inputs;
  }
  override computeOutputShape(shape: tf.keras.layers.ShapeNest): tf.keras.layers.ShapeNest {
    return shape;
  }
}

/** A model that is run op by op and remembers its batches. */
function watching(): { model: tf.keras.Sequential; seen: Seen } {
  const seen = new Seen();
  const model = new tf.keras.Sequential([layers.Input({ shape: [1] }), seen, new layers.Dense(1)]);
  model.compile({ optimizer: "sgd", loss: "mse", runEagerly: true });
  return { model, seen };
}

describe("weights of samples", () => {
  test("count as Keras has it: the mean over the samples of the weighted losses", async () => {
    const model = line({ optimizer: new optimizers.SGD({ learningRate: 0 }) });
    const { history } = await model.fit([[1], [1]], [[1], [3]], { sampleWeight: [0.5, 1], verbose: 0 });
    expect(history.loss?.[0]).toBeCloseTo((0.5 * 1 + 1 * 9) / 2, 5);
  });

  test.each([
    ["class numbers", Int32Array.of(0, 1, 2)],
    ["class numbers in a column", [[0], [1], [2]]],
    [
      "one-hot labels",
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    ],
  ])("follow from classWeight for %s", async (_what, labels) => {
    const model = new tf.keras.Sequential([
      layers.Input({ shape: [1] }),
      new layers.Dense(3, { kernelInitializer: "zeros", activation: "softmax" }),
    ]);
    const loss = _what === "one-hot labels" ? "categorical_crossentropy" : "sparse_categorical_crossentropy";
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0 }), loss });
    const { history } = await model.fit([[1], [1], [1]], labels, { classWeight: { 0: 2, 1: 0.5 }, verbose: 0 });
    expect(history.loss?.[0]).toBeCloseTo((Math.log(3) * (2 + 0.5 + 1)) / 3, 5);
    const onBatch = model.trainOnBatch([[1], [1], [1]], labels, { classWeight: { 0: 2, 1: 0.5 } });
    expect(onBatch).toBeCloseTo((Math.log(3) * (2 + 0.5 + 1)) / 3, 5);
  });
});

describe("validation", () => {
  const x = Array.from({ length: 10 }, (_, i) => [i]);

  test("takes the last part of the values with validationSplit, before any shuffle", async () => {
    const { model, seen } = watching();
    const { history } = await model.fit(x, x, { validationSplit: 0.25, batchSize: 16, verbose: 0 });
    const [training, validation] = seen.batches as [number[], number[]];
    expect([...training].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(validation).toEqual([7, 8, 9]);
    expect(Object.keys(history)).toEqual(["loss", "val_loss"]);
  });

  test("takes validationData rather than a split, as values, with weights, or as a dataset", async () => {
    const model = line({ optimizer: new optimizers.SGD({ learningRate: 0 }) });
    const fit = async (
      validationData: NonNullable<Parameters<typeof model.fit>[2]>["validationData"],
    ): Promise<number> =>
      (await model.fit(x, x, { validationSplit: 0.5, validationData: validationData!, verbose: 0 })).history
        .val_loss?.[0] as number;
    expect(
      await fit([
        [[1], [1]],
        [[2], [4]],
      ]),
    ).toBeCloseTo(10, 5);
    expect(
      await fit([
        [[1], [1]],
        [[2], [4]],
        [1, 0],
      ]),
    ).toBeCloseTo(2, 5);
    expect(await fit(tf.data.Dataset.fromTensorSlices([tf.ones([2, 1]), tf.fill([2, 1], 3)]).batch(1))).toBeCloseTo(
      9,
      5,
    );
  });

  test("may have steps and a batch size of its own, and come every few epochs or after some", async () => {
    const { model, seen } = watching();
    await model.fit([[50]], [[0]], { validationData: [x, x], validationBatchSize: 4, validationSteps: 2, verbose: 0 });
    expect(seen.batches).toEqual([[50], [0, 1, 2, 3], [4, 5, 6, 7]]);
    const losses = async (validationFreq: number | number[]): Promise<number> =>
      (await model.fit([[1]], [[1]], { epochs: 5, validationData: [[[1]], [[1]]], validationFreq, verbose: 0 })).history
        .val_loss?.length as number;
    expect(await losses(2)).toBe(2);
    expect(await losses([1, 4, 5])).toBe(3);
  });
});
