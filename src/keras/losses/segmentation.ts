/** Losses of overlap, for masks of images: Dice and Tversky. */
import { reduceSum } from "../../ops/math/reductions.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { named } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands, epsilon, operands } from "./operands.ts";

/** Axes over which overlap is summed; all of them when not given. */
type Axis = number | readonly number[] | null;

function over(axis: Axis | undefined): { axis?: number | readonly number[] } {
  return axis === null || axis === undefined ? {} : { axis };
}

/**
 * `1 - 2 * sum(yTrue * yPred) / (sum(yTrue) + sum(yPred))`.
 * @see https://keras.io/api/losses/probabilistic_losses/#dice-function
 * @example
 * console.log(tf.round(tf.keras.losses.dice([[1, 0]], [[0, 1]])).item()); // => 1
 */
export function dice(yTrue: TensorLike, yPred: TensorLike, { axis }: { axis?: Axis } = {}): Tensor {
  const [labels, predictions] = operands("dice", yTrue, yPred);
  const sum = (x: Tensor): Tensor => reduceSum(x, over(axis));
  const overlap = sum(labels.multiply(predictions)).multiply(2);
  return overlap
    .divide(sum(labels).add(sum(predictions)).add(epsilon))
    .negative()
    .add(1);
}

/**
 * `1 - tp / (tp + alpha * fn + beta * fp)`, where alpha weighs labels that were missed and beta false predictions; both are
 * 0.5 when not given.
 * @see https://arxiv.org/abs/1706.05721
 * @example
 * console.log(tf.round(tf.keras.losses.tversky([[1, 0]], [[0, 1]])).item()); // => 1
 */
export function tversky(
  yTrue: TensorLike,
  yPred: TensorLike,
  { alpha = 0.5, beta = 0.5, axis }: { alpha?: number; beta?: number; axis?: Axis } = {},
): Tensor {
  const [labels, predictions] = operands("tversky", yTrue, yPred);
  const sum = (x: Tensor): Tensor => reduceSum(x, over(axis));
  const overlap = sum(labels.multiply(predictions));
  const missed = sum(predictions.negative().add(1).multiply(labels)).multiply(alpha);
  const invented = sum(labels.negative().add(1).multiply(predictions)).multiply(beta);
  return overlap.divide(overlap.add(missed).add(invented).add(epsilon)).negative().add(1);
}

/** Options of {@link Dice}. */
export interface DiceOptions extends LossOptions {
  axis?: Axis;
}

/**
 * One minus Dice's coefficient of overlap.
 * @see https://keras.io/api/losses/probabilistic_losses/#dice-class
 * @example
 * console.log(Math.round(new tf.keras.losses.Dice().apply([[1, 0]], [[0, 1]]).item())); // => 1
 */
export class Dice extends Loss {
  static override readonly className: string = "Dice";
  readonly axis: Axis;
  constructor(options: DiceOptions = {}) {
    super({ name: "dice", ...named(new.target, options) });
    this.axis = options.axis ?? null;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return dice(...alignedOperands(this.name, yTrue, yPred), this);
  }
  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** Options of {@link Tversky}. */
export interface TverskyOptions extends LossOptions {
  /** Weight of labels that were missed; 0.5 when not given. */
  alpha?: number;
  /** Weight of false predictions; 0.5 when not given. */
  beta?: number;
  axis?: Axis;
}

/**
 * One minus Tversky's index: Dice with separate weights for missed and false values.
 * @see https://arxiv.org/abs/1706.05721
 * @example
 * console.log(Math.round(new tf.keras.losses.Tversky().apply([[1, 0]], [[0, 1]]).item())); // => 1
 */
export class Tversky extends Loss {
  static override readonly className: string = "Tversky";
  readonly alpha: number;
  readonly beta: number;
  readonly axis: Axis;
  constructor(options: TverskyOptions = {}) {
    super({ name: "tversky", ...named(new.target, options) });
    this.alpha = options.alpha ?? 0.5;
    this.beta = options.beta ?? 0.5;
    this.axis = options.axis ?? null;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return tversky(...alignedOperands(this.name, yTrue, yPred), this);
  }
  override getConfig(): Config {
    return { ...super.getConfig(), alpha: this.alpha, beta: this.beta, axis: this.axis };
  }
}
