/** Twenty steps from the same initial weights as Python's Keras: by fit, and by a loop over the same batches. */
import { describe, expect, it } from "vitest";
import * as tf from "../../src/index.ts";
import type { Logs } from "../../src/keras/callbacks/callback.ts";
import {
  expectSame,
  type GoldenCase,
  type GoldenObject,
  type GoldenTensor,
  goldenFamilies,
  objectOf,
  tensorOf,
} from "./golden-cases.ts";

interface TrainingCase extends GoldenCase {
  readonly inputShape: number[];
  readonly batchSize: number;
  readonly epochs: number;
  readonly layers: readonly GoldenObject[];
  readonly loss: GoldenObject;
  readonly optimizer: GoldenObject;
  readonly weights: readonly GoldenTensor[];
  readonly x: GoldenTensor;
  readonly y: GoldenTensor;
  readonly losses: readonly number[];
  readonly batchLogs: readonly Logs[];
  readonly epochLogs: readonly Logs[];
  readonly weightsAfter: readonly GoldenTensor[];
}

const RELATIVE = 1e-5;

function build(golden: TrainingCase): tf.keras.Sequential {
  const layers = golden.layers.map((layer) => objectOf(layer) as tf.keras.layers.Layer);
  const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: golden.inputShape }), ...layers]);
  model.setWeights(golden.weights.map(tensorOf));
  return model;
}

function expectClose(what: string, actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${what}: ${actual} for ${expected}`).toBeLessThanOrEqual(
    RELATIVE * Math.abs(expected) + 1e-7,
  );
}

function expectLogs(what: string, actual: readonly Logs[], expected: readonly Logs[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, logs] of expected.entries()) {
    expect(Object.keys(actual[i] as Logs).sort()).toEqual(Object.keys(logs).sort());
    for (const [name, value] of Object.entries(logs))
      expectClose(`${what} ${i}, ${name}`, actual[i]?.[name] as number, value);
  }
}

class Recorder extends tf.keras.callbacks.Callback {
  readonly batches: Logs[] = [];
  readonly epochs: Logs[] = [];
  override onTrainBatchEnd(_batch: number, logs: Logs = {}): void {
    this.batches.push(logs);
  }
  override onEpochEnd(_epoch: number, logs: Logs = {}): void {
    this.epochs.push(logs);
  }
}

const cases = [...goldenFamilies<TrainingCase>("training").values()].flat();

describe.each(cases.map((golden) => [`${golden.name} with ${golden.case}`, golden] as const))(
  "%s",
  (_title, golden) => {
    it.each([false, true])("fit gives the losses, logs and weights of Keras (runEagerly %s)", async (runEagerly) => {
      const model = build(golden);
      model.compile({
        optimizer: objectOf(golden.optimizer) as tf.keras.optimizers.Optimizer,
        loss: objectOf(golden.loss) as tf.keras.losses.Loss,
        metrics: ["accuracy"],
        runEagerly,
      });
      const recorder = new Recorder();
      const { batchSize, epochs } = golden;
      await model.fit(tensorOf(golden.x), tensorOf(golden.y), {
        batchSize,
        epochs,
        shuffle: false,
        verbose: 0,
        callbacks: [recorder],
      });
      expectLogs("batch", recorder.batches, golden.batchLogs);
      expectLogs("epoch", recorder.epochs, golden.epochLogs);
      for (const [i, weight] of golden.weightsAfter.entries())
        expectSame(`weight ${i}`, model.getWeights()[i] as tf.Tensor, weight, 1e-4);
    });

    it("a loop over tf.function gives the losses of Keras", () => {
      const model = build(golden);
      const optimizer = objectOf(golden.optimizer) as tf.keras.optimizers.Optimizer;
      const loss = objectOf(golden.loss) as tf.keras.losses.Loss;
      const step = tf.function((x: tf.Tensor, y: tf.Tensor) => {
        const variables = model.trainableVariables;
        const { value, gradients } = tf.valueAndGradient(
          () => loss.apply(y, model.apply(x, { training: true })),
          variables,
        );
        optimizer.apply(gradients, variables);
        return value;
      });
      const [x, y] = [tensorOf(golden.x), tensorOf(golden.y)];
      const samples = x.shape[0] as number;
      for (const [i, expected] of golden.losses.entries()) {
        const begin = (i * golden.batchSize) % samples;
        const rows = `${begin}:${begin + golden.batchSize}`;
        expectClose(`loss of step ${i}`, step(x.at(rows), y.at(rows)).item(), expected);
      }
    });
  },
);
