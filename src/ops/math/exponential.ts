/** Powers, exponentials and logarithms of elements. */
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { binary, run, unary } from "../operands.ts";

/**
 * The square root of each element, `[...]`; floating and complex dtypes. Negative numbers give NaN.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/sqrt
 * @example
 * console.log(tf.sqrt([4, 9]).array()); // => [ 2, 3 ]
 */
export function sqrt(x: TensorLike): Tensor {
  return unary("tf.sqrt", "Sqrt", x);
}

/**
 * `1 / sqrt(x)`, `[...]`; floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/rsqrt
 * @example
 * console.log(tf.math.rsqrt([4, 16]).array()); // => [ 0.5, 0.25 ]
 */
export function rsqrt(x: TensorLike): Tensor {
  return unary("tf.math.rsqrt", "Rsqrt", x);
}

/**
 * `e ** x`, `[...]`; floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/exp
 * @example
 * console.log(tf.exp([0, Number.NEGATIVE_INFINITY]).array()); // => [ 1, 0 ]
 */
export function exp(x: TensorLike): Tensor {
  return unary("tf.exp", "Exp", x);
}

/**
 * `e ** x - 1`, exact for small `x`, `[...]`; floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/expm1
 * @example
 * console.log(tf.math.expm1(0).item()); // => 0
 */
export function expm1(x: TensorLike): Tensor {
  return unary("tf.math.expm1", "Expm1", x);
}

/**
 * The natural logarithm, `[...]`; floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/log
 * @example
 * console.log(tf.math.log([1, 0]).array()); // => [ 0, -Infinity ]
 */
export function log(x: TensorLike): Tensor {
  return unary("tf.math.log", "Log", x);
}

/**
 * `log(1 + x)`, exact for small `x`, `[...]`; floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/log1p
 * @example
 * console.log(tf.math.log1p([0, -1]).array()); // => [ 0, -Infinity ]
 */
export function log1p(x: TensorLike): Tensor {
  return unary("tf.math.log1p", "Log1p", x);
}

/**
 * `1 / (1 + exp(-x))`, `[...]`; floating and complex dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/sigmoid
 * @example
 * console.log(tf.sigmoid(0).item()); // => 0.5
 */
export function sigmoid(x: TensorLike): Tensor {
  return unary("tf.sigmoid", "Sigmoid", x);
}

/**
 * `log(sigmoid(x))`, without overflow for large negative `x`, `[...]`; floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/log_sigmoid
 * @example
 * console.log(tf.math.logSigmoid(-1000).item()); // => -1000
 */
export function logSigmoid(x: TensorLike): Tensor {
  const negated = run("tf.math.logSigmoid", "Neg", [convert("tf.math.logSigmoid", x)]);
  return run("tf.math.logSigmoid", "Neg", [run("tf.math.logSigmoid", "Softplus", [negated])]);
}

/**
 * `x * log(y)`, and 0 where `x` is 0 whatever `y` is; broadcast; floating and complex dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/xlogy
 * @example
 * console.log(tf.math.xlogy([0, 2], [0, 1]).array()); // => [ 0, 0 ]
 */
export function xlogy(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.math.xlogy", "Xlogy", x, y);
}

/**
 * `x * log1p(y)`, and 0 where `x` is 0 whatever `y` is; broadcast; floating and complex dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/xlog1py
 * @example
 * console.log(tf.math.xlog1py([0, 2], [-1, 0]).array()); // => [ 0, 0 ]
 */
export function xlog1py(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.math.xlog1py", "Xlog1py", x, y);
}

/**
 * `x / y`, and 0 where `x` is 0 whatever `y` is; broadcast; floating and complex dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/xdivy
 * @example
 * console.log(tf.math.xdivy([0, 3], [0, 2]).array()); // => [ 0, 1.5 ]
 */
export function xdivy(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.math.xdivy", "Xdivy", x, y);
}
