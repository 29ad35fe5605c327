import { afterEach, describe, expect, test, vi } from "vitest";
import * as tf from "../../index.ts";
import type { Logs } from "../callbacks/callback.ts";

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

const weightOf = (model: tf.keras.Model): number => model.trainableVariables[0]?.data()[0] as number;

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

class Recorder extends tf.keras.callbacks.Callback {
  readonly calls: string[] = [];
  readonly logs: Logs[] = [];
  override onTrainBegin(): void {
    this.calls.push(`train begin, ${this.params.epochs} epochs of ${this.params.steps} steps`);
  }
  override onTrainEnd(logs?: Logs): void {
    this.calls.push(`train end, ${Object.keys(logs ?? {})}`);
  }
  override onEpochBegin(epoch: number): void {
    this.calls.push(`epoch ${epoch}`);
  }
  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    await Promise.resolve();
    this.calls.push(`epoch ${epoch} end, ${Object.keys(logs)}`);
  }
  override onTrainBatchBegin(batch: number): void {
    this.calls.push(`batch ${batch}`);
  }
  override onTrainBatchEnd(batch: number, logs: Logs = {}): void {
    this.calls.push(`batch ${batch} end`);
    this.logs.push(logs);
  }
  override onTestBegin(): void {
    this.calls.push("test");
  }
  override onTestBatchEnd(batch: number): void {
    this.calls.push(`test batch ${batch}`);
  }
  override onTestEnd(): void {
    this.calls.push("test end");
  }
}

describe("data may be", () => {
  const x = [[1], [2], [3], [4]];
  const y = [[2], [4], [6], [8]];
  const flat = (values: number[][]): tf.Tensor => tf.constant(values.flat(), { shape: [4, 1] });
  test.each([
    ["nested arrays", () => [x, y]],
    ["tensors", () => [flat(x), flat(y)]],
    ["labels of one axis", () => [x, y.flat()]],
    ["integers", () => [tf.constant(x, { dtype: "int32" }), Int32Array.from(y.flat())]],
  ])("%s", async (_what, make) => {
    const model = line();
    const [inputs, labels] = make() as [tf.keras.layers.LayerInputs, tf.keras.layers.LayerInputs];
    await model.fit(inputs, labels, { batchSize: 2, epochs: 10, verbose: 0 });
    expect(weightOf(model)).toBeCloseTo(2, 3);
  });

  test("datasets of pairs", async () => {
    const model = line();
    const dataset = tf.data.Dataset.fromTensorSlices([flat(x), flat(y)])
      .shuffle()
      .batch(2);
    await model.fit(dataset, { epochs: 10, verbose: 0 });
    expect(weightOf(model)).toBeCloseTo(2, 3);
  });

  test("datasets of inputs, labels and weights", async () => {
    const model = line();
    const wrong = tf.constant([[2], [4], [99], [-99]], { dtype: "float32" });
    const dataset = tf.data.Dataset.fromTensorSlices([flat(x), wrong, Float32Array.of(1, 1, 0, 0)]).batch(2);
    await model.fit(dataset, { epochs: 30, verbose: 0 });
    expect(weightOf(model)).toBeCloseTo(2, 3);
  });

  test("inputs alone, where a layer adds the loss", async () => {
    class Towards3 extends layers.Layer {
      override call(inputs: tf.Tensor): tf.Tensor {
        this.addLoss(tf.square(inputs.subtract(3))); // a loss for each sample: they are summed
        return inputs;
      }
    }
    const model = new tf.keras.Sequential([
      layers.Input({ shape: [1] }),
      new layers.Dense(1, { useBias: false }),
      new Towards3(),
    ]);
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }) });
    const { history } = await model.fit([[1], [1]], null, { epochs: 30, verbose: 0 });
    expect(weightOf(model)).toBeCloseTo(3, 3);
    expect(history.loss?.at(-1)).toBeLessThan(1e-4);
  });
});

