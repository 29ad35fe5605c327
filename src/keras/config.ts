/** tf.keras.config: settings of all layers. */
export { dtypePolicy, setDtypePolicy } from "./layers/dtype-policy.ts";
