/** Activations that are straight lines, or nearly so, on either side of zero. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { zerosLike } from "../../ops/array/creation.ts";
import { where } from "../../ops/array/gathering.ts";
import { split } from "../../ops/array/joining.ts";
import { maximum, minimum } from "../../ops/math/arithmetic.ts";
import { clipByValue } from "../../ops/math/clipping.ts";
import { greater, less, lessEqual } from "../../ops/math/comparisons.ts";
import { exp, expm1, sigmoid, sqrt } from "../../ops/math/exponential.ts";
import { abs, square } from "../../ops/math/signs.ts";
import {
  elu as eluOp,
  gelu as geluOp,
  leakyRelu as leakyReluOp,
  relu6 as relu6Op,
  relu as reluOp,
  selu as seluOp,
} from "../../ops/nn/activations.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";

/** Options of {@link relu}. */
export interface ReluOptions {
  /** Slope below `threshold`; 0 when not given. */
  negativeSlope?: number;
  /** Upper limit; none when not given. */
  maxValue?: number | null;
  /** Values up to here count as below; 0 when not given. */
  threshold?: number;
}

/**
 * `max(x, 0)`; with options a leaky, limited or shifted one.
 * @see https://keras.io/api/layers/activations/#relu-function
 * @example
 * console.log(tf.keras.activations.relu([-2, 0, 3]).array()); // => [ 0, 0, 3 ]
 * console.log(tf.keras.activations.relu([-2, 0, 3], { negativeSlope: 0.5, maxValue: 2 }).array()); // => [ -1, 0, 2 ]
 */
export function relu(
  value: TensorLike,
  { negativeSlope = 0, maxValue = null, threshold = 0 }: ReluOptions = {},
): Tensor {
  const x = convert("relu", value);
  if (negativeSlope !== 0 && maxValue === null && threshold === 0) return leakyReluOp(x, { alpha: negativeSlope });
  const above = abovePart(x, maxValue, threshold);
  if (negativeSlope === 0) return above;
  const below = threshold === 0 ? x.negative() : x.negative().add(threshold);
  return above.subtract(reluOp(below).multiply(negativeSlope));
}

function abovePart(x: Tensor, maxValue: number | null, threshold: number): Tensor {
  if (threshold === 0 && maxValue === 6) return relu6Op(x);
  const above = threshold === 0 ? reluOp(x) : where(greater(x, threshold), x, zerosLike(x));
  return maxValue === null ? above : clipByValue(above, 0, maxValue);
}

/**
 * `min(max(x, 0), 6)`.
 * @see https://keras.io/api/layers/activations/#relu6-function
 * @example
 * console.log(tf.keras.activations.relu6([-2, 3, 8]).array()); // => [ 0, 3, 6 ]
 */
export function relu6(x: TensorLike): Tensor {
  return relu6Op(x);
}

/**
 * `x` above zero, `negativeSlope * x` below; the slope is 0.2 when not given.
 * @see https://keras.io/api/layers/activations/#leakyrelu-function
 * @example
 * console.log(tf.keras.activations.leakyRelu([-2, 4], { negativeSlope: 0.5 }).array()); // => [ -1, 4 ]
 */
export function leakyRelu(x: TensorLike, { negativeSlope = 0.2 }: { negativeSlope?: number } = {}): Tensor {
  return leakyReluOp(x, { alpha: negativeSlope });
}

/**
 * `x` above zero, `alpha * (exp(x) - 1)` below; alpha is 1 when not given.
 * @see https://arxiv.org/abs/1511.07289
 * @example
 * console.log(tf.keras.activations.elu([0, 4]).array()); // => [ 0, 4 ]
 */
export function elu(value: TensorLike, { alpha = 1 }: { alpha?: number } = {}): Tensor {
  const x = convert("elu", value);
  const result = eluOp(x);
  return alpha === 1 ? result : where(greater(x, 0), result, result.multiply(alpha));
}

/**
 * The scaled elu that keeps mean 0 and variance 1 through many layers.
 * @see https://arxiv.org/abs/1706.02515
 * @example
 * console.log(tf.keras.activations.selu([0]).array()); // => [ 0 ]
 */
export function selu(x: TensorLike): Tensor {
  return seluOp(x);
}

/**
 * `max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)`: an elu whose slope is continuous; alpha is 1 when not given.
 * @see https://arxiv.org/abs/1704.07483
 * @example
 * console.log(tf.keras.activations.celu([0, 4]).array()); // => [ 0, 4 ]
 */
