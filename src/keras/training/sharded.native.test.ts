import { describe, expect, test, vi } from "vitest";
import * as tf from "../../index.ts";

const { layers, losses, optimizers } = tf.keras;

interface Made {
  shards?: number;
  loss?: tf.keras.losses.Loss;
  extra?: () => tf.keras.layers.Layer[];
}

/** A model of its own seed, under a strategy when shards are given. */
function made({ shards, loss, extra = () => [] }: Made): tf.keras.Sequential {
  tf.random.setSeed(3);
  const build = (): tf.keras.Sequential =>
    new tf.keras.Sequential([
      layers.Input({ shape: [4] }),
      new layers.Dense(8, { activation: "tanh", kernelRegularizer: "l2" }),
      ...extra(),
      new layers.Dense(3),
    ]);
  const model = shards === undefined ? build() : new tf.distribute.MultiWorkerMirroredStrategy({ shards }).scope(build);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.01 }),
    loss: loss ?? new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
  });
  return model;
}

const x = Array.from({ length: 22 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 5) / 5, 1]);
const y = Array.from({ length: 22 }, (_, i) => i % 3);

async function trained(options: Made): Promise<{ logs: Record<string, number[]>; weights: number[] }> {
  const model = made(options);
  const { history } = await model.fit(x, y, { epochs: 3, batchSize: 8, verbose: 0, validationData: [x, y] });
  return { logs: history, weights: model.weights.flatMap((weight) => Array.from(weight.data() as Float32Array)) };
}

function closeTo(got: readonly number[] = [], expected: readonly number[] = []): void {
  expect(got.length).toBe(expected.length);
  for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
}

describe("a model under a strategy", () => {
  // 22 samples in batches of 8: the last has 6; seven shards of it have a row or none
  test.each([1, 2, 3, 7])("is trained, validated and measured with %d shards as without a strategy", async (shards) => {
    const [whole, cut] = [await trained({}), await trained({ shards })];
    expect(Object.keys(cut.logs)).toEqual(Object.keys(whole.logs));
    for (const [name, values] of Object.entries(cut.logs)) closeTo(values, whole.logs[name]);
    closeTo(cut.weights, whole.weights);
  });

  test("means by a loss that is a sum what it means without", async () => {
    const loss = (): tf.keras.losses.Loss =>
      new losses.SparseCategoricalCrossentropy({ fromLogits: true, reduction: "sum" });
    const [whole, cut] = [await trained({ loss: loss() }), await trained({ loss: loss(), shards: 3 })];
    for (const [name, values] of Object.entries(cut.logs))
      for (const [i, value] of values.entries()) expect(value / (whole.logs[name]?.[i] as number)).toBeCloseTo(1, 4);
  });

  // Without shards, batch norm takes the moments of the whole batch.
  test.each([2, 3, 7])("normalizes batches in step, in %d shards, where batch norm is synchronized", async (shards) => {
    const extra = (): tf.keras.layers.Layer[] => [new layers.BatchNormalization({ synchronized: true })];
    const [whole, cut] = [await trained({ extra }), await trained({ shards, extra })];
    for (const [name, values] of Object.entries(cut.logs))
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(whole.logs[name]?.[i] as number, 4);
    for (const [i, value] of cut.weights.entries()) expect(value).toBeCloseTo(whole.weights[i] as number, 3);
  });

  test("gives the same bits again, random layers and batch norm included", async () => {
    const extra = (): tf.keras.layers.Layer[] => [new layers.BatchNormalization(), new layers.Dropout(0.4)];
    const [first, second] = [await trained({ shards: 4, extra }), await trained({ shards: 4, extra })];
    expect(second).toEqual(first);
  });

  test("drops other units in each shard", async () => {
    const extra = (): tf.keras.layers.Layer[] => [new layers.Dropout(0.5)];
    const one = await trained({ shards: 1, extra });
    const two = await trained({ shards: 2, extra });
    expect(two.weights).not.toEqual(one.weights);
  });

  test("checks labels before the step", async () => {
    const said = await made({ shards: 2 })
      .fit([[1, 2, 3, 4]], [5], { verbose: 0 })
      .then(() => "nothing", String); // the error itself would keep what its stack holds
    expect(said).toContain("model.fit: expected class labels within [0, 3)");
  });
});

describe("a strategy", () => {
  test("knows when its scope is open", () => {
    const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
    expect(tf.distribute.hasStrategy()).toBe(false);
    expect(strategy.scope(() => tf.distribute.getStrategy())).toBe(strategy);
    expect(tf.distribute.getStrategy()).toBeUndefined();
  });

  test("refuses a scope within another's", () => {
    const [outer, inner] = [1, 2].map((shards) => new tf.distribute.MultiWorkerMirroredStrategy({ shards }));
    const body = vi.fn();
    expect(() => outer?.scope(() => inner?.scope(body))).toThrow("expected no other strategy's scope around it");
    expect(body).not.toHaveBeenCalled();
  });

  test.each([0, 1.5, -1])("refuses %d shards", (shards) => {
    expect(() => new tf.distribute.MultiWorkerMirroredStrategy({ shards })).toThrow(
      "expected shards as a whole number",
    );
  });
});
