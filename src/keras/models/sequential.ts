/** Sequential: layers one behind the other. */
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Nest } from "../../base/nests.ts";
import { checkOptions } from "../../base/options.ts";
import { type Shape, shapeText } from "../../base/shapes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { checkGivenOptions } from "../given-options.ts";
import { InputLayer } from "../layers/core/input-layer.ts";
import { KerasTensor } from "../layers/keras-tensor.ts";
import { Layer } from "../layers/layer.ts";
import { maskOf } from "../layers/masks.ts";
import { type CallOptions, type LayerOptions, layerOptions } from "../layers/options.ts";
import { isShape, type ShapeNest } from "../layers/shape-nests.ts";
import { autoName } from "../naming.ts";
import type { Config } from "../object-registry.ts";
import { deserialize, optionsOfConfig, serialize } from "../serialization.ts";
import { Model } from "./model.ts";

/** What a sequential model is made of: layers, or what `Input` gives as its first entry. */
export type SequentialEntry = Layer | KerasTensor;

/** The whole config of {@link Sequential}. */
export interface SequentialConfig extends LayerOptions {
  layers?: readonly SequentialEntry[];
}

/**
 * Layers one behind the other. With an `Input` first its weights exist at once, otherwise from the first call on.
 * @throws when two layers have the same name, or a layer does not take what the one before gives.
 * @see https://keras.io/api/models/sequential/
 * @example
 * const model = new tf.keras.Sequential([
 *   tf.keras.layers.Input({ shape: [4] }),
 *   new tf.keras.layers.Dense(8, { activation: "relu" }),
 *   new tf.keras.layers.Dense(1),
 * ]);
 * console.log(model.apply([[1, 2, 3, 4]]).shape, model.countParams()); // => [ 1, 1 ] 49
 */
export class Sequential extends Model {
  static override readonly className: string = "Sequential";
  #layers: Layer[] = [];

  constructor(layers: readonly SequentialEntry[] | SequentialConfig = [], options: LayerOptions = {}) {
    const config = Array.isArray(layers) ? { ...options, layers } : { ...(layers as SequentialConfig), ...options };
    if (new.target === Sequential) checkOptions("new tf.keras.Sequential", config, { ...layerOptions, layers: true });
    super({ ...config });
    for (const layer of config.layers ?? []) this.#append(layer);
    if (this.#layers.length > 0) this.#rebuild();
  }

  /** Adds a layer at the end. @throws when one of its name is there already, or it is an `Input` and not the first. */
  add(layer: SequentialEntry): void {
    this.#append(layer);
    this.#rebuild();
  }

  /** Takes the last layer off. @throws when there is none. */
  pop(): Layer {
    const layer = this.#layers.pop();
    if (!layer) throw invalidArgument(`${this.label}.pop`, "a model with layers", "one without");
    this.#rebuild();
    return layer;
  }

  #append(entry: SequentialEntry): void {
    const api = `${this.label}.add`;
    const layer = entry instanceof KerasTensor ? entry.history?.layer : entry;
    if (!(layer instanceof Layer) || (entry instanceof KerasTensor && !(layer instanceof InputLayer))) {
      throw invalidArgument(api, "a layer or Input()", entry instanceof KerasTensor ? String(entry) : describe(entry));
    }
    if (this.#layers.some((other) => other.name === layer.name && other !== layer)) {
      throw invalidArgument(api, "layers of different names", `a second "${layer.name}"`, "give it another name");
    }
    if (layer instanceof InputLayer && this.#layers.length > 0)
      throw invalidArgument(api, "Input() as the first entry", "one behind other layers");
    checkGivenOptions(layer);
    this.#layers.push(layer);
  }

  #rebuild(): void {
    this.built = false;
    this.graph = undefined;
    const first = this.#layers[0];
    if (this.#layers.length < 2) return;
    if (first instanceof InputLayer) this.build(first.batchShape);
    else if (first instanceof Model && first.graph) this.build(first.inputShape);
  }

  override get layers(): Layer[] {
    return this.#layers.filter((layer) => !(layer instanceof InputLayer));
  }

  /** @internal Also the input layer. */
  override get sublayers(): Layer[] {
    return [...new Set([...this.#layers, ...super.sublayers])];
  }

  /** @internal */
  override get savedLayers(): readonly Layer[] {
    return this.layers;
  }

  /** @internal */
  override get locksState(): boolean {
    return false;
  }

  /** @throws when there are no layers, or the model was built for another shape. */
  override build(inputShape: ShapeNest): void {
    if (!isShape(inputShape)) return; // several inputs: the layers are called one by one
    if (this.#layers.length === 0)
      throw invalidArgument(this.label, "a model with layers", "one without", "call model.add(layer)");
    const first = this.#layers[0] as Layer;
    if (!(first instanceof InputLayer))
      this.#layers.unshift(new InputLayer({ batchShape: inputShape, dtype: first.computeDtype }));
    else if (String(first.batchShape) !== String(inputShape)) {
      throw invalidArgument(
        `${this.label}.build`,
        `shape ${shapeText(first.batchShape)} of its Input`,
        shapeText(inputShape),
      );
    }
    const inputs = (this.#layers[0] as InputLayer).output;
    const outputs = this.#layers.slice(1).reduce<KerasTensor>((x, layer) => layer.apply(x), inputs);
    autoName("Functional"); // Keras makes a functional model here, which takes a name
    this.setGraph(inputs, outputs);
    this.inputSpec = undefined; // the layers check for themselves, and name what they expect
  }

  override call(inputs: Nest<Tensor>, options: CallOptions): Nest<Tensor> {
    if (this.graph) return super.call(inputs, options);
    const { training } = options;
    return this.layers.reduce<Nest<Tensor>>((x, layer, i) => {
      const mask = i === 0 ? options.mask : maskOf(x);
      return layer.apply<Nest<Tensor>>(x, { training, mask });
    }, inputs);
  }

  override getConfig(): Config {
    const config: Config = {
      name: this.name,
      trainable: this.trainable,
      dtype: serialize(this.dtypePolicy),
      layers: this.#layers.map((layer) => serialize(layer)),
    };
    if (this.graph) config.build_input_shape = this.graph.inputs[0]?.shape as Shape;
    return config;
  }

  /** A new model with what `getConfig` gave. @throws when a layer's class is not known. */
  static override fromConfig<T extends Layer>(this: new (options: never) => T, config: Config): T {
    const { layers = [], build_input_shape: shape, ...rest } = config;
    const entries = (layers as Config[]).map((entry) => deserialize(entry) as Layer);
    const model = new this({ ...optionsOfConfig(rest), layers: entries } as never);
    if (!model.built && isShape(shape)) model.build(shape);
    return model;
  }
}
