/** Losses of labels 0 and 1, each by itself: binary crossentropy, and its focal kind. */
import { pow } from "../../ops/math/arithmetic.ts";
import { clipByValue } from "../../ops/math/clipping.ts";
import { log, sigmoid } from "../../ops/math/exponential.ts";
import { reduceMean } from "../../ops/math/reductions.ts";
import { sigmoidCrossEntropyWithLogits } from "../../ops/nn/losses.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { logitsOf } from "../activations/logits.ts";
import { named } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands, epsilon, operands } from "./operands.ts";

/** Options of {@link binaryCrossentropy}. */
export interface BinaryCrossentropyArguments {
  /** Whether predictions are logits rather than probabilities; false when not given. */
  fromLogits?: boolean;
  /** Moves labels this far towards 0.5, in 0..1; 0 when not given. */
  labelSmoothing?: number;
  /** Axis of the mean; the last when not given. */
  axis?: number;
}

function smooth(labels: Tensor, labelSmoothing: number): Tensor {
  return labelSmoothing === 0 ? labels : labels.multiply(1 - labelSmoothing).add(0.5 * labelSmoothing);
}

/** The crossentropy of each value: labels and predictions of one shape give that shape. */
function crossentropies(labels: Tensor, predictions: Tensor, fromLogits: boolean): Tensor {
  const logits = fromLogits ? predictions : logitsOf(predictions);
  if (logits) return sigmoidCrossEntropyWithLogits(labels, logits);
  const ones = clipByValue(predictions, epsilon, 1 - epsilon);
  const zeros = ones.negative().add(1);
  return labels
    .multiply(log(ones))
    .add(labels.negative().add(1).multiply(log(zeros)))
    .negative();
}

/**
 * `-mean(yTrue * log(yPred) + (1 - yTrue) * log(1 - yPred))` over the last axis: `[..., n]` gives `[...]`.
 * Of predictions that a sigmoid made, its logits are used.
 * @throws when the shapes differ.
 * @see https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-function
 * @example
 * const loss = tf.keras.losses.binaryCrossentropy([[0, 1]], [[0.5, 0.5]]);
 * console.log(tf.exp(loss).item().toFixed(4)); // => 2.0000
 */
export function binaryCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: BinaryCrossentropyArguments = {},
): Tensor {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
  const [labels, predictions] = operands("binaryCrossentropy", yTrue, yPred);
  return reduceMean(crossentropies(smooth(labels, labelSmoothing), predictions, fromLogits), { axis });
}

/** Options of {@link binaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyArguments extends BinaryCrossentropyArguments {
  /** Whether ones weigh `alpha` and zeros `1 - alpha`; false when not given. */
  applyClassBalancing?: boolean;
  /** Weight of ones; 0.25 when not given. */
  alpha?: number;
  /** How strongly values that are predicted well count less; 2 when not given. */
  gamma?: number;
}

/**
 * Binary crossentropy in which a value counts `(1 - p)^gamma`, p being the probability that was given to its label.
 * @see https://arxiv.org/abs/1708.02002
 * @example
 * const loss = tf.keras.losses.binaryFocalCrossentropy([[0, 1]], [[0.5, 0.5]]);
 * console.log(tf.exp(loss.multiply(4)).item().toFixed(4)); // => 2.0000
 */
export function binaryFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: BinaryFocalCrossentropyArguments = {},
): Tensor {
  const {
    applyClassBalancing = false,
    alpha = 0.25,
    gamma = 2,
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
  } = options;
  const [given, predicted] = operands("binaryFocalCrossentropy", yTrue, yPred);
  const labels = smooth(given, labelSmoothing);
  const zeros = labels.negative().add(1);
  const predictions = fromLogits ? sigmoid(predicted) : predicted;
  const right = labels.multiply(predictions).add(zeros.multiply(predictions.negative().add(1)));
  const focal = pow(right.negative().add(1), gamma).multiply(crossentropies(labels, predictions, false));
  const balanced = applyClassBalancing
    ? labels
        .multiply(alpha)
        .add(zeros.multiply(1 - alpha))
        .multiply(focal)
    : focal;
  return reduceMean(balanced, { axis });
}

/** Options of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyOptions extends LossOptions, BinaryCrossentropyArguments {}

/**
 * Crossentropy of labels 0 and 1.
 * @see https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
 * @example
 * const loss = new tf.keras.losses.BinaryCrossentropy({ fromLogits: true });
 * console.log(Math.exp(loss.apply([[0], [1]], [[0], [0]]).item()).toFixed(4)); // => 2.0000
 */
export class BinaryCrossentropy extends Loss {
  static override readonly className: string = "BinaryCrossentropy";
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: BinaryCrossentropyOptions = {}) {
    super({ name: "binary_crossentropy", ...named(new.target, options) });
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryCrossentropy(...alignedOperands(this.name, yTrue, yPred), this);
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

/** Options of {@link BinaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyOptions extends LossOptions, BinaryFocalCrossentropyArguments {}

/**
 * Binary crossentropy in which values that are predicted well count less.
 * @see https://arxiv.org/abs/1708.02002
 * @example
 * const loss = new tf.keras.losses.BinaryFocalCrossentropy({ gamma: 0 });
 * console.log(Math.exp(loss.apply([[0], [1]], [[0.5], [0.5]]).item()).toFixed(4)); // => 2.0000
 */
export class BinaryFocalCrossentropy extends BinaryCrossentropy {
  static override readonly className: string = "BinaryFocalCrossentropy";
  readonly applyClassBalancing: boolean;
  readonly alpha: number;
  readonly gamma: number;

  constructor(options: BinaryFocalCrossentropyOptions = {}) {
    super({ name: "binary_focal_crossentropy", ...named(new.target, options) });
    this.applyClassBalancing = options.applyClassBalancing ?? false;
    this.alpha = options.alpha ?? 0.25;
    this.gamma = options.gamma ?? 2;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryFocalCrossentropy(...alignedOperands(this.name, yTrue, yPred), this);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      apply_class_balancing: this.applyClassBalancing,
      alpha: this.alpha,
      gamma: this.gamma,
    };
  }
}
