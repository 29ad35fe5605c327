/** Comparisons of elements: operands broadcast, the results are bool. JavaScript's own operators cannot compare tensors. */
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { binary } from "../operands.ts";

/**
 * Whether `x == y`, for each pair of elements, broadcast; any dtype.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/equal
 * @example
 * console.log(tf.equal([1, 2], 2).array()); // => [ false, true ]
 */
export function equal(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return binary("tf.equal", "Equal", x, y) as Tensor<"bool">;
}

/**
 * Whether `x != y`, for each pair of elements, broadcast; any dtype.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/not_equal
 * @example
 * console.log(tf.notEqual([1, 2], 2).array()); // => [ true, false ]
 */
export function notEqual(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return binary("tf.notEqual", "NotEqual", x, y) as Tensor<"bool">;
}

/**
 * Whether `x < y`, for each pair of elements, broadcast; real dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/less
 * @example
 * console.log(tf.less([1, 2], 2).array()); // => [ true, false ]
 */
export function less(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return binary("tf.less", "Less", x, y) as Tensor<"bool">;
}

/**
 * Whether `x <= y`, for each pair of elements, broadcast; real dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/less_equal
 * @example
 * console.log(tf.lessEqual([1, 2, 3], 2).array()); // => [ true, true, false ]
 */
export function lessEqual(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return binary("tf.lessEqual", "LessEqual", x, y) as Tensor<"bool">;
}

/**
 * Whether `x > y`, for each pair of elements, broadcast; real dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/greater
 * @example
 * console.log(tf.greater([1, 3], 2).array()); // => [ false, true ]
 */
export function greater(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return binary("tf.greater", "Greater", x, y) as Tensor<"bool">;
}

/**
 * Whether `x >= y`, for each pair of elements, broadcast; real dtypes.
 * @throws when the dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/greater_equal
 * @example
 * console.log(tf.greaterEqual([1, 2, 3], 2).array()); // => [ false, true, true ]
 */
export function greaterEqual(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return binary("tf.greaterEqual", "GreaterEqual", x, y) as Tensor<"bool">;
}
