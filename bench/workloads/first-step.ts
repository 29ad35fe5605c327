/** From the start of the process to the first finished step of an MLP through fit. */
import * as tf from "tensorfleet";

const model = new tf.keras.Sequential([
  tf.keras.layers.Input({ shape: [784] }),
  new tf.keras.layers.Dense(128, { activation: "relu" }),
  new tf.keras.layers.Dense(10),
]);
model.compile({
  optimizer: "sgd",
  loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ["accuracy"],
});
model.trainOnBatch(tf.random.uniform([64, 784]), tf.zeros([64], { dtype: "int32" }));
console.log(JSON.stringify({ value: performance.now(), unit: "ms since the process started" }));
