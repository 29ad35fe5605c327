/** BatchNormalization: channels get mean 0 and variance 1, over the batch while training, by moving averages afterwards. */
import { dtypeFacts } from "../../../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../../../base/errors.ts";
import { normalizeAxis, type Shape, shapeText } from "../../../base/shapes.ts";
import { getReplicaContext } from "../../../distribute/replica-context.ts";
import { batchNormalization, fusedBatchNorm, moments } from "../../../ops/nn/normalization.ts";
import { convert } from "../../../runtime/convert.ts";
import { executeOne, withoutRecorders } from "../../../runtime/executor.ts";
import { Tensor } from "../../../runtime/tensor.ts";
import { type Constraint, type ConstraintIdentifier, get as getConstraint } from "../../constraints/index.ts";
import { get as getInitializer, type Initializer, type InitializerIdentifier } from "../../initializers/index.ts";
import type { Config } from "../../object-registry.ts";
import { get as getRegularizer, type Regularizer, type RegularizerIdentifier } from "../../regularizers/index.ts";
import { serialize } from "../../serialization.ts";
import { knownLength } from "../arguments.ts";
import { InputSpec } from "../input-spec.ts";
import { Layer } from "../layer.ts";
import type { CallOptions, LayerOptions } from "../options.ts";
import { lengthOf } from "../reshaping.ts";
import type { Weight } from "../weight.ts";
import { maskedMoments } from "./masked-moments.ts";
import { momentsOfShards } from "./moments-of-shards.ts";

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationOptions extends LayerOptions {
  /** The axis of channels; -1 when not given. */
  axis?: number;
  /** How much of the moving averages stays at each step; 0.99 when not given. */
  momentum?: number;
  /** Added to the variance; 0.001 when not given. */
  epsilon?: number;
  /** Whether `beta` is added; true when not given. */
  center?: boolean;
  /** Whether outputs are multiplied with `gamma`; true when not given. */
  scale?: boolean;
  betaInitializer?: InitializerIdentifier;
  gammaInitializer?: InitializerIdentifier;
  movingMeanInitializer?: InitializerIdentifier;
  movingVarianceInitializer?: InitializerIdentifier;
  betaRegularizer?: RegularizerIdentifier | null;
  gammaRegularizer?: RegularizerIdentifier | null;
  betaConstraint?: ConstraintIdentifier | null;
  gammaConstraint?: ConstraintIdentifier | null;
  /** Batch renormalization does not exist here: false. */
  renorm?: boolean;
  /** Whether, under a strategy, mean and variance are those of the whole batch rather than of each shard; false when not given. */
  synchronized?: boolean;
}

/**
 * `gamma * (inputs - mean) / sqrt(variance + epsilon) + beta`, per channel. While training mean and variance are the batch's and the
 * moving averages follow them; otherwise, and when `trainable` is false, the moving averages are used.
 * @throws when the axis is beyond the rank, or its length is not known.
 * @see https://keras.io/api/layers/normalization_layers/batch_normalization/
 * @example
 * const layer = new tf.keras.layers.BatchNormalization({ epsilon: 0 });
 * console.log(layer.apply([[1, 5], [3, 9]], { training: true }).array()); // => [ [ -1, -1 ], [ 1, 1 ] ]
 */
