/** tf.keras.models: models, and what makes them of other models and of configs. */
import { DTypePolicy } from "../layers/dtype-policy.ts";
import { addBuiltin, type ConfigValue, type Registered } from "../object-registry.ts";
import { type DeserializeOptions, deserialize } from "../serialization.ts";
import { Functional, Model } from "./model.ts";
import { Sequential } from "./sequential.ts";

export { type LoadModelOptions, loadModel } from "../saving/load-model.ts";
export { type CloneOptions, cloneModel } from "./cloning.ts";
export type { ModelOptions } from "./model.ts";
export type { SequentialConfig, SequentialEntry } from "./sequential.ts";
export type { SummaryOptions } from "./summary.ts";
export { Model, Sequential };

for (const type of [Sequential, Model, DTypePolicy] as const) addBuiltin("keras", type.className, type as Registered);
addBuiltin("keras.src.models.functional", "Functional", Functional as Registered);

/**
 * A model of the JSON text that `model.toJson()` gave, with new weights.
 * @throws when a class is not known.
 * @see https://keras.io/api/models/model_saving_apis/model_config_serialization/
 * @example
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [2] }), new tf.keras.layers.Dense(3)]);
 * console.log(tf.keras.models.modelFromJson(model.toJson()).outputShape); // => [ null, 3 ]
 */
export function modelFromJson(json: string, options: DeserializeOptions = {}): Model {
  return deserialize(JSON.parse(json) as ConfigValue, options) as Model;
}
