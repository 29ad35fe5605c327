/** Elements put at positions. Positions `indices` are `[..., k]`, each names the first k axes; updates are `[..., ...shape.slice(k)]`. */
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, run, type ShapeLike } from "../operands.ts";

/**
 * Zeros of `shape` with `updates` added at `indices`: those that meet are summed.
 * @throws when a position is out of range, or the shapes do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/scatter_nd
 * @example
 * console.log(tf.scatterNd([[1], [3], [1]], [5, 6, 7], [4]).array()); // => [ 0, 12, 0, 6 ]
 */
export function scatterNd(indices: TensorLike, updates: TensorLike, shape: ShapeLike): Tensor {
  const api = "tf.scatterNd";
  const positions = integers(api, indices);
  return run(api, "ScatterNd", [positions, convert(api, updates), integers(api, shape).cast(positions.dtype)]);
}

function scatter(api: string, op: string, tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor {
  const base = convert(api, tensor);
  return run(api, op, [base, integers(api, indices), convert(api, updates, base.dtype)]);
}

/**
 * `tensor` with `updates` in place of what is at `indices`.
 * @throws when a position is out of range, or shapes or dtypes do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/tensor_scatter_nd_update
 * @example
 * console.log(tf.tensorScatterNdUpdate([1, 2, 3], [[1]], [9]).array()); // => [ 1, 9, 3 ]
 */
export function tensorScatterNdUpdate(tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor {
  return scatter("tf.tensorScatterNdUpdate", "TensorScatterUpdate", tensor, indices, updates);
}

/**
 * `tensor` with `updates` added to what is at `indices`.
 * @throws when a position is out of range, or shapes or dtypes do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/tensor_scatter_nd_add
 * @example
 * console.log(tf.tensorScatterNdAdd([1, 2, 3], [[1], [1]], [9, 1]).array()); // => [ 1, 12, 3 ]
 */
export function tensorScatterNdAdd(tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor {
  return scatter("tf.tensorScatterNdAdd", "TensorScatterAdd", tensor, indices, updates);
}

/**
 * `tensor` with `updates` subtracted from what is at `indices`.
 * @throws when a position is out of range, or shapes or dtypes do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/tensor_scatter_nd_sub
 * @example
 * console.log(tf.tensorScatterNdSub([1, 2, 3], [[1]], [2]).array()); // => [ 1, 0, 3 ]
 */
export function tensorScatterNdSub(tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor {
  return scatter("tf.tensorScatterNdSub", "TensorScatterSub", tensor, indices, updates);
}

/**
 * `tensor` with the larger of `updates` and what is at `indices`.
 * @throws when a position is out of range, or shapes or dtypes do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/tensor_scatter_nd_max
 * @example
 * console.log(tf.tensorScatterNdMax([1, 2, 3], [[0], [2]], [5, 0]).array()); // => [ 5, 2, 3 ]
 */
export function tensorScatterNdMax(tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor {
  return scatter("tf.tensorScatterNdMax", "TensorScatterMax", tensor, indices, updates);
}

/**
 * `tensor` with the smaller of `updates` and what is at `indices`.
 * @throws when a position is out of range, or shapes or dtypes do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/tensor_scatter_nd_min
 * @example
 * console.log(tf.tensorScatterNdMin([1, 2, 3], [[0], [2]], [5, 0]).array()); // => [ 1, 2, 0 ]
 */
export function tensorScatterNdMin(tensor: TensorLike, indices: TensorLike, updates: TensorLike): Tensor {
  return scatter("tf.tensorScatterNdMin", "TensorScatterMin", tensor, indices, updates);
}
