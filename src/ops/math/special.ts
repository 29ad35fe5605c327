/** Special functions of elements: errors, gamma and beta. */
import { convertAll } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { broadcasting } from "../explain.ts";
import { binary, run, unary } from "../operands.ts";

/**
 * The error function of Gauss, `2 / sqrt(pi)` times the integral of `exp(-t ** 2)` from 0 to `x`; `[...]`, floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/erf
 * @example
 * console.log(tf.math.erf([0, Number.POSITIVE_INFINITY]).array()); // => [ 0, 1 ]
 */
export function erf(x: TensorLike): Tensor {
  return unary("tf.math.erf", "Erf", x);
}

/**
 * `1 - erf(x)`, exact for large `x`; `[...]`, floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/erfc
 * @example
 * console.log(tf.math.erfc(0).item()); // => 1
 */
export function erfc(x: TensorLike): Tensor {
  return unary("tf.math.erfc", "Erfc", x);
}

/**
 * The inverse of `erf`; `[...]`, float32 and float64.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/erfinv
 * @example
 * console.log(tf.math.erfinv(0).item()); // => 0
 */
export function erfinv(x: TensorLike): Tensor {
  return unary("tf.math.erfinv", "Erfinv", x);
}

/**
 * The quantile function of the standard normal distribution; `[...]`, float32 and float64.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/ndtri
 * @example
 * console.log(tf.math.ndtri(0.5).item()); // => 0
 */
export function ndtri(x: TensorLike): Tensor {
  return unary("tf.math.ndtri", "Ndtri", x);
}

/**
 * The logarithm of the size of the gamma function; `[...]`, floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/lgamma
 * @example
 * console.log(tf.math.lgamma([1, 2]).array()); // => [ 0, 0 ]
 */
export function lgamma(x: TensorLike): Tensor {
  return unary("tf.math.lgamma", "Lgamma", x);
}

/**
 * The derivative of `lgamma`; `[...]`, floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/digamma
 * @example
 * console.log(tf.math.digamma(1).item().toFixed(4)); // => -0.5772
 */
export function digamma(x: TensorLike): Tensor {
  return unary("tf.math.digamma", "Digamma", x);
}

/**
 * The derivative of `digamma` of order `a`; broadcast; float32 and float64.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/polygamma
 * @example
 * console.log(tf.math.polygamma(1, 1).item().toFixed(4)); // => 1.6449
 */
export function polygamma(a: TensorLike, x: TensorLike): Tensor {
  return binary("tf.math.polygamma", "Polygamma", a, x);
}

/**
 * The zeta function of Hurwitz, the sum of `(q + n) ** -x` over all `n`; broadcast; float32 and float64.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/zeta
 * @example
 * console.log(tf.math.zeta(2, 1).item().toFixed(4)); // => 1.6449
 */
export function zeta(x: TensorLike, q: TensorLike): Tensor {
  return binary("tf.math.zeta", "Zeta", x, q);
}

/**
 * The lower regularized incomplete gamma function; broadcast; floating dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/igamma
 * @example
 * console.log(tf.math.igamma(1, 0).item()); // => 0
 */
export function igamma(a: TensorLike, x: TensorLike): Tensor {
  return binary("tf.math.igamma", "Igamma", a, x);
}

/**
 * The upper regularized incomplete gamma function, `1 - igamma(a, x)`; broadcast; floating dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/igammac
 * @example
 * console.log(tf.math.igammac(1, 0).item()); // => 1
 */
export function igammac(a: TensorLike, x: TensorLike): Tensor {
  return binary("tf.math.igammac", "Igammac", a, x);
}

/**
 * The regularized incomplete beta function; broadcast; float32 and float64.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/betainc
 * @example
 * console.log(tf.math.betainc(1, 1, 0.5).item()); // => 0.5
 */
export function betainc(a: TensorLike, b: TensorLike, x: TensorLike): Tensor {
  return run("tf.math.betainc", "Betainc", convertAll("tf.math.betainc", [a, b, x]), undefined, broadcasting);
}
