/** tf.keras: layers, models, and all that trains them. */
export * as activations from "./activations/index.ts";
export * as backend from "./backend.ts";
export * as callbacks from "./callbacks/index.ts";
export * as constraints from "./constraints/index.ts";
export * as initializers from "./initializers/index.ts";
export * as config from "./layers/dtype-policy.ts";
export { DTypePolicy } from "./layers/dtype-policy.ts";
export * as layers from "./layers/index.ts";
export { Input, InputSpec } from "./layers/index.ts";
export { KerasTensor } from "./layers/keras-tensor.ts";
export * as losses from "./losses/index.ts";
export * as metrics from "./metrics/index.ts";
export * as models from "./models/index.ts";
export { Functional, Model, type ModelOptions, Sequential, type SequentialConfig } from "./models/index.ts";
export * as optimizers from "./optimizers/index.ts";
export * as regularizers from "./regularizers/index.ts";
export * as saving from "./saving/index.ts";
export * as utils from "./session.ts";
