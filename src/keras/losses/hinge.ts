/** Losses that ask for a margin between classes. Labels are -1 and 1; 0 and 1 are converted. */
import { where } from "../../ops/array/gathering.ts";
import { maximum } from "../../ops/math/arithmetic.ts";
import { equal } from "../../ops/math/comparisons.ts";
import { logicalOr } from "../../ops/math/predicates.ts";
import { reduceAll, reduceMax, reduceMean, reduceSum } from "../../ops/math/reductions.ts";
import { square } from "../../ops/math/signs.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { named } from "../given-options.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { alignedOperands, operands } from "./operands.ts";

/** `max(1 - yTrue * yPred, 0)`, labels of 0 and 1 taken as -1 and 1. */
function margins(api: string, yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [given, predictions] = operands(api, yTrue, yPred);
  const isBinary = reduceAll(logicalOr(equal(given, 0), equal(given, 1)));
  const labels = where(isBinary, given.multiply(2).subtract(1), given);
  return maximum(labels.multiply(predictions).negative().add(1), 0);
}

/**
 * `mean(max(1 - yTrue * yPred, 0))` over the last axis: `[..., n]` gives `[...]`.
 * @see https://keras.io/api/losses/hinge_losses/#hinge-function
 * @example
 * console.log(tf.keras.losses.hinge([[-1, 1]], [[0.5, 0.5]]).array()); // => [ 1 ]
 */
export function hinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return reduceMean(margins("hinge", yTrue, yPred), { axis: -1 });
}

/**
 * `mean(max(1 - yTrue * yPred, 0)^2)` over the last axis: `[..., n]` gives `[...]`.
 * @see https://keras.io/api/losses/hinge_losses/#squaredhinge-function
 * @example
 * console.log(tf.keras.losses.squaredHinge([[-1, 1]], [[0.5, 0.5]]).array()); // => [ 1.25 ]
 */
export function squaredHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return reduceMean(square(margins("squaredHinge", yTrue, yPred)), { axis: -1 });
}

/**
 * `max(neg - pos + 1, 0)`: pos is the score of the right class, neg the greatest of the others. Labels are one-hot.
 * @see https://keras.io/api/losses/hinge_losses/#categoricalhinge-function
 * @example
 * console.log(tf.keras.losses.categoricalHinge([[0, 1]], [[0.5, 0.25]]).array()); // => [ 1.25 ]
 */
export function categoricalHinge(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [labels, predictions] = operands("categoricalHinge", yTrue, yPred);
  const right = reduceSum(labels.multiply(predictions), { axis: -1 });
  const wrong = reduceMax(labels.negative().add(1).multiply(predictions), { axis: -1 });
  return maximum(wrong.subtract(right).add(1), 0);
}

/**
 * The mean hinge loss.
 * @see https://keras.io/api/losses/hinge_losses/#hinge-class
 * @example
 * console.log(new tf.keras.losses.Hinge().apply([[-1, 1]], [[0.5, 0.5]]).item()); // => 1
 */
export class Hinge extends Loss {
  static override readonly className: string = "Hinge";
  constructor(options: LossOptions = {}) {
    super({ name: "hinge", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return hinge(...alignedOperands(this.name, yTrue, yPred));
  }
}

/**
 * The mean squared hinge loss.
 * @see https://keras.io/api/losses/hinge_losses/#squaredhinge-class
 * @example
 * console.log(new tf.keras.losses.SquaredHinge().apply([[-1, 1]], [[0.5, 0.5]]).item()); // => 1.25
 */
export class SquaredHinge extends Loss {
  static override readonly className: string = "SquaredHinge";
  constructor(options: LossOptions = {}) {
    super({ name: "squared_hinge", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredHinge(...alignedOperands(this.name, yTrue, yPred));
  }
}

/**
 * The mean categorical hinge loss.
 * @see https://keras.io/api/losses/hinge_losses/#categoricalhinge-class
 * @example
 * console.log(new tf.keras.losses.CategoricalHinge().apply([[0, 1]], [[0.5, 0.25]]).item()); // => 1.25
 */
export class CategoricalHinge extends Loss {
  static override readonly className: string = "CategoricalHinge";
  constructor(options: LossOptions = {}) {
    super({ name: "categorical_hinge", ...named(new.target, options) });
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalHinge(...alignedOperands(this.name, yTrue, yPred));
  }
}
