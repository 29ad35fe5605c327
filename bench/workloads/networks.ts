/** The main job's network, as several workloads train it. */
import * as tf from "tensorfleet";

const { layers } = tf.keras;

/** The convolutional network of examples/mnist.ts, not compiled. */
export function mainNetwork(): tf.keras.Sequential {
  return new tf.keras.Sequential([
    layers.Input({ shape: [28, 28, 1] }),
    new layers.Conv2D(32, 3, { activation: "relu" }),
    new layers.MaxPooling2D(),
    new layers.Conv2D(64, 3, { activation: "relu" }),
    new layers.MaxPooling2D(),
    new layers.Flatten(),
    new layers.Dense(128, { activation: "relu" }),
    new layers.Dense(10),
  ]);
}
