/** Losses of distributions that are no crossentropies: Kullback and Leibler's divergence, Poisson's likelihood. */
import { clipByValue } from "../../ops/math/clipping.ts";
import { log } from "../../ops/math/exponential.ts";
import { reduceMean, reduceSum } from "../../ops/math/reductions.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { named } from "../given-options.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands, epsilon, operands } from "./operands.ts";

/**
 * `sum(yTrue * log(yTrue / yPred))` over the last axis: `[..., classes]` gives `[...]`.
 * @see https://keras.io/api/losses/probabilistic_losses/#kldivergence-function
 * @example
 * console.log(tf.keras.losses.klDivergence([[0.5, 0.5]], [[0.5, 0.5]]).array()); // => [ 0 ]
 */
export function klDivergence(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [given, predicted] = operands("klDivergence", yTrue, yPred);
  const labels = clipByValue(given, epsilon, 1);
  const ratio = labels.divide(clipByValue(predicted, epsilon, 1));
  return reduceSum(labels.multiply(log(ratio)), { axis: -1 });
}

/**
 * `mean(yPred - yTrue * log(yPred))` over the last axis: `[..., n]` gives `[...]`.
 * @see https://keras.io/api/losses/probabilistic_losses/#poisson-function
 * @example
 * console.log(tf.round(tf.keras.losses.poisson([[2, 3]], [[1, 1]])).array()); // => [ 1 ]
 */
export function poisson(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = operands("poisson", yTrue, yPred);
  return reduceMean(predictions.subtract(labels.multiply(log(predictions.add(epsilon)))), { axis: -1 });
}

/**
 * Kullback and Leibler's divergence of predicted from given probabilities.
 * @see https://keras.io/api/losses/probabilistic_losses/#kldivergence-class
 * @example
 * console.log(new tf.keras.losses.KLDivergence().apply([[0.5, 0.5]], [[0.5, 0.5]]).item()); // => 0
 */
export class KLDivergence extends Loss {
  static override readonly className: string = "KLDivergence";
  constructor(options: LossOptions = {}) {
    super({ name: "kl_divergence", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return klDivergence(...alignedOperands(this.name, yTrue, yPred));
  }
}

/**
 * For labels that count events, and predictions of their rate.
 * @see https://keras.io/api/losses/probabilistic_losses/#poisson-class
 * @example
 * console.log(Math.round(new tf.keras.losses.Poisson().apply([[2, 3]], [[1, 1]]).item())); // => 1
 */
export class Poisson extends Loss {
  static override readonly className: string = "Poisson";
  constructor(options: LossOptions = {}) {
    super({ name: "poisson", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return poisson(...alignedOperands(this.name, yTrue, yPred));
  }
}
