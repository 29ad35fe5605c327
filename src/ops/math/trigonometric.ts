/** Trigonometric and hyperbolic functions of elements, and their inverses. */
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { binary, unary } from "../operands.ts";

/**
 * The sine of angles in radians; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/sin
 * @example
 * console.log(tf.sin(0).item()); // => 0
 */
export function sin(x: TensorLike): Tensor {
  return unary("tf.sin", "Sin", x);
}

/**
 * The cosine of angles in radians; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/cos
 * @example
 * console.log(tf.cos(0).item()); // => 1
 */
export function cos(x: TensorLike): Tensor {
  return unary("tf.cos", "Cos", x);
}

/**
 * The tangent of angles in radians; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/tan
 * @example
 * console.log(tf.tan(0).item()); // => 0
 */
export function tan(x: TensorLike): Tensor {
  return unary("tf.tan", "Tan", x);
}

/**
 * The angle in radians, from -pi/2 to pi/2, whose sine is `x`; NaN beyond [-1, 1]; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/asin
 * @example
 * console.log(tf.asin(0).item()); // => 0
 */
export function asin(x: TensorLike): Tensor {
  return unary("tf.asin", "Asin", x);
}

/**
 * The angle in radians, from 0 to pi, whose cosine is `x`; NaN beyond [-1, 1]; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/acos
 * @example
 * console.log(tf.acos(1).item()); // => 0
 */
export function acos(x: TensorLike): Tensor {
  return unary("tf.acos", "Acos", x);
}

/**
 * The angle in radians, from -pi/2 to pi/2, whose tangent is `x`; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/atan
 * @example
 * console.log(tf.atan(0).item()); // => 0
 */
export function atan(x: TensorLike): Tensor {
  return unary("tf.atan", "Atan", x);
}

/**
 * The angle in radians, from -pi to pi, of the points `(x, y)`; broadcast; floating dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/atan2
 * @example
 * console.log(tf.atan2([0, 0], [1, 2]).array()); // => [ 0, 0 ]
 */
export function atan2(y: TensorLike, x: TensorLike): Tensor {
  return binary("tf.atan2", "Atan2", y, x);
}

/**
 * The hyperbolic sine; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/sinh
 * @example
 * console.log(tf.sinh(0).item()); // => 0
 */
export function sinh(x: TensorLike): Tensor {
  return unary("tf.sinh", "Sinh", x);
}

/**
 * The hyperbolic cosine; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/cosh
 * @example
 * console.log(tf.cosh(0).item()); // => 1
 */
export function cosh(x: TensorLike): Tensor {
  return unary("tf.cosh", "Cosh", x);
}

/**
 * The hyperbolic tangent, between -1 and 1; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/tanh
 * @example
 * console.log(tf.tanh(0).item()); // => 0
 */
export function tanh(x: TensorLike): Tensor {
  return unary("tf.tanh", "Tanh", x);
}

/**
 * The inverse of the hyperbolic sine; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/asinh
 * @example
 * console.log(tf.asinh(0).item()); // => 0
 */
export function asinh(x: TensorLike): Tensor {
  return unary("tf.asinh", "Asinh", x);
}

/**
 * The inverse of the hyperbolic cosine; NaN below 1; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/acosh
 * @example
 * console.log(tf.acosh(1).item()); // => 0
 */
export function acosh(x: TensorLike): Tensor {
  return unary("tf.acosh", "Acosh", x);
}

/**
 * The inverse of the hyperbolic tangent; NaN beyond [-1, 1]; `[...]`, floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/atanh
 * @example
 * console.log(tf.atanh(0).item()); // => 0
 */
export function atanh(x: TensorLike): Tensor {
  return unary("tf.atanh", "Atanh", x);
}
