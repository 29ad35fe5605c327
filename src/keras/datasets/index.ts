/** tf.keras.datasets: small real data sets to learn and test with. */
export * as mnist from "./mnist.ts";
