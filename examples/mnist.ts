/** The main job: a convolutional network learns to read handwritten digits. Arguments: --epochs, --samples, --batch. */
import { parseArgs } from "node:util";
import * as tf from "tensorfleet";

const { layers, optimizers, losses } = tf.keras;
const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "6" },
    samples: { type: "string" },
    batch: { type: "string", default: "128" },
  },
});
const [epochs, batchSize] = [Number(values.epochs), Number(values.batch)];

const [train, test] = tf.keras.datasets.mnist.loadData();
const samples = values.samples === undefined ? train : train.take(Number(values.samples));

const model = new tf.keras.Sequential([
  layers.Input({ shape: [28, 28, 1] }),
  new layers.Conv2D(32, 3, { activation: "relu" }),
  new layers.MaxPooling2D(),
  new layers.Conv2D(64, 3, { activation: "relu" }),
  new layers.MaxPooling2D(),
  new layers.Flatten(),
  new layers.Dense(128, { activation: "relu" }),
  new layers.Dense(10),
]);
model.compile({
  optimizer: new optimizers.Adam({ learningRate: 1e-3 }),
  loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ["accuracy"],
});
model.summary();

const start = performance.now();
const history = await model.fit(samples.shuffle().batch(batchSize), { epochs, validationData: test.batch(1000) });
console.log(`trained for ${((performance.now() - start) / 1000).toFixed(1)} s`);
console.log(`validation accuracy ${history.history.val_accuracy?.at(-1)?.toFixed(4)}`);