describe("an epoch", () => {
  test("takes one step a batch, the last one smaller, with the mean loss over all samples", async () => {
    const model = line({ optimizer: new optimizers.SGD({ learningRate: 0 }) });
    const recorder = new Recorder();
    const history = await model.fit([[1], [1], [1]], [[1], [2], [3]], {
      batchSize: 2,
      shuffle: false,
      verbose: 0,
      callbacks: [recorder],
    });
    expect(history.history.loss?.[0]).toBeCloseTo((1 + 4 + 9) / 3, 5);
    expect(recorder.logs.map((logs) => logs.loss)).toEqual([2.5, expect.closeTo(14 / 3, 5)]);
  });

  test("shuffles values anew, unless told not to", async () => {
    const values = Array.from({ length: 32 }, (_, i) => [i]);
    const { model, seen } = watching();
    await model.fit(values, values, { batchSize: 32, epochs: 2, verbose: 0 });
    const [first, second] = seen.batches as [number[], number[]];
    expect(first).not.toEqual(values.flat());
    expect(second).not.toEqual(first);
    for (const batch of [first, second]) expect([...batch].sort((a, b) => a - b)).toEqual(values.flat());
    seen.batches.length = 0;
    await model.fit(values, values, { batchSize: 16, epochs: 2, shuffle: false, verbose: 0 });
    const halves = [values.flat().slice(0, 16), values.flat().slice(16)];
    expect(seen.batches).toEqual([...halves, ...halves]);
  });

  test("of a second fit has another order of a shuffled dataset; that of a new compile the first again", async () => {
    const { model, seen } = watching();
    const dataset = tf.data.Dataset.range(16)
      .map((i) => [tf.cast(i, "float32").reshape([1]), tf.zeros([1])] as const)
      .shuffle()
      .batch(16);
    await model.fit(dataset, { epochs: 2, verbose: 0 });
    await model.fit(dataset, { verbose: 0 });
    await model.fit(dataset, { epochs: 2, initialEpoch: 1, verbose: 0 });
    const orders = seen.batches.map(String);
    expect(new Set(orders.slice(0, 3)).size).toBe(3);
    expect(orders[3]).toBe(orders[1]); // going on with epoch 1 is epoch 1
    model.compile({ optimizer: "sgd", loss: "mse", runEagerly: true });
    await model.fit(dataset, { verbose: 0 });
    expect(seen.batches.at(-1)?.join()).toBe(orders[0]);
  });

  test("of a given number of steps goes on in the data where the one before ended", async () => {
    const { model, seen } = watching();
    const endless = tf.data.Dataset.range(1000)
      .map((i) => [tf.cast(i, "float32").reshape([1]), tf.zeros([1])] as const)
      .repeat()
      .batch(1);
    await model.fit(endless, { epochs: 3, stepsPerEpoch: 2, verbose: 0 });
    expect(seen.batches.flat()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("ends early, with a warning, where the data end before its steps, and the next begins anew", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { model, seen } = watching();
    const recorder = new Recorder();
    await model.fit([[0], [1], [2]], [[0], [0], [0]], {
      batchSize: 1,
      shuffle: false,
      epochs: 3,
      stepsPerEpoch: 2,
      verbose: 0,
      callbacks: [recorder],
    });
    expect(seen.batches.flat()).toEqual([0, 1, 2, 0, 1]);
    expect(warn.mock.calls.flat().join()).toMatch(/expected 2 batches for an epoch \(stepsPerEpoch\), got 1/);
    expect(recorder.calls[0]).toBe("train begin, 3 epochs of 2 steps");
    seen.batches.length = 0;
    warn.mockClear();
    await model.fit([[0], [1]], [[0], [0]], { batchSize: 1, shuffle: false, epochs: 2, stepsPerEpoch: 2, verbose: 0 });
    expect(seen.batches.flat()).toEqual([0, 1, 0, 1]);
    expect(warn).not.toHaveBeenCalled();
  });

  test("is numbered from initialEpoch on", async () => {
    const history = await line().fit([[1]], [[1]], { epochs: 5, initialEpoch: 3, verbose: 0 });
    expect(history.epoch).toEqual([3, 4]);
    expect(history.history.loss).toHaveLength(2);
  });
});

describe("callbacks", () => {
  test("are called in Keras's order, asynchronous ones are waited for", async () => {
    const recorder = new Recorder();
    await line({ metrics: ["mae"] }).fit([[1], [2], [3]], [[1], [2], [3]], {
      batchSize: 2,
      validationData: [[[1]], [[1]]],
      verbose: 0,
      callbacks: [recorder],
    });
    expect(recorder.calls).toEqual([
      "train begin, 1 epochs of 2 steps",
      "epoch 0",
      "batch 0",
      "batch 0 end",
      "batch 1",
      "batch 1 end",
      "test",
      "test batch 0",
      "test end",
      "epoch 0 end, loss,mae,val_loss,val_mae",
      "train end, loss,mae,val_loss,val_mae",
    ]);
  });

  test("may stop the training after a batch; the epoch is finished in good order", async () => {
    const recorder = new Recorder();
    const stop = new tf.keras.callbacks.LambdaCallback({
      onTrainBatchEnd: (batch) => {
        model.stopTraining = batch === 1;
      },
    });
    const model = line();
    const history = await model.fit(tf.ones([8, 1]), tf.ones([8, 1]), {
      batchSize: 2,
      epochs: 3,
      verbose: 0,
      callbacks: [stop, recorder],
    });
    expect(history.epoch).toEqual([0]);
    expect(recorder.calls.filter((call) => /end/.test(call))).toEqual([
      "batch 0 end",
      "batch 1 end",
      "epoch 0 end, loss",
      "train end, loss",
    ]);
    expect((await model.fit([[1]], [[1]], { verbose: 0 })).epoch).toEqual([0]); // a new fit begins anew
  });

  test("History is what fit gives, and the model keeps it", async () => {
    const model = line();
    const history = await model.fit([[1]], [[1]], { epochs: 3, verbose: 0 });
    expect(model.history).toBe(history);
    expect(history.epoch).toEqual([0, 1, 2]);
    expect(history.history.loss?.[1]).toBeLessThan(history.history.loss?.[0] as number);
    expect(history.model).toBe(model);
  });
});

test("fit prints a line an epoch where there is no terminal, nothing with verbose 0", async () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  tf.random.setSeed(1);
  const model = line();
  await model.fit([[1]], [[0]], { epochs: 2, verbose: 2, validationData: [[[1]], [[0]]] });
  await model.fit([[1]], [[0]], { verbose: 0 });
  vi.restoreAllMocks();
  expect(written.join("").replaceAll(/\d+s - \d+[mu]?s/g, "0s - 0s")).toBe(
    "Epoch 1/2\n1/1 - 0s - 0s/step - loss: 0.0000e+00 - val_loss: 0.0000e+00\nEpoch 2/2\n1/1 - 0s - 0s/step - loss: 0.0000e+00 - val_loss: 0.0000e+00\n",
  );
});

test("training goes on where an earlier fit ended", async () => {
  const [once, twice] = [line(), line()];
  await once.fit([[1]], [[1]], { epochs: 4, verbose: 0 });
  await twice.fit([[1]], [[1]], { epochs: 2, verbose: 0 });
  await twice.fit([[1]], [[1]], { epochs: 2, verbose: 0 });
  expect(weightOf(twice)).toBe(weightOf(once));
  expect(Number(twice.optimizer.iterations.item())).toBe(4);
});
