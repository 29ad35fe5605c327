/** Arithmetic of two operands: they broadcast, and a number takes the dtype of the tensor beside it. */
import type { DType } from "../../base/dtypes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { broadcasting } from "../explain.ts";
import { binary, pair, run } from "../operands.ts";

/**
 * `x + y`, broadcast; numeric dtypes. Strings are joined by `tf.strings.join`.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/add
 * @example
 * console.log(tf.add([1, 2], 3).array()); // => [ 4, 5 ]
 */
export function add(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.add", "AddV2", x, y);
}

/**
 * `x - y`, broadcast; numeric dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/subtract
 * @example
 * console.log(tf.subtract([1, 2], 3).array()); // => [ -2, -1 ]
 */
export function subtract(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.subtract", "Sub", x, y);
}

/**
 * `x * y` of each pair of elements, broadcast; numeric dtypes. For the product of matrices see `tf.matmul`.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/multiply
 * @example
 * console.log(tf.multiply([1, 2], [[10], [20]]).array()); // => [ [ 10, 20 ], [ 20, 40 ] ]
 */
export function multiply(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.multiply", "Mul", x, y);
}

/** What integers become before a true division. */
const quotients: Partial<Record<DType, DType>> = {
  int8: "float32",
  uint8: "float32",
  int16: "float32",
  uint16: "float32",
  int32: "float64",
  uint32: "float64",
  int64: "float64",
  uint64: "float64",
};

/**
 * `x / y`, broadcast. Integers give floats, as in Python: float32 for 8 and 16 bits, float64 for 32 and 64.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/divide
 * @example
 * console.log(tf.divide([1, 3], 2).array()); // => [ 0.5, 1.5 ]
 */
export function divide(x: TensorLike, y: TensorLike): Tensor {
  const operands = pair("tf.divide", x, y);
  const target = quotients[(operands[0] as Tensor).dtype];
  return run(
    "tf.divide",
    "RealDiv",
    target ? operands.map((operand) => operand.cast(target)) : operands,
    undefined,
    broadcasting,
  );
}

/**
 * `x / y`, and 0 where `y` is 0; floating and complex dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/divide_no_nan
 * @example
 * console.log(tf.math.divideNoNan([1, 3], [0, 2]).array()); // => [ 0, 1.5 ]
 */
export function divideNoNan(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.math.divideNoNan", "DivNoNan", x, y);
}

/**
 * `x * y`, and 0 where `y` is 0 even if `x` is infinite or not a number; floating and complex dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/multiply_no_nan
 * @example
 * console.log(tf.math.multiplyNoNan([Number.NaN, 3], [0, 2]).array()); // => [ 0, 6 ]
 */
export function multiplyNoNan(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.math.multiplyNoNan", "MulNoNan", x, y);
}

/**
 * `x / y` rounded down, broadcast; real dtypes. It has no gradient.
 * @throws when the dtypes differ or the shapes do not broadcast, or an integer is divided by 0.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/floordiv
 * @example
 * console.log(tf.math.floordiv([7, -7], 2).array()); // => [ 3, -4 ]
 */
export function floordiv(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.math.floordiv", "FloorDiv", x, y);
}

/**
 * What is left of `x / y` rounded down: it has the sign of `y`. Broadcast; real dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast, or an integer is divided by 0.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/floormod
 * @example
 * console.log(tf.math.floormod([7, -7], 3).array()); // => [ 1, 2 ]
 */
export function floormod(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.math.floormod", "FloorMod", x, y);
}

/**
 * `x ** y`, broadcast; numeric dtypes.
 * @throws when the dtypes differ, the shapes do not broadcast, or an integer has a negative exponent.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/pow
 * @example
 * console.log(tf.pow([1, 2, 3], 2).array()); // => [ 1, 4, 9 ]
 */
export function pow(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.pow", "Pow", x, y);
}

/**
 * The larger of `x` and `y`, broadcast; real dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/maximum
 * @example
 * console.log(tf.maximum([-1, 2], 0).array()); // => [ 0, 2 ]
 */
export function maximum(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.maximum", "Maximum", x, y);
}

/**
 * The smaller of `x` and `y`, broadcast; real dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/minimum
 * @example
 * console.log(tf.minimum([-1, 2], 0).array()); // => [ -1, 0 ]
 */
export function minimum(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.minimum", "Minimum", x, y);
}

/**
 * `(x - y) ** 2`, broadcast; numeric dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/squared_difference
 * @example
 * console.log(tf.math.squaredDifference([1, 5], 3).array()); // => [ 4, 4 ]
 */
export function squaredDifference(x: TensorLike, y: TensorLike): Tensor {
  return binary("tf.math.squaredDifference", "SquaredDifference", x, y);
}
