/** Losses of numbers: how far predictions are from labels. */
import { where } from "../../ops/array/gathering.ts";
import { maximum, squaredDifference } from "../../ops/math/arithmetic.ts";
import { lessEqual } from "../../ops/math/comparisons.ts";
import { log } from "../../ops/math/exponential.ts";
import { reduceMean, reduceSum } from "../../ops/math/reductions.ts";
import { abs, square } from "../../ops/math/signs.ts";
import { softplus } from "../../ops/nn/activations.ts";
import { l2Normalize } from "../../ops/nn/normalization.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { named } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands, epsilon } from "./operands.ts";

/**
 * `mean((yTrue - yPred)^2)` over the last axis: `[..., n]` gives `[...]`.
 * @see https://keras.io/api/losses/regression_losses/#meansquarederror-function
 * @example
 * console.log(tf.keras.losses.meanSquaredError([[0, 2]], [[1, 5]]).array()); // => [ 5 ]
 */
export function meanSquaredError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedOperands("meanSquaredError", yTrue, yPred);
  return reduceMean(squaredDifference(labels, predictions), { axis: -1 });
}

/**
 * `mean(|yTrue - yPred|)` over the last axis: `[..., n]` gives `[...]`.
 * @see https://keras.io/api/losses/regression_losses/#meanabsoluteerror-function
 * @example
 * console.log(tf.keras.losses.meanAbsoluteError([[0, 2]], [[1, 5]]).array()); // => [ 2 ]
 */
export function meanAbsoluteError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedOperands("meanAbsoluteError", yTrue, yPred);
  return reduceMean(abs(labels.subtract(predictions)), { axis: -1 });
}

/**
 * `100 * mean(|yTrue - yPred| / |yTrue|)` over the last axis: `[..., n]` gives `[...]`.
 * @see https://keras.io/api/losses/regression_losses/#meanabsolutepercentageerror-function
 * @example
 * console.log(tf.keras.losses.meanAbsolutePercentageError([[2, 4]], [[1, 3]]).array()); // => [ 37.5 ]
 */
export function meanAbsolutePercentageError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedOperands("meanAbsolutePercentageError", yTrue, yPred);
  const parts = abs(labels.subtract(predictions).divide(maximum(abs(labels), epsilon)));
  return reduceMean(parts, { axis: -1 }).multiply(100);
}

/**
 * `mean((log(yTrue + 1) - log(yPred + 1))^2)` over the last axis: `[..., n]` gives `[...]`.
 * @see https://keras.io/api/losses/regression_losses/#meansquaredlogarithmicerror-function
 * @example
 * console.log(tf.keras.losses.meanSquaredLogarithmicError([[3, 7]], [[3, 7]]).array()); // => [ 0 ]
 */
export function meanSquaredLogarithmicError(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedOperands("meanSquaredLogarithmicError", yTrue, yPred);
  const logarithm = (x: Tensor): Tensor => log(maximum(x, epsilon).add(1));
  return reduceMean(squaredDifference(logarithm(predictions), logarithm(labels)), { axis: -1 });
}

/**
 * Huber's loss, `mean` over the last axis of `error^2 / 2` up to `delta` (1 when not given) and a straight line beyond.
 * @see https://keras.io/api/losses/regression_losses/#huber-function
 * @example
 * console.log(tf.keras.losses.huber([[0, 0]], [[1, 3]]).array()); // => [ 1.5 ]
 */
export function huber(yTrue: TensorLike, yPred: TensorLike, { delta = 1 }: { delta?: number } = {}): Tensor {
  const [labels, predictions] = alignedOperands("huber", yTrue, yPred);
  const error = predictions.subtract(labels);
  const size = abs(error);
  const line = size.multiply(delta).subtract(0.5 * delta * delta);
  return reduceMean(where(lessEqual(size, delta), square(error).multiply(0.5), line), { axis: -1 });
}

/**
 * `mean(log(cosh(yPred - yTrue)))` over the last axis: `[..., n]` gives `[...]`.
 * @see https://keras.io/api/losses/regression_losses/#logcosh-function
 * @example
 * console.log(tf.keras.losses.logCosh([[1, 2]], [[1, 2]]).array()); // => [ 0 ]
 */
export function logCosh(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = alignedOperands("logCosh", yTrue, yPred);
  const error = predictions.subtract(labels);
  return reduceMean(error.add(softplus(error.multiply(-2))).subtract(Math.LN2), { axis: -1 });
}

/**
 * Minus the cosine of the angle between vectors along `axis` (the last when not given): -1 for the same direction.
 * @see https://keras.io/api/losses/regression_losses/#cosinesimilarity-function
 * @example
 * console.log(tf.keras.losses.cosineSimilarity([[0, 2]], [[0, 4]]).array()); // => [ -1 ]
 */
