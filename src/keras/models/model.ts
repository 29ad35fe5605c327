/** Model: layers that are trained together. Made of symbolic inputs and outputs (a functional model), or by overriding `call`. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { flatten, mapNest, type Nest } from "../../base/nests.ts";
import { checkOptions, type OptionNames } from "../../base/options.ts";
import type { Shape } from "../../base/shapes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { forgetOptions } from "../given-options.ts";
import type { LayerInputs } from "../layers/inputs.ts";
import { KerasTensor } from "../layers/keras-tensor.ts";
import { Layer } from "../layers/layer.ts";
import { type CallOptions, type LayerOptions, layerOptions } from "../layers/options.ts";
import { mapShapes, type ShapeNest } from "../layers/shape-nests.ts";
import { ownedBy } from "../layers/tracking.ts";
import { autoName } from "../naming.ts";
import type { Config } from "../object-registry.ts";
import { configText } from "../saving/config-text.ts";
import { optionsOfConfig, serialize } from "../serialization.ts";
import { TrainableLayer } from "../training/trainable-layer.ts";
import { graphConfig, isGraphConfig, reviveGraph } from "./graph-config.ts";
import { withOwnInputs } from "./graph-part.ts";
import { LayerGraph } from "./layer-graph.ts";
import { matchInputs, specsOf } from "./model-inputs.ts";
import { printSummary, type SummaryOptions } from "./summary.ts";

/** Options of a {@link Model}; `inputs` and `outputs` make it a functional one. */
export interface ModelOptions extends LayerOptions {
  /** Symbolic inputs, made by `Input` or by layers: one, or arrays and objects of them. */
  inputs?: Nest<KerasTensor>;
  /** Symbolic outputs that follow from the inputs. */
  outputs?: Nest<KerasTensor>;
}

const modelOptions: OptionNames<ModelOptions> = { ...layerOptions, inputs: true, outputs: true };

/**
 * Layers that are trained together. Give it symbolic `inputs` and `outputs`, or extend it, make layers in the constructor and
 * override `call`.
 * @throws when outputs do not follow from the inputs, or two layers have the same name.
 * @see https://keras.io/api/models/model/
 * @example
 * const inputs = tf.keras.layers.Input({ shape: [4] });
 * const hidden = new tf.keras.layers.Dense(8, { activation: "relu" }).apply(inputs);
 * const model = new tf.keras.Model({ inputs, outputs: new tf.keras.layers.Dense(1).apply(hidden) });
 * console.log(model.apply([[1, 2, 3, 4]]).shape, model.countParams()); // => [ 1, 1 ] 49
 */
export class Model extends TrainableLayer {
  static override readonly className: string = "Model";
  /** @internal The calls of layers of a functional model. */
  graph: LayerGraph | undefined;

  constructor(options: ModelOptions = {}) {
    if (new.target === Model) checkOptions("new tf.keras.Model", options, modelOptions);
    const { inputs, outputs, ...rest } = options;
    const isFunctional = inputs !== undefined && outputs !== undefined;
    const isPlain = isFunctional && new.target === Model;
    super(isPlain ? { ...rest, name: rest.name ?? autoName("Functional") } : rest);
    forgetOptions(this);
    if (isPlain) Object.setPrototypeOf(this, Functional.prototype); // as in Keras, where Model(inputs, outputs) makes a Functional
    if (isFunctional) {
      const ends = withOwnInputs(this.label, { inputs, outputs });
      this.setGraph(ends.inputs, ends.outputs);
    } else if (inputs !== undefined || outputs !== undefined) {
      throw invalidArgument(
        this.label,
        "both inputs and outputs",
        inputs === undefined ? "only outputs" : "only inputs",
      );
    }
  }

  /** @internal Makes this a functional model. */
  setGraph(inputs: Nest<KerasTensor>, outputs: Nest<KerasTensor>): void {
    this.graph = new LayerGraph(this.label, inputs, outputs);
    this.inputSpec = specsOf(inputs, this.graph.inputs);
    this.markBuilt(null);
  }

  /** @internal */
  override get locksState(): boolean {
    return this.graph === undefined;
  }

  /** The layers of the model, without those within them. */
  get layers(): Layer[] {
    return this.graph ? [...this.graph.layers] : this.sublayers;
  }

  /** @internal The graph's layers first, then those that are properties. */
  override get sublayers(): Layer[] {
    const owned = ownedBy(this, (value) => value instanceof Layer);
    return [...new Set([...(this.graph?.layers ?? []), ...owned])];
  }

  /** The symbolic inputs of a functional model. @throws for other models. */
  get inputs(): readonly KerasTensor[] {
    return this.#graphFor("inputs").inputs;
  }

