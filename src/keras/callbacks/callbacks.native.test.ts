// What callbacks do in a real training. How they decide is held against Python's Keras in test/process/keras-callbacks.test.ts.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import * as tf from "../../index.ts";

const { callbacks, layers, optimizers } = tf.keras;
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-callbacks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void vi.restoreAllMocks());

/** One weight, which each epoch makes larger by 1; the loss is the distance of the weight to 3. */
function growing(): tf.keras.Sequential {
  class Weight extends layers.Layer {
    weight = this.addWeight({ shape: [1], initializer: "zeros", name: "weight" });
    override call(inputs: tf.Tensor): tf.Tensor {
      return this.weight.read().add(inputs.multiply(0));
    }
  }
  const model = new tf.keras.Sequential([layers.Input({ shape: [1] }), new Weight()]);
  const loss = (_: tf.Tensor, yPred: tf.Tensor): tf.Tensor =>
    tf.add(tf.stopGradient(tf.abs(yPred.subtract(3)).subtract(yPred.negative())), yPred.negative());
  model.compile({ optimizer: new optimizers.SGD({ learningRate: 1 }), loss });
  return model;
}

const weightOf = (model: tf.keras.Model): number => model.weights[0]?.data()[0] as number;
const fit = (
  model: tf.keras.Model,
  callback: tf.keras.callbacks.Callback,
  epochs = 8,
): Promise<tf.keras.callbacks.History> => model.fit([[1]], [[1]], { epochs, verbose: 0, callbacks: [callback] });

describe("EarlyStopping", () => {
  test("stops when the loss grows again, and puts the best weights back if told to", async () => {
    for (const restoreBestWeights of [false, true]) {
      const model = growing();
      const stopping = new callbacks.EarlyStopping({ monitor: "loss", patience: 2, restoreBestWeights });
      const { history } = await fit(model, stopping);
      expect(history.loss).toEqual([3, 2, 1, 0, 1, 2]); // of the weight before each step
      expect([stopping.stoppedEpoch, stopping.bestEpoch, stopping.best]).toEqual([5, 3, 0]);
      expect(weightOf(model)).toBe(restoreBestWeights ? 4 : 6); // at the end of the best epoch, as in Keras
    }
  });

  test("can be used again", async () => {
    const model = growing();
    const stopping = new callbacks.EarlyStopping({ monitor: "loss" });
    expect((await fit(model, stopping)).epoch.length).toBe(5);
    model.setWeights([[0]]);
    expect((await fit(model, stopping)).epoch.length).toBe(5);
  });

  test("says what it does with verbose", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await fit(growing(), new callbacks.EarlyStopping({ monitor: "loss", verbose: 1, restoreBestWeights: true }));
    expect(log.mock.calls.flat()).toEqual([
      "Epoch 5: early stopping",
      "Restoring model weights from the end of the best epoch: 4.",
    ]);
  });

  test("warns once when its log is missing, with those that there are", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect((await fit(growing(), new callbacks.EarlyStopping(), 3)).epoch).toEqual([0, 1, 2]);
    expect(warn.mock.calls).toEqual([
      ['EarlyStopping: expected "val_loss" among the logs, got loss; is validationData missing?'],
    ]);
  });

  test("must be told what is better where the metric does not tell", async () => {
    const output = (_: tf.Tensor, yPred: tf.Tensor): tf.Tensor => yPred;
    const model = growing();
    model.compile({ loss: "mse", metrics: [output] });
    const error = await fit(model, new callbacks.EarlyStopping({ monitor: "output" })).catch(String);
    expect(error).toContain(
      'EarlyStopping: expected a monitor whose better direction is known (loss, output), got "output"; say it: mode "min" or "max"',
    );
    expect((await fit(model, new callbacks.EarlyStopping({ monitor: "output", mode: "max" }), 2)).epoch).toEqual([
      0, 1,
    ]);
  });
});

test("LambdaCallback refuses names that are no methods", () => {
  expect(() => new callbacks.LambdaCallback({ onEpoch: () => {} } as never)).toThrow(
    /expected functions named onTrainBegin, .*, got onEpoch/,
  );
  expect(() => new callbacks.LambdaCallback({ onEpochEnd: 3 } as never)).toThrow(/got onEpochEnd: 3/);
});

describe("TerminateOnNaN", () => {
  const broken = (): tf.keras.Sequential => {
    const model = growing();
    model.compile({ optimizer: "sgd", loss: (_: tf.Tensor, yPred: tf.Tensor) => yPred.divide(0).multiply(0) });
    return model;
  };

  test("ends the training after the batch", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect((await fit(broken(), new callbacks.TerminateOnNaN())).epoch).toEqual([0]);
    expect(warn.mock.calls.flat()).toEqual(["Batch 0: the loss is NaN, stopping the training."]);
  });

  test("throws if told to", async () => {
    const told = await fit(broken(), new callbacks.TerminateOnNaN({ raiseError: true })).catch(String);
    expect(told).toBe("TensorfleetError: TerminateOnNaN: expected a finite loss, got NaN in batch 0");
  });
});

