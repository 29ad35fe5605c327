/** tf.keras.saving: files of models, and classes of one's own in them. */
export { getRegisteredName, registerKerasSerializable } from "../object-registry.ts";
export {
  type DeserializeOptions,
  deserialize as deserializeKerasObject,
  serialize as serializeKerasObject,
} from "../serialization.ts";
export { type LoadModelOptions, loadModel } from "./load-model.ts";