export function celu(value: TensorLike, { alpha = 1 }: { alpha?: number } = {}): Tensor {
  const x = convert("celu", value);
  return maximum(x, 0).add(expm1(minimum(x, 0).divide(alpha)).multiply(alpha));
}

/**
 * `x` times the probability that a standard normal variable is below x; `approximate` computes that by tanh.
 * @see https://arxiv.org/abs/1606.08415
 * @example
 * console.log(tf.keras.activations.gelu([0]).array()); // => [ 0 ]
 */
export function gelu(x: TensorLike, { approximate = false }: { approximate?: boolean } = {}): Tensor {
  return geluOp(x, { approximate });
}

/**
 * Halves `x` along `axis` (the last when not given) and multiplies the first half with the sigmoid of the second.
 * @throws when the axis has an odd length.
 * @see https://arxiv.org/abs/1612.08083
 * @example
 * console.log(tf.keras.activations.glu([[4, 0]]).array()); // => [ [ 2 ] ]
 */
export function glu(value: TensorLike, { axis = -1 }: { axis?: number } = {}): Tensor {
  const x = convert("glu", value);
  const length = x.shape.at(axis);
  if (typeof length === "number" && length % 2 !== 0)
    throw invalidArgument("glu", "an even length of the axis", describe(length));
  const [first, second] = split(x, 2, { axis }) as [Tensor, Tensor];
  return first.multiply(sigmoid(second));
}

/**
 * `(x + sqrt(x^2 + b)) / 2`: a softplus without exp; b is 4 when not given.
 * @see https://arxiv.org/abs/2112.11687
 * @example
 * console.log(tf.keras.activations.squareplus([0]).array()); // => [ 1 ]
 */
export function squareplus(value: TensorLike, { b = 4 }: { b?: number } = {}): Tensor {
  const x = convert("squareplus", value);
  return x.add(sqrt(square(x).add(b))).divide(2);
}

/**
 * 0 up to -1, x from 1 on, and `(x + 1)^2 / 4` between.
 * @see https://keras.io/api/layers/activations/#sparseplus-function
 * @example
 * console.log(tf.keras.activations.sparsePlus([-3, 0, 3]).array()); // => [ 0, 0.25, 3 ]
 */
export function sparsePlus(value: TensorLike): Tensor {
  const x = convert("sparsePlus", value);
  return where(lessEqual(x, -1), zerosLike(x), where(less(x, 1), square(x.add(1)).multiply(0.25), x));
}

/**
 * `x` where it is farther from zero than `threshold` (0.5 when not given), moved towards zero by that; otherwise 0.
 * @see https://keras.io/api/layers/activations/#softshrink-function
 * @example
 * console.log(tf.keras.activations.softShrink([-1, 0.2, 2]).array()); // => [ -0.5, 0, 1.5 ]
 */
export function softShrink(value: TensorLike, { threshold = 0.5 }: { threshold?: number } = {}): Tensor {
  const x = convert("softShrink", value);
  return where(
    greater(x, threshold),
    x.subtract(threshold),
    where(less(x, -threshold), x.add(threshold), zerosLike(x)),
  );
}

/**
 * `x` where it is farther from zero than `threshold` (0.5 when not given), otherwise 0.
 * @see https://keras.io/api/layers/activations/#hardshrink-function
 * @example
 * console.log(tf.keras.activations.hardShrink([-1, 0.2, 2]).array()); // => [ -1, 0, 2 ]
 */
export function hardShrink(value: TensorLike, { threshold = 0.5 }: { threshold?: number } = {}): Tensor {
  const x = convert("hardShrink", value);
  return where(greater(abs(x), threshold), x, zerosLike(x));
}

/**
 * `x` above `threshold`, `defaultValue` elsewhere.
 * @see https://keras.io/api/layers/activations/#threshold-function
 * @example
 * console.log(tf.keras.activations.threshold([-1, 2], 0, 9).array()); // => [ 9, 2 ]
 */
export function threshold(value: TensorLike, threshold: number, defaultValue: number): Tensor {
  const x = convert("threshold", value);
  return where(greater(x, threshold), x, zerosLike(x).add(defaultValue));
}

/**
 * `exp(x)`.
 * @see https://keras.io/api/layers/activations/#exponential-function
 * @example
 * console.log(tf.keras.activations.exponential([0]).array()); // => [ 1 ]
 */
export function exponential(x: TensorLike): Tensor {
  return exp(x);
}

/**
 * `x` itself.
 * @see https://keras.io/api/layers/activations/#linear-function
 * @example
 * console.log(tf.keras.activations.linear([1, 2]).array()); // => [ 1, 2 ]
 */
export function linear(x: TensorLike): Tensor {
  return convert("linear", x);
}
