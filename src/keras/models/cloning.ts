/** cloneModel: the same layers with new weights. */
import { invalidArgument } from "../../base/errors.ts";
import { mapNest, type Nest } from "../../base/nests.ts";
import { Input, InputLayer } from "../layers/core/input-layer.ts";
import type { KerasTensor } from "../layers/keras-tensor.ts";
import type { Layer } from "../layers/layer.ts";
import type { Config } from "../object-registry.ts";
import { deserialize, serialize } from "../serialization.ts";
import type { Model } from "./model.ts";
import { Sequential } from "./sequential.ts";

/** Options of {@link cloneModel}. */
export interface CloneOptions {
  /** Symbolic tensors to build the clone on; new inputs when not given. */
  inputTensors?: Nest<KerasTensor>;
  /** Makes the layer that takes a layer's place; one of the same config when not given. */
  cloneFunction?: (layer: Layer) => Layer;
}

/**
 * A model of the same layers with new weights.
 * @throws for a subclassed model with options: its layers are not known.
 * @see https://www.tensorflow.org/api_docs/python/tf/keras/models/clone_model
 * @example
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [2] }), new tf.keras.layers.Dense(1)]);
 * const clone = tf.keras.models.cloneModel(model);
 * console.log(clone.layers.length, clone.weights[0] === model.weights[0]); // => 1 false
 */
export function cloneModel<M extends Model>(model: M, options: CloneOptions = {}): M {
  const clones = new Map<Layer, Layer>();
  const clone = (layer: Layer): Layer => {
    const known = clones.get(layer) ?? (options.cloneFunction ?? sameConfig)(layer);
    clones.set(layer, known);
    return known;
  };
  if (model instanceof Sequential) return cloneSequential(model, clone, options.inputTensors) as unknown as M;
  if (model.graph) return cloneFunctional(model, clone, options.inputTensors) as M;
  if (options.cloneFunction || options.inputTensors) {
    throw invalidArgument("tf.keras.models.cloneModel", "a sequential or functional model", model.label);
  }
  return deserialize(serialize(model), { customObjects: { [model.className]: model.constructor as never } }) as M;
}

function sameConfig(layer: Layer): Layer {
  return (layer.constructor as unknown as { fromConfig(config: Config): Layer }).fromConfig(layer.getConfig());
}

function cloneSequential(
  model: Sequential,
  clone: (layer: Layer) => Layer,
  inputTensors: Nest<KerasTensor> | undefined,
): Sequential {
  const first = model.sublayers[0];
  const input = first instanceof InputLayer ? first : undefined;
  const given = Array.isArray(inputTensors)
    ? (inputTensors[0] as KerasTensor)
    : (inputTensors as KerasTensor | undefined);
  const { batchShape = [], dtype = "float32", name, optional = false } = input ?? {};
  const begin = given ? [Input({ tensor: given, name })] : input ? [Input({ batchShape, dtype, name, optional })] : [];
  return new Sequential([...begin, ...model.layers.map(clone)], { name: model.name, trainable: model.trainable });
}

function cloneFunctional(
  model: Model,
  clone: (layer: Layer) => Layer,
  inputTensors: Nest<KerasTensor> | undefined,
): Model {
  const graph = model.graph as NonNullable<Model["graph"]>;
  const inputs =
    inputTensors ??
    mapNest(graph.inputStructure, ({ shape, dtype, name }) => Input({ batchShape: shape, dtype, name }));
  const flat: KerasTensor[] = [];
  mapNest(inputs, (tensor) => flat.push(tensor));
  const outputs = graph.walk<KerasTensor>(flat, (layer, args, callOptions) =>
    clone(layer).apply<Nest<KerasTensor>>(args as KerasTensor, callOptions),
  );
  const Class = model.constructor as new (options: object) => Model;
  return new Class({ inputs, outputs, name: model.name });
}