export function cosineSimilarity(yTrue: TensorLike, yPred: TensorLike, { axis = -1 }: { axis?: number } = {}): Tensor {
  const [labels, predictions] = alignedOperands("cosineSimilarity", yTrue, yPred);
  const unit = (x: Tensor): Tensor => l2Normalize(x, { axis, epsilon: epsilon * epsilon });
  return reduceSum(unit(labels).multiply(unit(predictions)), { axis }).negative();
}

/**
 * The mean squared error.
 * @see https://keras.io/api/losses/regression_losses/#meansquarederror-class
 * @example
 * console.log(new tf.keras.losses.MeanSquaredError().apply([[0, 2], [0, 0]], [[1, 5], [0, 0]]).item()); // => 2.5
 */
export class MeanSquaredError extends Loss {
  static override readonly className: string = "MeanSquaredError";
  constructor(options: LossOptions = {}) {
    super({ name: "mean_squared_error", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred);
  }
}

/**
 * The mean absolute error.
 * @see https://keras.io/api/losses/regression_losses/#meanabsoluteerror-class
 * @example
 * console.log(new tf.keras.losses.MeanAbsoluteError().apply([[0, 2]], [[1, 5]]).item()); // => 2
 */
export class MeanAbsoluteError extends Loss {
  static override readonly className: string = "MeanAbsoluteError";
  constructor(options: LossOptions = {}) {
    super({ name: "mean_absolute_error", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsoluteError(yTrue, yPred);
  }
}

/**
 * The mean absolute error in percent of the labels.
 * @see https://keras.io/api/losses/regression_losses/#meanabsolutepercentageerror-class
 * @example
 * console.log(new tf.keras.losses.MeanAbsolutePercentageError().apply([[2, 4]], [[1, 3]]).item()); // => 37.5
 */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly className: string = "MeanAbsolutePercentageError";
  constructor(options: LossOptions = {}) {
    super({ name: "mean_absolute_percentage_error", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsolutePercentageError(yTrue, yPred);
  }
}

/**
 * The mean squared error of logarithms.
 * @see https://keras.io/api/losses/regression_losses/#meansquaredlogarithmicerror-class
 * @example
 * console.log(new tf.keras.losses.MeanSquaredLogarithmicError().apply([[3]], [[3]]).item()); // => 0
 */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly className: string = "MeanSquaredLogarithmicError";
  constructor(options: LossOptions = {}) {
    super({ name: "mean_squared_logarithmic_error", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredLogarithmicError(yTrue, yPred);
  }
}

/** Options of {@link Huber}. */
export interface HuberOptions extends LossOptions {
  /** The error at which the parabola becomes a line; 1 when not given. */
  delta?: number;
}

/**
 * Huber's loss: squared for small errors, absolute for large ones.
 * @see https://keras.io/api/losses/regression_losses/#huber-class
 * @example
 * console.log(new tf.keras.losses.Huber({ delta: 2 }).apply([[0]], [[4]]).item()); // => 6
 */
export class Huber extends Loss {
  static override readonly className: string = "Huber";
  readonly delta: number;
  constructor(options: HuberOptions = {}) {
    super({ name: "huber_loss", ...named(new.target, options) });
    this.delta = options.delta ?? 1;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return huber(yTrue, yPred, this);
  }
  override getConfig(): Config {
    return { ...super.getConfig(), delta: this.delta };
  }
}

/**
 * The mean of `log(cosh(error))`: squared for small errors, absolute for large ones, and smooth.
 * @see https://keras.io/api/losses/regression_losses/#logcosh-class
 * @example
 * console.log(new tf.keras.losses.LogCosh().apply([[1, 2]], [[1, 2]]).item()); // => 0
 */
export class LogCosh extends Loss {
  static override readonly className: string = "LogCosh";
  constructor(options: LossOptions = {}) {
    super({ name: "log_cosh", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return logCosh(yTrue, yPred);
  }
}

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityOptions extends LossOptions {
  /** Axis of the vectors' components; the last when not given. */
  axis?: number;
}

/**
 * Minus the mean cosine between labels and predictions.
 * @see https://keras.io/api/losses/regression_losses/#cosinesimilarity-class
 * @example
 * console.log(new tf.keras.losses.CosineSimilarity().apply([[0, 2]], [[0, 4]]).item()); // => -1
 */
export class CosineSimilarity extends Loss {
  static override readonly className: string = "CosineSimilarity";
  readonly axis: number;
  constructor(options: CosineSimilarityOptions = {}) {
    super({ name: "cosine_similarity", ...named(new.target, options) });
    this.axis = options.axis ?? -1;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return cosineSimilarity(yTrue, yPred, this);
  }
  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis };
  }
}
