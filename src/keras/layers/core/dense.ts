/** Dense: every output is a weighted sum of all inputs. */
import type { Shape } from "../../../base/shapes.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import {
  type Activation,
  type ActivationIdentifier,
  get as getActivation,
  serialize as serializeActivation,
} from "../../activations/index.ts";
import { type Constraint, type ConstraintIdentifier, get as getConstraint } from "../../constraints/index.ts";
import { get as getInitializer, type Initializer, type InitializerIdentifier } from "../../initializers/index.ts";
import type { Config } from "../../object-registry.ts";
import { get as getRegularizer, type Regularizer, type RegularizerIdentifier } from "../../regularizers/index.ts";
import { serialize } from "../../serialization.ts";
import { configOf, knownLength, positive } from "../arguments.ts";
import { InputSpec } from "../input-spec.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import { fromMatrix, toMatrix } from "../reshaping.ts";
import type { Weight } from "../weight.ts";

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions {
  /** Applied to the sums; none when not given. */
  activation?: ActivationIdentifier | null;
  /** Whether a bias is added; true when not given. */
  useBias?: boolean;
  kernelInitializer?: InitializerIdentifier;
  biasInitializer?: InitializerIdentifier;
  kernelRegularizer?: RegularizerIdentifier | null;
  biasRegularizer?: RegularizerIdentifier | null;
  kernelConstraint?: ConstraintIdentifier | null;
  biasConstraint?: ConstraintIdentifier | null;
}

/** The whole config of {@link Dense}. */
export interface DenseConfig extends DenseOptions {
  /** Number of outputs. */
  units: number;
}

/**
 * `activation(inputs @ kernel + bias)`: `[batch, ..., n]` gives `[batch, ..., units]`. The kernel is `[n, units]`.
 * @throws when `units` is not a whole number of at least 1.
 * @see https://keras.io/api/layers/core_layers/dense/
 * @example
 * const layer = new tf.keras.layers.Dense(2, { kernelInitializer: "ones" });
 * console.log(layer.apply([[1, 2, 3]]).array()); // => [ [ 6, 6 ] ]
 */
export class Dense extends Layer {
  static override readonly className: string = "Dense";
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: Regularizer | undefined;
  readonly biasRegularizer: Regularizer | undefined;
  readonly kernelConstraint: Constraint | undefined;
  readonly biasConstraint: Constraint | undefined;
  /** `[n, units]`, once the layer is built. */
  kernel!: Weight;
  /** `[units]`, once the layer is built. */
  bias: Weight | undefined;

  constructor(units: number | DenseConfig, options?: DenseOptions) {
    const config = configOf<DenseConfig>(units, { units }, options);
    super(config);
    this.units = positive(this.label, "units", config.units);
    this.activation = getActivation(config.activation);
    this.useBias = config.useBias ?? true;
    this.kernelInitializer = getInitializer(config.kernelInitializer ?? "glorot_uniform");
    this.biasInitializer = getInitializer(config.biasInitializer ?? "zeros");
    this.kernelRegularizer = getRegularizer(config.kernelRegularizer);
    this.biasRegularizer = getRegularizer(config.biasRegularizer);
    this.kernelConstraint = getConstraint(config.kernelConstraint);
    this.biasConstraint = getConstraint(config.biasConstraint);
    this.inputSpec = new InputSpec({ minNdim: 2 });
    this.supportsMasking = true;
  }

  override build(inputShape: Shape): void {
    const length = knownLength(this.label, inputShape, -1);
    this.kernel = this.addWeight({
      name: "kernel",
      shape: [length, this.units],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    if (this.useBias) {
      this.bias = this.addWeight({
        name: "bias",
        shape: [this.units],
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
    this.inputSpec = new InputSpec({ minNdim: 2, axes: { [-1]: length } });
  }

  override call(inputs: Tensor): Tensor {
    const isMatrix = inputs.rank === 2;
    const products = executeOne("MatMul", [isMatrix ? inputs : toMatrix(inputs), this.kernel.read()]);
    const sums = this.bias ? executeOne("BiasAdd", [products, this.bias.read()]) : products;
    return this.activation(isMatrix ? sums : fromMatrix(sums, inputs));
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return [...inputShape.slice(0, -1), this.units];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: serializeActivation(this.activation),
      use_bias: this.useBias,
      kernel_initializer: serialize(this.kernelInitializer),
      bias_initializer: serialize(this.biasInitializer),
      kernel_regularizer: serialize(this.kernelRegularizer),
      bias_regularizer: serialize(this.biasRegularizer),
      kernel_constraint: serialize(this.kernelConstraint),
      bias_constraint: serialize(this.biasConstraint),
      quantization_config: null,
    };
  }
}
