/** LayerNormalization: each example gets mean 0 and variance 1. */
import { dtypeFacts } from "../../../base/dtypes.ts";
import { describe, invalidArgument } from "../../../base/errors.ts";
import { normalizeAxis, type Shape } from "../../../base/shapes.ts";
import { rsqrt } from "../../../ops/math/exponential.ts";
import { moments } from "../../../ops/nn/normalization.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { type Constraint, type ConstraintIdentifier, get as getConstraint } from "../../constraints/index.ts";
import { get as getInitializer, type Initializer, type InitializerIdentifier } from "../../initializers/index.ts";
import type { Config } from "../../object-registry.ts";
import { get as getRegularizer, type Regularizer, type RegularizerIdentifier } from "../../regularizers/index.ts";
import { serialize } from "../../serialization.ts";
import { knownLength } from "../arguments.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import type { Weight } from "../weight.ts";

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends LayerOptions {
  /** The axis or axes over which mean and variance are taken; -1 when not given. */
  axis?: number | readonly number[];
  /** Added to the variance; 0.001 when not given. */
  epsilon?: number;
  /** Whether `beta` is added; true when not given. */
  center?: boolean;
  /** Whether outputs are multiplied with `gamma`; true when not given. */
  scale?: boolean;
  betaInitializer?: InitializerIdentifier;
  gammaInitializer?: InitializerIdentifier;
  betaRegularizer?: RegularizerIdentifier | null;
  gammaRegularizer?: RegularizerIdentifier | null;
  betaConstraint?: ConstraintIdentifier | null;
  gammaConstraint?: ConstraintIdentifier | null;
}

/**
 * `gamma * (inputs - mean) / sqrt(variance + epsilon) + beta` with mean and variance over `axis` of each example.
 * @throws when an axis is beyond the rank, or its length is not known.
 * @see https://arxiv.org/abs/1607.06450
 * @example
 * const layer = new tf.keras.layers.LayerNormalization({ epsilon: 0 });
 * console.log(layer.apply([[1, 3], [10, 20]]).array()); // => [ [ -1, 1 ], [ -1, 1 ] ]
 */
export class LayerNormalization extends Layer {
  static override readonly className: string = "LayerNormalization";
  readonly axis: number | readonly number[];
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly betaInitializer: Initializer;
  readonly gammaInitializer: Initializer;
  readonly betaRegularizer: Regularizer | undefined;
  readonly gammaRegularizer: Regularizer | undefined;
  readonly betaConstraint: Constraint | undefined;
  readonly gammaConstraint: Constraint | undefined;
  gamma: Weight | undefined;
  beta: Weight | undefined;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    if (![this.axis].flat().every(Number.isInteger))
      throw invalidArgument(this.label, "axis as whole numbers", describe(options.axis));
    this.epsilon = options.epsilon ?? 0.001;
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.betaInitializer = getInitializer(options.betaInitializer ?? "zeros");
    this.gammaInitializer = getInitializer(options.gammaInitializer ?? "ones");
    this.betaRegularizer = getRegularizer(options.betaRegularizer);
    this.gammaRegularizer = getRegularizer(options.gammaRegularizer);
    this.betaConstraint = getConstraint(options.betaConstraint);
    this.gammaConstraint = getConstraint(options.gammaConstraint);
    this.supportsMasking = true;
    this.autocast = false;
  }

  /** The axes, counted from the front, in ascending order. */
  #axesOf(rank: number): number[] {
    return [this.axis]
      .flat()
      .map((axis) => normalizeAxis(this.label, axis, rank))
      .sort((a, b) => a - b);
  }

  override build(inputShape: Shape): void {
    const shape = this.#axesOf(inputShape.length).map((axis) => knownLength(this.label, inputShape, axis));
    const { gammaInitializer, gammaRegularizer, gammaConstraint, betaInitializer, betaRegularizer, betaConstraint } =
      this;
    if (this.scale) {
      this.gamma = this.addWeight({
        name: "gamma",
        shape,
        autocast: false,
        initializer: gammaInitializer,
        regularizer: gammaRegularizer,
        constraint: gammaConstraint,
      });
    }
    if (this.center) {
      this.beta = this.addWeight({
        name: "beta",
        shape,
        autocast: false,
        initializer: betaInitializer,
        regularizer: betaRegularizer,
        constraint: betaConstraint,
      });
    }
  }

  override call(inputs: Tensor): Tensor {
    const x = dtypeFacts[inputs.dtype].bytes === 2 ? inputs.cast("float32") : inputs;
    const axes = this.#axesOf(x.rank);
    const isLast = axes.length === 1 && axes[0] === x.rank - 1;
    const along = x.shape.map((length, axis) => (axes.includes(axis) ? (length as number) : 1));
    const read = (weight: Weight): Tensor => (isLast ? weight.read() : weight.read().reshape(along)).cast(x.dtype);
    const [mean, variance] = moments(x, axes, { keepdims: true });
    const inverse = rsqrt(variance.add(this.epsilon));
    const factor = this.gamma ? inverse.multiply(read(this.gamma)) : inverse;
    const moved = mean.negative().multiply(factor);
    const shift = this.beta ? moved.add(read(this.beta)) : moved;
    return x.multiply(factor).add(shift).cast(this.computeDtype);
  }

  override computeOutputShape(inputShape: Shape): Shape {
    this.#axesOf(inputShape.length);
    return inputShape;
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      axis: this.axis,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      rms_scaling: false,
      beta_initializer: serialize(this.betaInitializer),
      gamma_initializer: serialize(this.gammaInitializer),
      beta_regularizer: serialize(this.betaRegularizer),
      gamma_regularizer: serialize(this.gammaRegularizer),
      beta_constraint: serialize(this.betaConstraint),
      gamma_constraint: serialize(this.gammaConstraint),
    };
  }
}
