/** A long fit that notes when each step ended, for workers to join: join-fit.ts cnn|mlp BATCH STEPS FOLDER. */
import { writeFileSync } from "node:fs";
import * as tf from "tensorfleet";
import { mainNetwork } from "./networks.ts";
import { sizes } from "./timing.ts";

const STEPS_AN_EPOCH = 10;
const HIDDEN = 2048;
const { layers } = tf.keras;
const [kind, , , folder] = process.argv.slice(2);
const [batch, steps] = sizes() as [number, number];
const isDense = kind === "mlp";
const dense = (): tf.keras.Sequential =>
  new tf.keras.Sequential([
    layers.Input({ shape: [784] }),
    new layers.Dense(HIDDEN, { activation: "relu" }),
    new layers.Dense(HIDDEN, { activation: "relu" }),
    new layers.Dense(10),
  ]);
const x = tf.random.uniform([batch * STEPS_AN_EPOCH, ...(isDense ? [784] : [28, 28, 1])]);
const y = tf.random.uniform([batch * STEPS_AN_EPOCH], { maxval: 10, dtype: "int32" });
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(isDense ? dense : mainNetwork);
model.compile({ optimizer: "adam", loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
const ends: number[] = [];
const clock = new tf.keras.callbacks.LambdaCallback({ onTrainBatchEnd: () => void ends.push(performance.now()) });
await model.fit(x, y, { batchSize: batch, epochs: Math.ceil(steps / STEPS_AN_EPOCH), verbose: 0, callbacks: [clock] });
writeFileSync(`${folder}/ends-${process.pid}.json`, JSON.stringify(ends));
