/** Sums of several tensors, and of the terms of a polynomial. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { pair, run } from "../operands.ts";
import { add, multiply } from "./arithmetic.ts";

/**
 * The sum of tensors of one shape and numeric dtype.
 * @throws when there are none, or their shapes or dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/add_n
 * @example
 * console.log(tf.addN([[1, 2], [3, 4], [5, 6]]).array()); // => [ 9, 12 ]
 */
export function addN(inputs: readonly TensorLike[]): Tensor {
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw invalidArgument("tf.addN", "an array of at least one tensor", describe(inputs));
  const tensors = convertAll("tf.addN", inputs);
  const [first] = tensors as [Tensor];
  if (tensors.length === 1) return run("tf.addN", "Identity", [first]);
  const other = tensors.find((tensor) => !shapesCompatible(tensor.staticShape, first.staticShape));
  if (other)
    throw invalidArgument(
      "tf.addN",
      "tensors of one shape",
      `${shapeText(first.staticShape)} and ${shapeText(other.staticShape)}`,
    );
  return run("tf.addN", "AddN", [tensors]);
}

/**
 * `scalar * x`: `scalar` is one number, `x` of any shape `[...]` and numeric dtype.
 * @throws when `scalar` has axes or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/scalar_mul
 * @example
 * console.log(tf.math.scalarMul(2, [1, 2]).array()); // => [ 2, 4 ]
 */
export function scalarMul(scalar: TensorLike, x: TensorLike): Tensor {
  const operands = pair("tf.math.scalarMul", scalar, x);
  const shape = (operands[0] as Tensor).staticShape;
  if (shape !== null && shape.length > 0)
    throw invalidArgument(
      "tf.math.scalarMul",
      "a scalar as its first argument",
      `shape ${shapeText(shape)}`,
      "use tf.multiply to broadcast",
    );
  return run("tf.math.scalarMul", "Mul", operands);
}

/**
 * The polynomial `coeffs[0] * x ** n + ... + coeffs[n]` of each element of `x`, by Horner's rule; floating dtypes.
 * @throws when `coeffs` is not an array.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/polyval
 * @example
 * console.log(tf.math.polyval([1, 0, -2], [3, 4]).array()); // => [ 7, 14 ]
 */
export function polyval(coeffs: readonly TensorLike[], x: TensorLike): Tensor {
  if (!Array.isArray(coeffs)) throw invalidArgument("tf.math.polyval", "an array of coefficients", describe(coeffs));
  const point = convert("tf.math.polyval", x);
  const start = run("tf.math.polyval", "ZerosLike", [point]);
  return (coeffs as TensorLike[]).reduce<Tensor>((sum, coefficient) => add(multiply(sum, point), coefficient), start);
}
