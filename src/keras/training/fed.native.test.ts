// Data that JavaScript makes: generators and functions, synchronous or not, as fit, evaluate and predict read them.
import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import * as tf from "../../index.ts";

const { layers } = tf.keras;
const rows = 24;
const outputSignature = [new tf.TensorSpec([2], "float32"), new tf.TensorSpec([1], "float32")] as const;
const row = (i: number): [number[], number[]] => [[Math.sin(i), Math.cos(i)], [i % 3]];

function* generate(): Generator<[number[], number[]]> {
  for (let i = 0; i < rows; i++) yield row(i);
}

async function* generateInTurns(): AsyncGenerator<[number[], number[]]> {
  for (const one of generate()) {
    await setImmediate();
    yield one;
  }
}

const fromTensors = (): tf.data.Dataset<[tf.Tensor, tf.Tensor]> => {
  const all = [...generate()];
  const [x, y] = [tf.constant(all.map(([input]) => input)), tf.constant(all.map(([, target]) => target))];
  return tf.data.Dataset.fromTensorSlices([x, y] as [tf.Tensor, tf.Tensor]);
};

const makers = {
  "a generator": () => tf.data.Dataset.fromGenerator(generate, { outputSignature }),
  "an asynchronous generator": () => tf.data.Dataset.fromGenerator(generateInTurns, { outputSignature }),
  "a function in JavaScript": () =>
    tf.data.Dataset.range(rows).mapJs((i: tf.Tensor) => row(Number(i.item())), { outputSignature }),
  "an asynchronous function": () =>
    tf.data.Dataset.range(rows).mapJs(
      async (i: tf.Tensor) => {
        const number = Number(i.item());
        await setImmediate();
        return row(number);
      },
      { outputSignature, numParallelCalls: 3 },
    ),
};

/** What two epochs of training, an evaluation and a prediction give. */
async function trained(dataset: tf.data.Dataset<[tf.Tensor, tf.Tensor]>): Promise<unknown> {
  tf.random.setSeed(5);
  const model = new tf.keras.Sequential([layers.Input({ shape: [2] }), new layers.Dense(1)]);
  model.compile({ optimizer: "adam", loss: "mse" });
  using batches = dataset.batch(5);
  const history = await model.fit(batches, { epochs: 2, validationData: batches, verbose: 0 });
  const logs = await model.evaluate(batches, { verbose: 0 });
  const outputs = await model.predict(batches, { verbose: 0 });
  return { history: history.history, logs, outputs: (outputs as tf.Tensor).array() };
}

it.each(Object.entries(makers))("trains, evaluates and predicts from %s as from tensors", async (_, make) => {
  expect(await trained(make() as never)).toEqual(await trained(fromTensors()));
});