export class BatchNormalization extends Layer {
  static override readonly className: string = "BatchNormalization";
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly betaInitializer: Initializer;
  readonly gammaInitializer: Initializer;
  readonly movingMeanInitializer: Initializer;
  readonly movingVarianceInitializer: Initializer;
  readonly betaRegularizer: Regularizer | undefined;
  readonly gammaRegularizer: Regularizer | undefined;
  readonly betaConstraint: Constraint | undefined;
  readonly gammaConstraint: Constraint | undefined;
  readonly synchronized: boolean;
  gamma: Weight | undefined;
  beta: Weight | undefined;
  movingMean!: Weight;
  movingVariance!: Weight;

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    if (!Number.isInteger(this.axis))
      throw invalidArgument(this.label, "axis as a whole number", describe(options.axis));
    this.momentum = options.momentum ?? 0.99;
    this.epsilon = options.epsilon ?? 0.001;
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.betaInitializer = getInitializer(options.betaInitializer ?? "zeros");
    this.gammaInitializer = getInitializer(options.gammaInitializer ?? "ones");
    this.movingMeanInitializer = getInitializer(options.movingMeanInitializer ?? "zeros");
    this.movingVarianceInitializer = getInitializer(options.movingVarianceInitializer ?? "ones");
    this.betaRegularizer = getRegularizer(options.betaRegularizer);
    this.gammaRegularizer = getRegularizer(options.gammaRegularizer);
    this.betaConstraint = getConstraint(options.betaConstraint);
    this.gammaConstraint = getConstraint(options.gammaConstraint);
    this.synchronized = options.synchronized ?? false;
    if (options.renorm)
      throw new TensorfleetError(
        "unsupported",
        `${this.label}: expected renorm false, got true; batch renormalization does not exist here`,
      );
    this.supportsMasking = true;
  }

  override build(inputShape: Shape): void {
    const axis = normalizeAxis(this.label, this.axis, inputShape.length);
    const shape = [knownLength(this.label, inputShape, this.axis)];
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
    const moving = { shape, trainable: false, autocast: false };
    this.movingMean = this.addWeight({ ...moving, name: "moving_mean", initializer: this.movingMeanInitializer });
    this.movingVariance = this.addWeight({
      ...moving,
      name: "moving_variance",
      initializer: this.movingVarianceInitializer,
    });
    this.inputSpec = new InputSpec({ ndim: inputShape.length, axes: { [axis]: shape[0] as number } });
  }

  override call(inputs: Tensor, { training, mask }: CallOptions): Tensor {
    const isHalf = dtypeFacts[inputs.dtype].bytes === 2;
    const x = isHalf ? inputs.cast("float32") : inputs;
    const usesBatch = Boolean(training && this.trainable);
    const isSynchronized = this.synchronized && usesBatch && getReplicaContext() !== undefined;
    const isFused =
      !isSynchronized &&
      x.rank === 4 &&
      this.#axisOf(x) === 3 &&
      x.dtype === "float32" &&
      this.dtype === "float32" &&
      !mask;
    const outputs = isFused ? this.#fused(x, usesBatch) : this.#unfused(x, usesBatch, mask);
    return outputs.cast(this.computeDtype);
  }

  #axisOf(x: Tensor): number {
    return normalizeAxis(this.label, this.axis, x.rank);
  }

  #fused(x: Tensor, usesBatch: boolean): Tensor {
    const numChannels = this.movingMean.shape[0] as number;
    const filled = (value: number): Float32Array => new Float32Array(numChannels).fill(value);
    const gamma = this.gamma?.read() ?? filled(1);
    const beta = this.beta?.read() ?? filled(0);
    const { epsilon } = this;
    if (!usesBatch) {
      const statistics = { mean: this.movingMean.read(), variance: this.movingVariance.read() };
      return fusedBatchNorm(x, gamma, beta, { epsilon, isTraining: false, ...statistics })[0];
    }
    const [outputs, mean, unbiased] = fusedBatchNorm(x, gamma, beta, { epsilon });
    withoutRecorders(() => this.#follow(mean, unbiased.multiply(biasFactor(x))));
    return outputs;
  }

  #unfused(x: Tensor, usesBatch: boolean, mask: CallOptions["mask"]): Tensor {
    const axis = this.#axisOf(x);
    const [mean, variance] = usesBatch
      ? this.#moments(x, axis, mask)
      : [this.movingMean.read(), this.movingVariance.read()];
    if (usesBatch) withoutRecorders(() => this.#follow(mean, variance));
    const along = Array.from({ length: x.rank }, (_, i) => (i === axis ? (this.movingMean.shape[0] as number) : 1));
    const shaped = (tensor: Tensor): Tensor => (axis === x.rank - 1 ? tensor : tensor.reshape(along)).cast(x.dtype);
    const [beta, gamma] = [this.beta, this.gamma].map((weight) => (weight ? shaped(weight.read()) : null)) as [
      Tensor | null,
      Tensor | null,
    ];
    return batchNormalization(x, shaped(mean), shaped(variance), beta, gamma, this.epsilon);
  }

  #moments(x: Tensor, axis: number, mask: CallOptions["mask"]): [Tensor, Tensor] {
    const others = Array.from({ length: x.rank }, (_, i) => i).filter((i) => i !== axis);
    if (this.synchronized && getReplicaContext()) return momentsOfShards(this.label, x, others, mask);
    if (!(mask instanceof Tensor)) return moments(x, others);
    if (mask.rank !== x.rank - 1)
      throw invalidArgument(this.label, `a mask of ${x.rank - 1} axes`, shapeText(mask.staticShape));
    return maskedMoments(x, mask, others);
  }

  /** Lets the moving averages follow a batch. */
  #follow(mean: Tensor, variance: Tensor): void {
    for (const [average, value] of [
      [this.movingMean, mean],
      [this.movingVariance, variance],
    ] as const) {
      const next = average
        .read()
        .multiply(this.momentum)
        .add(value.multiply(1 - this.momentum));
      average.assign(next.cast(average.dtype));
    }
  }

  override computeOutputShape(inputShape: Shape): Shape {
    normalizeAxis(this.label, this.axis, inputShape.length);
    return inputShape;
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      axis: this.axis,
      momentum: this.momentum,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      beta_initializer: serialize(this.betaInitializer),
      gamma_initializer: serialize(this.gammaInitializer),
      moving_mean_initializer: serialize(this.movingMeanInitializer),
      moving_variance_initializer: serialize(this.movingVarianceInitializer),
      beta_regularizer: serialize(this.betaRegularizer),
      gamma_regularizer: serialize(this.gammaRegularizer),
      beta_constraint: serialize(this.betaConstraint),
      gamma_constraint: serialize(this.gammaConstraint),
      synchronized: this.synchronized,
      renorm: false,
      renorm_clipping: null,
      renorm_momentum: 0.99,
    };
  }
}

/** (n - 1) / n for n examples per channel: the fused op gives the variance over n - 1, Keras averages that over n. */
function biasFactor(images: Tensor): Tensor {
  const [batch, height, width] = [0, 1, 2].map((axis) => lengthOf(images, axis).cast("float32")) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const count = batch.multiply(height).multiply(width);
  const one = convert("BatchNormalization", 1, "float32");
  return executeOne("Maximum", [count.subtract(one), one]).divide(count);
}