  /** The symbolic outputs of a functional model. @throws for other models. */
  get outputs(): readonly KerasTensor[] {
    return this.#graphFor("outputs").outputs;
  }

  override get input(): Nest<unknown> {
    return this.graph?.inputStructure ?? super.input;
  }

  override get output(): Nest<KerasTensor> {
    return this.graph?.outputStructure ?? super.output;
  }

  /** The shape of the input (the shapes of several). @throws when the model has none yet. */
  get inputShape(): ShapeNest {
    const shapes = this.inputs.map((tensor) => tensor.shape);
    return shapes.length === 1 ? (shapes[0] as Shape) : shapes;
  }

  /** The shape of the output (the shapes of several). @throws when the model has none yet. */
  get outputShape(): ShapeNest {
    const shapes = this.outputs.map((tensor) => tensor.shape);
    return shapes.length === 1 ? (shapes[0] as Shape) : shapes;
  }

  /** The names of the layers that give the outputs. */
  get outputNames(): string[] {
    return this.outputs.map((tensor) => tensor.history?.layer.name ?? tensor.name);
  }

  /** @internal How many inputs and outputs there are, where it is known. */
  override get arity(): { inputs: number | undefined; outputs: number | undefined } {
    return { inputs: this.graph?.inputs.length, outputs: this.graph?.outputs.length };
  }

  /** @internal The names of the outputs where they are known: what losses and metrics are given by. */
  override namesOfOutputs(): readonly string[] | undefined {
    return this.graph ? this.outputNames : undefined;
  }

  /** @internal What files hold before the model's properties. */
  get savedLayers(): readonly Layer[] | undefined {
    return this.graph ? this.layers : undefined;
  }

  #graphFor(what: string): LayerGraph {
    if (this.graph) return this.graph;
    throw invalidArgument(
      `${this.label}.${what}`,
      "a functional model, or a sequential one that is built",
      "a model without a graph",
      "call it on data, or build it for an input shape",
    );
  }

  /** @internal */
  override toInputs(inputs: LayerInputs): Nest<Tensor | KerasTensor | null> {
    return this.graph ? matchInputs(this.label, this.graph.inputStructure, inputs) : super.toInputs(inputs);
  }

  override call(inputs: Nest<Tensor>, options: CallOptions): Nest<Tensor> {
    return this.graph ? this.graph.run(flatten(inputs), options.training) : super.call(inputs, options);
  }

  /** @internal */
  override computeOutputSpec(inputs: Nest<KerasTensor>, options: CallOptions = {}): Nest<KerasTensor> {
    return this.graph ? this.graph.outputSpec(flatten(inputs)) : super.computeOutputSpec(inputs, options);
  }

  override computeOutputShape(inputShape: ShapeNest): ShapeNest {
    if (!this.graph) return super.computeOutputShape(inputShape);
    const inputs = mapShapes(inputShape, (shape) => new KerasTensor({ shape, name: "shape" }));
    return mapNest(this.graph.outputSpec(flatten(inputs)), (output) => output.shape) as ShapeNest;
  }

  /**
   * A layer by its name or its place.
   * @throws when there is none.
   */
  getLayer(which: string | number | { name?: string; index?: number }): Layer {
    const { layers } = this;
    const { name, index } =
      typeof which === "object" ? which : typeof which === "string" ? { name: which } : { index: which };
    const found = index === undefined ? layers.find((layer) => layer.name === name) : layers.at(index);
    if (found) return found;
    throw invalidArgument(
      `${this.label}.getLayer`,
      `one of ${layers.map((layer) => layer.name).join(", ")}`,
      describe(name ?? index),
    );
  }

  /**
   * Prints a table of the model's layers with output shapes and numbers of weights.
   * @throws when the line is too short for the columns.
   * @see https://keras.io/api/models/model/#summary-method
   */
  summary(options: SummaryOptions = {}): void {
    printSummary(this, options);
  }

  override getConfig(): Config {
    return this.graph ? graphConfig(this, this.graph) : super.getConfig();
  }

  /** A new model of the class with what `getConfig` gave. @throws when a layer's class is not known. */
  static override fromConfig<T extends Layer>(this: new (options: never) => T, config: Config): T {
    const options = isGraphConfig(config) ? reviveGraph(config) : optionsOfConfig(config);
    return new this(options as never);
  }

  /** The model's config as JSON text, as `config.json` in a `.keras` file holds it. */
  toJson(): string {
    return configText(serialize(this));
  }
}

/** A model made of symbolic inputs and outputs: what `new Model({ inputs, outputs })` gives. */
export class Functional extends Model {
  static override readonly className: string = "Functional";
}
