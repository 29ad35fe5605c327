/** tf.keras.backend: what is left of it in Keras 3. */
export { clearSession } from "./session.ts";
