/** Reductions: one number along the axes that are given, or of the whole tensor. */
import type { DType } from "../../base/dtypes.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { type Axis, axes, run } from "../operands.ts";

/** What reductions take. */
export interface ReduceOptions {
  /** The axes that are reduced; all of them when not given. Negative ones count from the last. */
  axis?: Axis | Tensor | undefined;
  /** Keep the reduced axes, with length 1. */
  keepdims?: boolean | undefined;
}

const keep = { keep_dims: true };

function reduce(api: string, op: string, x: TensorLike, options: ReduceOptions | undefined, dtype?: DType): Tensor {
  const tensor = convert(api, x, dtype);
  return run(api, op, [tensor, axes(api, tensor, options?.axis)], options?.keepdims ? keep : undefined);
}

/**
 * The sum of the elements of `[...]` along `axis`; numeric dtypes.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_sum
 * @example
 * const x = tf.constant([[1, 2], [3, 4]]);
 * console.log(tf.reduceSum(x).item(), tf.reduceSum(x, { axis: 0 }).array()); // => 10 [ 4, 6 ]
 */
export function reduceSum(x: TensorLike, options?: ReduceOptions): Tensor {
  checkOptions("tf.reduceSum", options, { axis: true, keepdims: true });
  return reduce("tf.reduceSum", "Sum", x, options);
}

/**
 * The mean of the elements of `[...]` along `axis`; numeric dtypes. Integers give integers, rounded towards 0.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_mean
 * @example
 * console.log(tf.reduceMean([[1, 2], [3, 4]], { axis: 1, keepdims: true }).array()); // => [ [ 1.5 ], [ 3.5 ] ]
 */
export function reduceMean(x: TensorLike, options?: ReduceOptions): Tensor {
  checkOptions("tf.reduceMean", options, { axis: true, keepdims: true });
  return reduce("tf.reduceMean", "Mean", x, options);
}

/**
 * The largest element of `[...]` along `axis`; real dtypes. Elements that tie share the gradient.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_max
 * @example
 * console.log(tf.reduceMax([[1, 2], [3, 4]], { axis: 0 }).array()); // => [ 3, 4 ]
 */
export function reduceMax(x: TensorLike, options?: ReduceOptions): Tensor {
  checkOptions("tf.reduceMax", options, { axis: true, keepdims: true });
  return reduce("tf.reduceMax", "Max", x, options);
}

/**
 * The smallest element of `[...]` along `axis`; real dtypes. Elements that tie share the gradient.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_min
 * @example
 * console.log(tf.reduceMin([[1, 2], [3, 4]], { axis: 0 }).array()); // => [ 1, 2 ]
 */
export function reduceMin(x: TensorLike, options?: ReduceOptions): Tensor {
  checkOptions("tf.reduceMin", options, { axis: true, keepdims: true });
  return reduce("tf.reduceMin", "Min", x, options);
}

/**
 * The product of the elements of `[...]` along `axis`; numeric dtypes.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_prod
 * @example
 * console.log(tf.reduceProd([[1, 2], [3, 4]], { axis: -1 }).array()); // => [ 2, 12 ]
 */
export function reduceProd(x: TensorLike, options?: ReduceOptions): Tensor {
  checkOptions("tf.reduceProd", options, { axis: true, keepdims: true });
  return reduce("tf.reduceProd", "Prod", x, options);
}

/**
 * Whether any element of a bool tensor `[...]` is true along `axis`.
 * @throws when the dtype is not bool or an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_any
 * @example
 * console.log(tf.reduceAny([[true, false], [false, false]], { axis: 1 }).array()); // => [ true, false ]
 */
export function reduceAny(x: TensorLike, options?: ReduceOptions): Tensor<"bool"> {
  checkOptions("tf.reduceAny", options, { axis: true, keepdims: true });
  return reduce("tf.reduceAny", "Any", x, options, "bool") as Tensor<"bool">;
}

/**
 * Whether all elements of a bool tensor `[...]` are true along `axis`.
 * @throws when the dtype is not bool or an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_all
 * @example
 * console.log(tf.reduceAll([[true, false], [true, true]], { axis: 1 }).array()); // => [ false, true ]
 */
export function reduceAll(x: TensorLike, options?: ReduceOptions): Tensor<"bool"> {
  checkOptions("tf.reduceAll", options, { axis: true, keepdims: true });
  return reduce("tf.reduceAll", "All", x, options, "bool") as Tensor<"bool">;
}
