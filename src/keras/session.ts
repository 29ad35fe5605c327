/** tf.keras.utils: what all models of a process share (the numbering of names, the seed), and datasets of folders. */
import { setSeed } from "../runtime/random-state.ts";
import { resetNames } from "./naming.ts";

export * from "./folder-datasets/index.ts";

/**
 * Starts the numbering of names anew: the next `Dense` is called "dense" again.
 * @see https://keras.io/api/utils/config_utils/
 * @example
 * tf.keras.utils.clearSession();
 * console.log(new tf.keras.layers.Dense(1).name, new tf.keras.layers.Dense(1).name); // => dense dense_1
 */
export function clearSession(): void {
  resetNames();
}

/**
 * Sets the seed from which all random numbers of the run follow: initial weights, shuffles, dropout.
 * @throws when `seed` is not a whole number of at least 0.
 * @see https://keras.io/api/utils/python_utils/#setrandomseed-function
 * @example
 * tf.keras.utils.setRandomSeed(7);
 * const first = new tf.keras.initializers.RandomNormal().apply([2]).array();
 * tf.keras.utils.setRandomSeed(7);
 * console.log(String(first) === String(new tf.keras.initializers.RandomNormal().apply([2]).array())); // => true
 */
export function setRandomSeed(seed: number): void {
  setSeed(seed);
}
