/** A long fit of the main job's network, for faults to strike: long-fit.ts BATCH STEPS. */
import * as tf from "tensorfleet";
import { sizes } from "./timing.ts";

const { layers } = tf.keras;
const [batch, steps] = sizes() as [number, number];
const x = tf.random.uniform([batch * 50, 28, 28, 1]);
const y = tf.random.uniform([batch * 50], { maxval: 10, dtype: "int32" });
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(
  () =>
    new tf.keras.Sequential([
      layers.Input({ shape: [28, 28, 1] }),
      new layers.Conv2D(32, 3, { activation: "relu" }),
      new layers.MaxPooling2D(),
      new layers.Conv2D(64, 3, { activation: "relu" }),
      new layers.MaxPooling2D(),
      new layers.Flatten(),
      new layers.Dense(128, { activation: "relu" }),
      new layers.Dense(10),
    ]),
);
model.compile({ optimizer: "adam", loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
await model.fit(x, y, { batchSize: batch, epochs: Math.ceil(steps / 50), verbose: 0 });
