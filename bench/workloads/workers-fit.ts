/** model.fit on the workers of a job: workers-fit.ts mlp HIDDEN BATCH STEPS | cnn BATCH STEPS, the batch of all workers together. */
import * as tf from "tensorfleet";
import { mainNetwork } from "./networks.ts";
import { sizes } from "./timing.ts";

const MICROSECONDS = 1000;
const PASSES = 5;
const { layers } = tf.keras;
const isDense = process.argv[2] === "mlp";
const numbers = sizes();
const [hidden, batch, steps] = (isDense ? numbers : [0, ...numbers]) as [number, number, number];
const x = tf.random.uniform(isDense ? [batch * steps, 784] : [batch * steps, 28, 28, 1], { minval: isDense ? -1 : 0 });
const y = tf.random.uniform([batch * steps], { maxval: 10, dtype: "int32" });
const dense = (): tf.keras.Sequential =>
  new tf.keras.Sequential([
    layers.Input({ shape: [784] }),
    new layers.Dense(hidden, { activation: "relu" }),
    new layers.Dense(hidden, { activation: "relu" }),
    new layers.Dense(10),
  ]);
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(isDense ? dense : mainNetwork);
const optimizer = isDense
  ? new tf.keras.optimizers.SGD({ learningRate: 0.01 })
  : new tf.keras.optimizers.Adam({ learningRate: 1e-3 });
model.compile({ optimizer, loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
let start = 0;
const times: number[] = [];
const clock = new tf.keras.callbacks.LambdaCallback({
  onEpochBegin: () => {
    start = performance.now();
  },
  onEpochEnd: () => void times.push(((performance.now() - start) / steps) * MICROSECONDS),
});
await model.fit(x, y, { batchSize: batch, epochs: 1 + PASSES, verbose: 0, callbacks: [clock] });
const passes = await tf.distribute.once("times", () => times.slice(1)); // the first epoch warms up
console.log(JSON.stringify({ value: Math.min(...passes), unit: "us/step", passes }));
