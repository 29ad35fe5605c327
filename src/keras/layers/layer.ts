/** Layer: weights and a computation. What all layers and models share: names, building at the first call, weights, losses, configs. */
import { type DType, isFloating } from "../../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { mapNest, type Nest } from "../../base/nests.ts";
import { isFullyDefined, isShape, shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { liftToEager } from "../../runtime/executor.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { get as getConstraint } from "../constraints/index.ts";
import { noteOptions } from "../given-options.ts";
import { get as getInitializer } from "../initializers/index.ts";
import { autoName } from "../naming.ts";
import { type Config, ownName, type Registered } from "../object-registry.ts";
import { get as getRegularizer, type Regularizer } from "../regularizers/index.ts";
import { optionsOfConfig, serialize } from "../serialization.ts";
import { applyLayer, traceOutputs } from "./apply.ts";
import { type DTypePolicy, getDTypePolicy } from "./dtype-policy.ts";
import type { InputSpec } from "./input-spec.ts";
import { type LayerInputs, type SymbolicInputs, toTensors } from "./inputs.ts";
import { KerasTensor } from "./keras-tensor.ts";
import { currentPath, withNameScope } from "./name-scope.ts";
import type { Node } from "./node.ts";
import { type AddWeightOptions, type CallOptions, type LayerOptions, layerOptions } from "./options.ts";
import { mapShapes, type ShapeNest } from "./shape-nests.ts";
import { Weight } from "./weight.ts";
import { WeightHolder } from "./weight-holder.ts";

/**
 * Weights and a computation. Write your own by overriding `call`, and `build` where weights depend on the input's shape. Layers
 * and variables that are properties of a layer, also in arrays and plain objects, belong to it.
 * @see https://keras.io/api/layers/base_layer/
 * @example
 * class Scale extends tf.keras.layers.Layer {
 *   factor!: tf.Variable;
 *   override build(): void {
 *     this.factor = this.addWeight({ shape: [], initializer: "ones", name: "factor" });
 *   }
 *   override call(inputs: tf.Tensor): tf.Tensor {
 *     return tf.multiply(inputs, this.factor);
 *   }
 * }
 * const layer = new Scale();
 * console.log(layer.apply([1, 2]).array(), layer.weights.length); // => [ 1, 2 ] 1
 */
export class Layer extends WeightHolder {
  static readonly className: string = "Layer";

  readonly name: string;
  readonly activityRegularizer: Regularizer | undefined;
  readonly dtypePolicy: DTypePolicy;
  /** What inputs must be; checked before each call. */
  inputSpec: InputSpec | readonly InputSpec[] | undefined;
  /** Whether masks pass through. */
  supportsMasking: boolean;
  /** Whether floating inputs are cast to the layer's element type. */
  autocast: boolean;
  /** @internal The calls on symbolic tensors. */
  readonly inboundNodes: Node[] = [];
  /** @internal Whether the class has a build of its own. */
  readonly hasBuild: boolean;
  /** Names of the layers around it and its own, when it was built. */
  path: string | undefined;
  readonly #ownBuild: (inputShape: ShapeNest) => void;
  #buildShape: ShapeNest | null | undefined;
  #locked = false;

  constructor(options: LayerOptions = {}) {
    super(options.trainable ?? true);
    noteOptions(this, options, [...Object.keys(layerOptions), "weights"]);
    this.name = options.name ?? autoName(this.className);
    if (typeof this.name !== "string" || this.name.includes("/")) {
      throw invalidArgument(this.className, "a name without /", describe(this.name));
    }
    this.dtypePolicy = getDTypePolicy(options.dtype);
    this.activityRegularizer = getRegularizer(options.activityRegularizer);
    this.autocast = options.autocast ?? true;
    this.supportsMasking = this.computeMask !== Layer.prototype.computeMask;
    const build = this.build;
    this.hasBuild = build !== Layer.prototype.build;
    this.#ownBuild = build;
    const wrapped = (inputShape: ShapeNest): void => {
      this.buildInCall(inputShape);
      if (!this.hasBuild) this.#buildWithin(inputShape);
    };
    Object.defineProperty(this, "build", { value: wrapped, configurable: true, writable: true });
  }

  /** The name of the class, also when code is minified. */
  get className(): string {
    return ownName(this.constructor as unknown as Registered);
  }

  /** @internal The layer as errors name it. */
  override get label(): string {
    return `${this.className} "${this.name}"`;
  }

  /** Element type in which the layer computes. */
  get computeDtype(): DType {
    return this.dtypePolicy.computeDtype;
  }

  /** Element type of its weights. */
  get variableDtype(): DType {
    return this.dtypePolicy.variableDtype;
  }

  /** The same as {@link variableDtype}. */
  get dtype(): DType {
    return this.variableDtype;
  }

  /**
   * The layer's outputs for `inputs`: tensors, values, or arrays and objects of them. On symbolic tensors (of `Input`, or other
   * layers' outputs) it adds a call to the graph of a functional model. The first call makes the weights.
   * @throws when the inputs do not fit.
   */
  apply<O = KerasTensor>(inputs: SymbolicInputs, options?: CallOptions): O;
  apply<O = Tensor>(inputs: LayerInputs, options?: CallOptions): O;
  apply(inputs: LayerInputs | SymbolicInputs, options: CallOptions = {}): unknown {
    return applyLayer(this, inputs as LayerInputs, options);
  }

  /** The computation. Override it; call `apply`. */
  call(_inputs: Nest<Tensor>, _options: CallOptions): Nest<Tensor> {
    throw new TensorfleetError(
      "unsupported",
      `${this.label}: expected a call() method, got none; override call(inputs, { training })`,
    );
  }

  /** Makes the weights for inputs of a shape (of shapes), also of layers within. Override it; the first `apply` calls it once. */
  build(_inputShape: ShapeNest): void {}

  /** The outputs' shape for an input shape. Override it where tracing `call` is too slow. */
  computeOutputShape(inputShape: ShapeNest): ShapeNest {
    return mapNest(traceOutputs(this, this.#symbolic(inputShape), {}), (output) => output.shape) as ShapeNest;
  }

  /** @internal The outputs for symbolic inputs. */
  computeOutputSpec(inputs: Nest<KerasTensor>, options: CallOptions = {}): Nest<KerasTensor> {
    if (this.computeOutputShape === Layer.prototype.computeOutputShape) return traceOutputs(this, inputs, options);
    const shapes = this.computeOutputShape(mapNest(inputs, (input) => input.shape) as ShapeNest);
    return mapShapes(shapes, (shape) => new KerasTensor({ shape, dtype: this.computeDtype }));
  }

  /** The mask of the outputs. Override it in layers that make or change masks. */
  computeMask(_inputs: Nest<Tensor>, mask?: Nest<Tensor | undefined>): Nest<Tensor | undefined> | undefined {
    return mask;
  }

  /** @internal Inputs as tensors of the layer's element type. */
  toInputs(inputs: LayerInputs): Nest<Tensor | KerasTensor | null> {
    return toTensors(this.label, inputs, this.autocast ? this.computeDtype : undefined);
  }

  /** @internal Builds the layer alone: what is within is built by the call that follows. */
  buildInCall(inputShape: ShapeNest): void {
    withNameScope(this.name, this, () => {
      this.path = currentPath();
      liftToEager(() => outsideScopes(() => this.#ownBuild(inputShape)));
    });
    this.markBuilt(inputShape ?? null);
  }

  /** Builds the layers within, of which only the call tells what comes to them, by tracing it. */
  #buildWithin(inputShape: ShapeNest): void {
    if (!inputShape || this.sublayers.every((layer) => layer.built)) return;
    traceOutputs(this, this.#symbolic(inputShape), {});
  }

  #symbolic(inputShape: ShapeNest): Nest<KerasTensor> {
    return mapShapes(inputShape, (shape) => new KerasTensor({ shape, dtype: this.computeDtype, name: "shape" }));
  }

  /** @internal Notes that the layer is built, and for which shape. */
  markBuilt(inputShape: ShapeNest | null): void {
    this.#buildShape = inputShape;
    this.built = true;
    this.#locked = this.locksState;
  }

  /** @internal Whether no weights may be added once the layer is built. */
  get locksState(): boolean {
    return true;
  }

  /** @internal The shape that the layer was built for. */
  get buildShape(): ShapeNest | null | undefined {
    return this.#buildShape;
  }

  /**
   * Adds a variable to the layer: in its constructor or in `build`.
   * @throws when the layer is built already.
   */
  addWeight(options: AddWeightOptions = {}): Weight {
    const { shape = [], dtype = this.variableDtype, trainable = true, name = autoName("Variable") } = options;
    const api = `${this.label}.addWeight`;
    if (this.#locked)
      throw new TensorfleetError(
        "wrongPlace",
        `${api}: expected a call in the constructor or in build(), got one after the layer was built`,
      );
    if (!isShape(shape, null)) throw invalidArgument(api, "a shape of whole numbers of at least 0", describe(shape));
    if (!isFullyDefined(shape))
      throw invalidArgument(
        api,
        "a shape of known lengths",
        shapeText(shape),
        "give the layer an input whose last axis is known",
      );
    const initializer = getInitializer(options.initializer ?? (isFloating(dtype) ? "glorot_uniform" : "zeros"));
    const path = withNameScope(this.name, this, () => `${currentPath()}/${name}`);
    const initialValue = (): Tensor => {
      const value = convert(api, initializer.apply(shape, { dtype }));
      if (!shapesCompatible(value.staticShape, shape))
        throw invalidArgument(api, `an initial value of shape ${shapeText(shape)}`, shapeText(value.staticShape));
      return value;
    };
    const weight = new Weight(initialValue, {
      name,
      path,
      dtype,
      trainable,
      autocast: options.autocast ?? true,
      regularizer: getRegularizer(options.regularizer),
      constraint: getConstraint(options.constraint),
    });
    this.hold(weight, trainable);
    return weight;
  }

  /** @internal The layers that belong to this one directly, in the order in which they were set. */
  override get sublayers(): Layer[] {
    return super.sublayers as Layer[];
  }

  /** The symbolic inputs of the first call. @throws when the layer was not applied to symbolic tensors. */
  get input(): Nest<unknown> {
    return this.#firstNode("input").inputs;
  }

  /** The symbolic outputs of the first call. @throws when the layer was not applied to symbolic tensors. */
  get output(): Nest<KerasTensor> {
    return this.#firstNode("output").outputStructure;
  }

  #firstNode(what: string): Node {
    const node = this.inboundNodes[0];
    if (!node)
      throw new TensorfleetError(
        "wrongPlace",
        `${this.label}.${what}: expected a layer that was applied to symbolic tensors, got one that was not`,
      );
    return node;
  }

  /** What the layer is made of, under Keras's names. Override it in layers with options of their own. */
  getConfig(): Config {
    const config: Config = { name: this.name, trainable: this.trainable, dtype: serialize(this.dtypePolicy) };
    if (this.activityRegularizer) config.activity_regularizer = serialize(this.activityRegularizer);
    return config;
  }

  /** A new layer of the class with what `getConfig` gave: `new` with the config as its options. */
  static fromConfig<T extends Layer>(this: new (options: never) => T, config: Config): T {
    return new this(optionsOfConfig(config) as never);
  }

  /** What makes the weights of a loaded layer: the shape that the layer was built for. */
  getBuildConfig(): Config | null {
    return this.#buildShape === undefined ? null : { input_shape: this.#buildShape as Config[string] };
  }

  /** Makes the weights of a loaded layer. */
  buildFromConfig(config: Config): void {
    if (!this.built && config.input_shape) this.build(config.input_shape as ShapeNest);
  }

  /** Class and name. */
  override toString(): string {
    return `<${this.className} name=${this.name}, built=${this.built}>`;
  }
}
