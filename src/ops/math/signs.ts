/** Signs, sizes, squares and reciprocals of elements. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run, unary } from "../operands.ts";

/**
 * `-x`; numeric dtypes, any shape `[...]`.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/negative
 * @example
 * console.log(tf.negative([1, -2]).array()); // => [ -1, 2 ]
 */
export function negative(x: TensorLike): Tensor {
  return unary("tf.negative", "Neg", x);
}

/**
 * The size of each element without its sign, `[...]`. Complex dtypes give the length of the vector, in floats.
 * @throws for dtypes that are not numeric.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/abs
 * @example
 * console.log(tf.abs([-1, 2]).array()); // => [ 1, 2 ]
 */
export function abs(x: TensorLike): Tensor {
  const tensor = convert("tf.abs", x);
  if (dtypeFacts[tensor.dtype].kind !== "complex") return run("tf.abs", "Abs", [tensor]);
  return run("tf.abs", "ComplexAbs", [tensor], { Tout: tensor.dtype === "complex64" ? "float32" : "float64" });
}

/**
 * -1, 0 or 1 by the sign of each element, `[...]`; numeric dtypes. Its gradient is 0.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/sign
 * @example
 * console.log(tf.sign([-3, 0, 5]).array()); // => [ -1, 0, 1 ]
 */
export function sign(x: TensorLike): Tensor {
  return unary("tf.sign", "Sign", x);
}

/**
 * `x ** 2`; numeric dtypes, any shape `[...]`.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/square
 * @example
 * console.log(tf.square([2, -3]).array()); // => [ 4, 9 ]
 */
export function square(x: TensorLike): Tensor {
  return unary("tf.square", "Square", x);
}

/**
 * `1 / x`; floating and complex dtypes, any shape `[...]`.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reciprocal
 * @example
 * console.log(tf.math.reciprocal([2, -4]).array()); // => [ 0.5, -0.25 ]
 */
export function reciprocal(x: TensorLike): Tensor {
  return unary("tf.math.reciprocal", "Reciprocal", x);
}