describe("learning rates", () => {
  test("follow a schedule and are logged", async () => {
    const seen: [number, number][] = [];
    const schedule = new callbacks.LearningRateScheduler((epoch, rate) => {
      seen.push([epoch, rate]);
      return rate / 2;
    });
    const { history } = await fit(growing(), schedule, 3);
    expect(seen).toEqual([
      [0, 1],
      [1, 0.5],
      [2, 0.25],
    ]);
    expect(history.learning_rate).toEqual([0.5, 0.25, 0.125]);
  });

  test("must be numbers", async () => {
    const told = await fit(growing(), new callbacks.LearningRateScheduler(() => "1" as never)).catch(String);
    expect(told).toContain('LearningRateScheduler: expected a schedule that gives numbers, got "1"');
    expect(() => new callbacks.ReduceLROnPlateau({ factor: 1 })).toThrow(
      "new ReduceLROnPlateau: expected a factor below 1, got 1",
    );
  });

  test("cannot be set beside an optimizer's own schedule", async () => {
    const model = growing();
    model.compile({
      optimizer: new optimizers.SGD({ learningRate: new optimizers.schedules.ExponentialDecay(0.1, 10, 0.9) }),
      loss: "mse",
    });
    const told = await fit(model, new callbacks.LearningRateScheduler(() => 1)).catch(String);
    expect(told).toContain("learningRate: expected a schedule");
  });

  test("are reduced on a plateau", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const reducing = new callbacks.ReduceLROnPlateau({ monitor: "loss", factor: 0.5, patience: 1, verbose: 1 });
    const { history } = await fit(growing(), reducing, 6);
    expect(history.learning_rate).toEqual([1, 1, 1, 1, 1, 0.5]);
    expect(log.mock.calls.flat()).toEqual([
      "Epoch 5: ReduceLROnPlateau reducing learning rate to 0.5.",
      "Epoch 6: ReduceLROnPlateau reducing learning rate to 0.25.",
    ]);
  });
});

describe("ModelCheckpoint", () => {
  test("saves the model after each epoch, the name filled in", async () => {
    const path = join(folder, "each", "m-{epoch:02d}-{loss:.1f}.keras");
    await fit(growing(), new callbacks.ModelCheckpoint(path), 3);
    expect(readdirSync(join(folder, "each")).sort()).toEqual(["m-01-3.0.keras", "m-02-2.0.keras", "m-03-1.0.keras"]);
  });

  test("saves the best weights alone", async () => {
    const path = join(folder, "best.weights.h5");
    const model = growing();
    await fit(
      model,
      new callbacks.ModelCheckpoint(path, { monitor: "loss", saveBestOnly: true, saveWeightsOnly: true }),
    );
    expect(weightOf(model)).toBe(8);
    await model.loadWeights(path);
    expect(weightOf(model)).toBe(4);
  });

  test("saves every few batches, and counts on over epochs", async () => {
    const path = join(folder, "batches", "{epoch}-{batch}.weights.h5");
    const saving = new callbacks.ModelCheckpoint(path, { saveFreq: 2, saveWeightsOnly: true });
    await growing().fit(tf.ones([3, 1]), tf.ones([3, 1]), { batchSize: 1, epochs: 2, verbose: 0, callbacks: [saving] });
    expect(readdirSync(join(folder, "batches")).sort()).toEqual(["1-2.weights.h5", "2-1.weights.h5", "2-3.weights.h5"]);
  });

  test("leaves no half a file, and nothing beside it", async () => {
    const place = join(folder, "alone");
    await fit(growing(), new callbacks.ModelCheckpoint(join(place, "model.keras")), 2);
    expect(readdirSync(place)).toEqual(["model.keras"]);
  });

  test.each([
    ["model.h5", {}, 'expected a path that ends in .keras, got "model.h5"'],
    ["model.keras", { saveWeightsOnly: true }, "expected a path that ends in .weights.h5"],
    ["model.keras", { saveFreq: 0 }, 'expected saveFreq "epoch" or a number of batches, got 0'],
  ])("refuses %s with %j", (path, options, message) => {
    expect(() => new callbacks.ModelCheckpoint(path, options)).toThrow(message);
  });

  test("tells fields that are not known", async () => {
    const told = await fit(growing(), new callbacks.ModelCheckpoint(join(folder, "{val_loss:.2f}.keras"))).catch(
      String,
    );
    expect(told).toContain("ModelCheckpoint: expected fields among epoch, loss, got {val_loss}");
  });
});

describe("CSVLogger", () => {
  const path = join(folder, "log.csv");
  const lines = (): string[] => readFileSync(path, "utf8").trimEnd().split("\n");

  test("writes a line an epoch, with room for validation that comes later", async () => {
    await growing().fit([[1]], [[1]], {
      epochs: 3,
      validationFreq: 2,
      validationData: [[[1]], [[1]]],
      verbose: 0,
      callbacks: [new callbacks.CSVLogger(path)],
    });
    expect(lines()).toEqual(["epoch,loss,val_loss", "0,3,NA", "1,2,1", "2,1,NA"]);
  });

  test("begins a file anew, or adds to it", async () => {
    await fit(growing(), new callbacks.CSVLogger(path, { separator: ";" }), 1);
    expect(lines()).toEqual(["epoch;loss;val_loss", "0;3;NA"]);
    await fit(growing(), new callbacks.CSVLogger(path, { separator: ";", append: true }), 1);
    expect(lines()).toEqual(["epoch;loss;val_loss", "0;3;NA", "0;3;NA"]);
    rmSync(path);
    await fit(growing(), new callbacks.CSVLogger(path, { append: true }), 1);
    expect(lines()).toHaveLength(2);
  });

  test("ends fit when it cannot write", async () => {
    writeFileSync(join(folder, "file"), "");
    const told = await fit(growing(), new callbacks.CSVLogger(join(folder, "file", "log.csv"))).catch(String);
    expect(told).toContain("ENOTDIR");
    expect(existsSync(join(folder, "file", "log.csv"))).toBe(false);
  });
});
