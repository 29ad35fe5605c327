/** Clipping: elements into a range, tensors to a norm. */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { broadcasting } from "../explain.ts";
import { globalNorm } from "../linalg/norms.ts";
import { type Axis, run } from "../operands.ts";
import { add, divide, maximum, minimum, multiply, subtract } from "./arithmetic.ts";
import { greater } from "./comparisons.ts";
import { sqrt } from "./exponential.ts";
import { reduceSum } from "./reductions.ts";

/**
 * Each element of `[...]`, not below `clipValueMin` nor above `clipValueMax`, which broadcast; real dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/clip_by_value
 * @example
 * console.log(tf.clipByValue([-5, 0.5, 7], -1, 1).array()); // => [ -1, 0.5, 1 ]
 */
export function clipByValue(x: TensorLike, clipValueMin: TensorLike, clipValueMax: TensorLike): Tensor {
  const api = "tf.clipByValue";
  const tensor = convert(api, x);
  const below = run(api, "Minimum", [tensor, convert(api, clipValueMax, tensor.dtype)], undefined, broadcasting);
  return run(api, "Maximum", [below, convert(api, clipValueMin, tensor.dtype)], undefined, broadcasting);
}

/**
 * `x` scaled down to the norm `clipNorm` where its own is larger: the whole `[...]`, or the vectors along `axes`; floating dtypes.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/clip_by_norm
 * @example
 * console.log(tf.clipByNorm([3, 4], 2.5).array()); // => [ 1.5, 2 ]
 */
export function clipByNorm(x: TensorLike, clipNorm: TensorLike, options: { axes?: Axis | undefined } = {}): Tensor {
  const api = "tf.clipByNorm";
  checkOptions(api, options, { axes: true });
  const tensor = convert(api, x);
  const limit = convert(api, clipNorm, tensor.dtype);
  const squares = reduceSum(multiply(tensor, tensor), { axis: options.axes, keepdims: true });
  // The gradient of sqrt at 0 is infinite: where there is nothing to clip, it is taken at 1.
  const isPositive = greater(squares, 0);
  const safe = run(api, "SelectV2", [isPositive, squares, run(api, "OnesLike", [squares])]);
  const norm = run(api, "SelectV2", [isPositive, sqrt(safe), squares]);
  return divide(multiply(tensor, limit), maximum(norm, limit));
}

/**
 * Tensors scaled down together where their common norm is above `clipNorm`: `[clipped, globalNorm]`; floating dtypes.
 * An infinite norm makes every element NaN.
 * @param options.useNorm the common norm when it is known already.
 * @throws when there are no tensors or their dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/clip_by_global_norm
 * @example
 * const [clipped, norm] = tf.clipByGlobalNorm([[3], [4]], 2.5);
 * console.log(clipped.map((x) => x.array()), norm.item()); // => [ [ 1.5 ], [ 2 ] ] 5
 */
export function clipByGlobalNorm(
  tensors: readonly TensorLike[],
  clipNorm: TensorLike,
  options: { useNorm?: TensorLike | undefined } = {},
): [Tensor[], Tensor] {
  const api = "tf.clipByGlobalNorm";
  checkOptions(api, options, { useNorm: true });
  if (!Array.isArray(tensors) || tensors.length === 0)
    throw invalidArgument(api, "an array of at least one tensor", "none");
  const converted = convertAll(api, tensors);
  const { dtype } = converted[0] as Tensor;
  const norm = options.useNorm === undefined ? globalNorm(converted) : convert(api, options.useNorm, dtype);
  const limit = convert(api, clipNorm, dtype);
  const scale = multiply(limit, minimum(divide(1, norm), divide(1, limit)));
  const scaleOrNan = add(scale, subtract(norm, norm));
  return [converted.map((tensor) => multiply(tensor, scaleOrNan)), norm];
}
