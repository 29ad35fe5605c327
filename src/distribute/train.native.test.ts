import { describe, expect, test } from "vitest";
import * as tf from "../index.ts";

const { getReplicaContext, MultiWorkerMirroredStrategy } = tf.distribute;
const { Dataset } = tf.data;

const x = Array.from({ length: 22 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const y = Array.from({ length: 22 }, (_, i) => 2 * Math.sin(i) - Math.cos(3 * i));

/** A linear model, its optimizer and a step of it. */
function made(): { w: tf.Variable; step: (x: tf.Tensor, y: tf.Tensor) => { loss: tf.Tensor } } {
  const w = new tf.Variable([0, 0]);
  const optimizer = new tf.keras.optimizers.Adam({ learningRate: 0.05 });
  const step = (xs: tf.Tensor, ys: tf.Tensor): { loss: tf.Tensor } => {
    const rows = getReplicaContext()?.rows.all ?? 1;
    const errors = (): tf.Tensor => tf.square(tf.subtract(tf.reduceSum(xs.multiply(w), { axis: 1 }), ys));
    const loss = tf.reduceMean(errors());
    const { gradients } = tf.valueAndGradient(() => tf.reduceSum(errors()).divide(rows), [w]);
    optimizer.apply(gradients, [w]);
    return { loss };
  };
  return { w, step };
}

const dataset = (): tf.data.Dataset<[tf.Tensor, tf.Tensor]> =>
  Dataset.fromTensorSlices([tf.constant(x), tf.constant(y)])
    .shuffle()
    .batch(8) as never;

/** Numbers, batched where a batch size is given. */
function range(count: number, batchSize?: number): tf.data.Dataset<tf.Tensor> {
  const numbers = Dataset.range(count);
  return batchSize === undefined ? numbers : numbers.batch(batchSize);
}

const numbers = (w: tf.Variable): number[] => w.array() as number[];

describe("strategy.train", () => {
  test("learns, and keeps the means of every epoch", async () => {
    tf.random.setSeed(1);
    const { w, step } = made();
    const strategy = new MultiWorkerMirroredStrategy({ shards: 3 });
    const { history, epochs, steps } = await strategy.train({ data: dataset(), step, epochs: 100 });
    expect([epochs, steps, history.loss?.length]).toEqual([100, 300, 100]);
    expect(history.loss?.[99]).toBeLessThan(0.01);
    expect(numbers(w)[0]).toBeCloseTo(2, 1);
  });

  test("does what one shard does, with any number of shards, and the same bits when repeated", async () => {
    const trained = async (shards: number): Promise<{ weights: number[]; loss: readonly number[] }> => {
      tf.random.setSeed(1);
      const { w, step } = made();
      const { history } = await new MultiWorkerMirroredStrategy({ shards }).train({ data: dataset(), step, epochs: 3 });
      return { weights: numbers(w), loss: history.loss ?? [] };
    };
    const one = await trained(1);
    for (const shards of [2, 5]) {
      const cut = await trained(shards);
      expect(await trained(shards)).toEqual(cut);
      for (const [i, weight] of cut.weights.entries()) expect(weight).toBeCloseTo(one.weights[i] as number, 5);
      for (const [i, loss] of cut.loss.entries()) expect(loss).toBeCloseTo(one.loss[i] as number, 5);
    }
  });

  test("tells hooks where it is, and ends when one says so", async () => {
    const { step } = made();
    const told: string[] = [];
    const { epochs, steps } = await new MultiWorkerMirroredStrategy({ shards: 2 }).train({
      data: dataset(),
      step,
      epochs: 10,
      onEpochBegin: (epoch) => void told.push(`begin ${epoch}`),
      onStepEnd: (number, { loss }) => void told.push(`${number} ${typeof loss}`),
      onEpochEnd: (epoch, logs, training) => {
        told.push(`end ${epoch} ${Object.keys(logs)}`);
        if (epoch === 1) training.stop();
      },
    });
    const each = (epoch: number): string[] => [
      `begin ${epoch}`,
      "0 number",
      "1 number",
      "2 number",
      `end ${epoch} loss`,
    ];
    expect(told).toEqual([...each(0), ...each(1)]);
    expect([epochs, steps]).toEqual([2, 6]);
  });

  test("goes on with the data where epochs are counted in steps, and with another pass in the next training", async () => {
    const strategy = new MultiWorkerMirroredStrategy({ shards: 2 });
    const data = Dataset.range(6).shuffle().batch(2);
    const seen: number[] = [];
    const step = (n: tf.Tensor): { mean: tf.Tensor } => ({ mean: tf.reduceMean(n.cast("float32")) });
    const options = {
      data,
      step,
      onStepEnd: (_: number, { mean }: tf.distribute.TrainLogs) => void seen.push(mean ?? -1),
    };
    const { steps } = await strategy.train({ ...options, epochs: 2, stepsPerEpoch: 4 });
    expect(steps).toBe(8);
    expect(seen[0]! + seen[1]! + seen[2]!).toBe(7.5);
    expect(seen[3]! + seen[4]! + seen[5]!).toBe(7.5);
    const first = seen.splice(0);
    await strategy.train(options);
    expect(seen).not.toEqual(first.slice(0, 3));
  });

  test("trains models of layers, batch norm and dropout included", async () => {
    tf.random.setSeed(2);
    const { layers, losses, optimizers } = tf.keras;
    const model = new tf.keras.Sequential([
      layers.Input({ shape: [2] }),
      new layers.Dense(16, { activation: "relu" }),
      new layers.BatchNormalization(),
      new layers.Dropout(0.1),
      new layers.Dense(1),
    ]);
    const lossFn = new losses.MeanSquaredError({ reduction: "sum" });
    const optimizer = new optimizers.Adam({ learningRate: 0.02 });
    const step = (xs: tf.Tensor, ys: tf.Tensor): { loss: tf.Tensor } => {
      const rows = getReplicaContext()?.rows;
      const { value, gradients } = tf.valueAndGradient(
        () =>
          lossFn.apply(ys, tf.reshape(model.apply(xs, { training: true }) as tf.Tensor, [-1])).divide(rows?.all ?? 1),
        model.trainableVariables,
      );
      optimizer.apply(gradients, model.trainableVariables);
      return { loss: value.multiply(rows?.all ?? 1).divide(rows?.shard ?? 1) };
    };
    const before = model.nonTrainableVariables.map((variable) => variable.array());
    const { history } = await new MultiWorkerMirroredStrategy({ shards: 2 }).train({
      data: dataset(),
      step,
      epochs: 40,
    });
    expect(history.loss?.[39]).toBeLessThan((history.loss?.[0] ?? 0) / 3);
    expect(model.nonTrainableVariables.map((variable) => variable.array())).not.toEqual(before);
  });

  test.each([
    ["no data", () => ({ step: () => undefined }), "strategy.train: expected a dataset, got undefined"],
    ["no step", () => ({ data: range(2, 1) }), "strategy.train: expected step to be a function"],
    [
      "half an epoch",
      () => ({ data: range(2, 1), step: () => undefined, epochs: 0.5 }),
      "expected epochs to be a whole number of at least 1, got 0.5",
    ],
    ["data without batches", () => ({ data: range(0, 1), step: () => undefined }), "expected at least one batch"],
    [
      "samples that are no batches",
      () => ({ data: range(2), step: () => undefined }),
      "expected batches `[rows, ...]`, got a scalar; batch the dataset",
    ],
    [
      "a step that returns a tensor",
      () => ({ data: range(2, 2), step: (n: tf.Tensor) => n }),
      "expected a step that returns scalars by name",
    ],
    [
      "a step that returns rows",
      () => ({ data: range(2, 2), step: (n: tf.Tensor) => ({ n }) }),
      "expected scalars by name from the step",
    ],
    [
      "an unknown option",
      () => ({ data: range(2, 2), step: () => undefined, epoch: 3 }),
      "an unknown epoch; did you mean epochs?",
    ],
  ])("refuses %s", async (_, options, message) => {
    const said = await new MultiWorkerMirroredStrategy({ shards: 2 })
      .train(options() as never)
      .then(() => "nothing", String);
    expect(said).toContain(message);
  });

  test("ends by its signal, after a step", async () => {
    const controller = new AbortController();
    const said = await new MultiWorkerMirroredStrategy({ shards: 2 })
      .train({ data: dataset(), step: made().step, signal: controller.signal, onStepEnd: () => controller.abort() })
      .then(() => "nothing", String);
    expect(said).toContain("strategy.train: aborted by its signal after 1 steps of epoch 0");
  });
});
