/** A long fit of the main job's network, for faults to strike: long-fit.ts BATCH STEPS. Each worker prints when its steps began. */
import * as tf from "tensorfleet";
import { mainNetwork } from "./networks.ts";
import { sizes } from "./timing.ts";

const [batch, steps] = sizes() as [number, number];
const x = tf.random.uniform([batch * 50, 28, 28, 1]);
const y = tf.random.uniform([batch * 50], { maxval: 10, dtype: "int32" });
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(mainNetwork);
model.compile({ optimizer: "adam", loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
const stepsAtMs: number[] = [];
const clock = new tf.keras.callbacks.LambdaCallback({
  onTrainBatchBegin: () => void stepsAtMs.push(performance.now()),
});
await model.fit(x, y, { batchSize: batch, epochs: Math.ceil(steps / 50), verbose: 0, callbacks: [clock] });
console.log(JSON.stringify({ stepsAtMs: stepsAtMs.map((ms) => Math.round(ms * 100) / 100) }));
