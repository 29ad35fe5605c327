/** Losses of one-hot labels and predicted probabilities: categorical crossentropy, and its focal kind. */
import { invalidArgument } from "../../base/errors.ts";
import { shapesCompatible, shapeText } from "../../base/shapes.ts";
import { shape } from "../../ops/array/queries.ts";
import { pow } from "../../ops/math/arithmetic.ts";
import { clipByValue } from "../../ops/math/clipping.ts";
import { log } from "../../ops/math/exponential.ts";
import { reduceSum } from "../../ops/math/reductions.ts";
import { reciprocal } from "../../ops/math/signs.ts";
import { softmax } from "../../ops/nn/activations.ts";
import { softmaxCrossEntropyWithLogits } from "../../ops/nn/losses.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { logitsOf } from "../activations/logits.ts";
import { named } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands, epsilon, operands } from "./operands.ts";

/** Options of {@link categoricalCrossentropy}. */
export interface CategoricalCrossentropyArguments {
  /** Whether predictions are logits rather than probabilities; false when not given. */
  fromLogits?: boolean;
  /** How much of each label is spread over all classes, in 0..1; 0 when not given. */
  labelSmoothing?: number;
  /** Axis of the classes; the last when not given. */
  axis?: number;
}

function smooth(labels: Tensor, labelSmoothing: number): Tensor {
  if (labelSmoothing === 0) return labels;
  const classes = labels.shape.at(-1) ?? shape(labels).at(-1).cast(labels.dtype);
  const share = typeof classes === "number" ? labelSmoothing / classes : reciprocal(classes).multiply(labelSmoothing);
  return labels.multiply(1 - labelSmoothing).add(share);
}

function checkShapes(api: string, labels: Tensor, predictions: Tensor): void {
  if (shapesCompatible(labels.staticShape, predictions.staticShape)) return;
  const got = `labels ${shapeText(labels.staticShape)} and predictions ${shapeText(predictions.staticShape)}`;
  const advice = "labels that are class numbers need sparse_categorical_crossentropy, or tf.oneHot";
  throw invalidArgument(api, "one-hot labels of the predictions' shape", got, advice);
}

/** Probabilities made to sum to 1 along `axis`, and clipped so that their logarithms are finite. */
function normalized(probabilities: Tensor, axis: number): Tensor {
  return clipByValue(probabilities.divide(reduceSum(probabilities, { axis, keepdims: true })), epsilon, 1 - epsilon);
}

/**
 * `-sum(yTrue * log(yPred))` along the axis of classes: `[..., classes]` gives `[...]`. Of predictions that a softmax made, its
 * logits are used.
 * @throws when the shapes differ.
 * @see https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-function
 * @example
 * const loss = tf.keras.losses.categoricalCrossentropy([[0, 1]], [[0.75, 0.25]]);
 * console.log(tf.exp(loss).item().toFixed(4)); // => 4.0000
 */
export function categoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CategoricalCrossentropyArguments = {},
): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
  const [given, predictions] = operands("categoricalCrossentropy", yTrue, yPred);
  checkShapes("categoricalCrossentropy", given, predictions);
  const labels = smooth(given, labelSmoothing);
  const logits = fromLogits ? predictions : logitsOf(predictions);
  if (logits) return softmaxCrossEntropyWithLogits(labels, logits, { axis });
  return reduceSum(labels.multiply(log(normalized(predictions, axis))), { axis }).negative();
}

/** Options of {@link categoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyArguments extends CategoricalCrossentropyArguments {
  /** Weight of all classes; 0.25 when not given. */
  alpha?: number;
  /** How strongly samples that are predicted well count less; 2 when not given. */
  gamma?: number;
}

/**
 * Categorical crossentropy in which a class counts `alpha * (1 - yPred)^gamma`.
 * @throws when the shapes differ.
 * @see https://arxiv.org/abs/1708.02002
 * @example
 * const loss = tf.keras.losses.categoricalFocalCrossentropy([[0, 1]], [[0.5, 0.5]]);
 * console.log(tf.exp(loss.multiply(16)).item().toFixed(4)); // => 2.0000
 */
export function categoricalFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: CategoricalFocalCrossentropyArguments = {},
): Tensor {
  const { alpha = 0.25, gamma = 2, fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
  const [given, predicted] = operands("categoricalFocalCrossentropy", yTrue, yPred);
  checkShapes("categoricalFocalCrossentropy", given, predicted);
  const probabilities = normalized(fromLogits ? softmax(predicted, { axis }) : predicted, axis);
  const entropy = smooth(given, labelSmoothing).multiply(log(probabilities)).negative();
  const weight = pow(probabilities.negative().add(1), gamma).multiply(alpha);
  return reduceSum(weight.multiply(entropy), { axis });
}

/** Options of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyOptions extends LossOptions, CategoricalCrossentropyArguments {}

/**
 * Crossentropy of one-hot labels; for labels that are class numbers see {@link SparseCategoricalCrossentropy}.
 * @see https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class
 * @example
 * const loss = new tf.keras.losses.CategoricalCrossentropy({ fromLogits: true });
 * console.log(Math.exp(loss.apply([[0, 1]], [[2, 2]]).item()).toFixed(4)); // => 2.0000
 */
export class CategoricalCrossentropy extends Loss {
  static override readonly className: string = "CategoricalCrossentropy";
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: CategoricalCrossentropyOptions = {}) {
    super({ name: "categorical_crossentropy", ...named(new.target, options) });
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalCrossentropy(...alignedOperands(this.name, yTrue, yPred), this);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.fromLogits,
      label_smoothing: this.labelSmoothing,
      axis: this.axis,
    };
  }
}

/** Options of {@link CategoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyOptions extends LossOptions, CategoricalFocalCrossentropyArguments {}

/**
 * Categorical crossentropy in which samples that are predicted well count less.
 * @see https://arxiv.org/abs/1708.02002
 * @example
 * const loss = new tf.keras.losses.CategoricalFocalCrossentropy({ alpha: 1, gamma: 0 });
 * console.log(Math.exp(loss.apply([[0, 1]], [[0.5, 0.5]]).item()).toFixed(4)); // => 2.0000
 */
export class CategoricalFocalCrossentropy extends CategoricalCrossentropy {
  static override readonly className: string = "CategoricalFocalCrossentropy";
  readonly alpha: number;
  readonly gamma: number;

  constructor(options: CategoricalFocalCrossentropyOptions = {}) {
    super({ name: "categorical_focal_crossentropy", ...named(new.target, options) });
    this.alpha = options.alpha ?? 0.25;
    this.gamma = options.gamma ?? 2;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalFocalCrossentropy(...alignedOperands(this.name, yTrue, yPred), this);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), alpha: this.alpha, gamma: this.gamma };
  }
}
