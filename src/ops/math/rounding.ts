/** Rounding of elements. None of these has a gradient. */
import { isInteger } from "../../base/dtypes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run, unary } from "../operands.ts";

/**
 * The largest whole number that is not above each element, `[...]`; floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/floor
 * @example
 * console.log(tf.floor([1.7, -1.2]).array()); // => [ 1, -2 ]
 */
export function floor(x: TensorLike): Tensor {
  return unary("tf.floor", "Floor", x);
}

/**
 * The smallest whole number that is not below each element, `[...]`; floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/ceil
 * @example
 * console.log(tf.math.ceil([1.2, -1.7]).array()); // => [ 2, -1 ]
 */
export function ceil(x: TensorLike): Tensor {
  return unary("tf.math.ceil", "Ceil", x);
}

/**
 * The nearest whole number, halves to the even one, `[...]`; numeric dtypes. Integers stay as they are.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/round
 * @example
 * console.log(tf.round([0.5, 1.5, -1.7]).array()); // => [ 0, 2, -2 ]
 */
export function round(x: TensorLike): Tensor {
  const tensor = convert("tf.round", x);
  return isInteger(tensor.dtype) ? tensor : run("tf.round", "Round", [tensor]);
}

/**
 * The nearest whole number, halves to the even one, `[...]`; floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/rint
 * @example
 * console.log(tf.math.rint([0.5, 1.7]).array()); // => [ 0, 2 ]
 */
export function rint(x: TensorLike): Tensor {
  return unary("tf.math.rint", "Rint", x);
}
