/** model.fit: fit.ts mlp HIDDEN BATCH STEPS | cnn BATCH STEPS */
import * as tf from "tensorfleet";
import { mainNetwork } from "./networks.ts";
import { report, sizes } from "./timing.ts";

const { layers } = tf.keras;
const isDense = process.argv[2] === "mlp";
const numbers = sizes();
const [hidden, batch, steps] = (isDense ? numbers : [0, ...numbers]) as [number, number, number];
const x = tf.random.uniform(isDense ? [batch * steps, 784] : [batch * steps, 28, 28, 1], { minval: isDense ? -1 : 0 });
const y = tf.random.uniform([batch * steps], { maxval: 10, dtype: "int32" });
const model = isDense
  ? new tf.keras.Sequential([
      layers.Input({ shape: [784] }),
      new layers.Dense(hidden, { activation: "relu" }),
      new layers.Dense(10),
    ])
  : mainNetwork();
const optimizer = isDense
  ? new tf.keras.optimizers.SGD({ learningRate: 0.01 })
  : new tf.keras.optimizers.Adam({ learningRate: 1e-3 });
model.compile({ optimizer, loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
await report(async () => void (await model.fit(x, y, { batchSize: batch, epochs: 1, verbose: 0 })), steps);
