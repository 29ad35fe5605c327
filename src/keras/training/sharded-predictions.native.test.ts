import { expect, test } from "vitest";
import * as tf from "../../index.ts";

const { layers } = tf.keras;
const x = Array.from({ length: 22 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);

/** A layer of a function. */
class Applying extends layers.Layer {
  readonly #fn: (x: tf.Tensor) => tf.Tensor;

  constructor(fn: (x: tf.Tensor) => tf.Tensor) {
    super();
    this.#fn = fn;
  }

  override call(inputs: tf.Tensor): tf.Tensor {
    return this.#fn(inputs);
  }
}

/** A model of two outputs, one of them of whole numbers, under a strategy when shards are given. */
function made(shards?: number): tf.keras.Model {
  tf.random.setSeed(3);
  const build = (): tf.keras.Model => {
    const input = layers.Input({ shape: [2] });
    const dense = new layers.Dense(3, { activation: "relu" }).apply(input);
    const sign = new Applying((value) => tf.cast(tf.sign(value), "int64")).apply(input);
    return new tf.keras.Model({ inputs: input, outputs: [dense, sign] });
  };
  return shards === undefined ? build() : new tf.distribute.MultiWorkerMirroredStrategy({ shards }).scope(build);
}

// 22 samples in batches of 8: the last has 6, fewer than 7 shards
test.each([1, 3, 7])("outputs are those of a model without a strategy, in order, with %d shards", async (shards) => {
  const [whole, cut] = await Promise.all(
    [made(), made(shards)].map((model) => model.predict<tf.Tensor[]>(x, { batchSize: 8, verbose: 0 })),
  );
  expect(cut?.map(({ dtype, shape }) => [dtype, shape])).toEqual([
    ["float32", [22, 3]],
    ["int64", [22, 2]],
  ]);
  const values = Array.from(cut?.[0]?.data() as Float32Array);
  for (const [i, value] of Array.from(whole?.[0]?.data() as Float32Array).entries())
    expect(values[i]).toBeCloseTo(value, 6);
  expect(cut?.[1]?.data()).toEqual(whole?.[1]?.data());
  for (const tensor of [...(whole ?? []), ...(cut ?? [])]) tensor.dispose();
});

test("the sign of a zero and what is no number are kept", async () => {
  const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 3 });
  const model = strategy.scope(
    () => new tf.keras.Sequential([layers.Input({ shape: [1] }), new Applying(tf.negative)]),
  );
  const outputs = await model.predict([[0], [Number.NaN], [Number.POSITIVE_INFINITY], [2]], { verbose: 0 });
  expect(Array.from(outputs.data() as Float32Array)).toEqual([-0, Number.NaN, Number.NEGATIVE_INFINITY, -2]);
  outputs.dispose();
});

test("outputs that are no rows are refused", async () => {
  const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
  const model = strategy.scope(() => {
    const sum = new Applying((value) => tf.reduceSum(value, { axis: 0 }));
    return new tf.keras.Sequential([layers.Input({ shape: [2] }), sum]);
  });
  const said = await model.predict(x, { verbose: 0 }).then(() => "nothing", String);
  expect(said).toContain(
    "model.predict: expected an output of [1] for 1 samples, got [2]; under a strategy each sample's",
  );
});
