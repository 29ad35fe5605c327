/** Sums, means and extremes of the rows that share a number: `data` is `[n, ...]`, its ids `[n]`. */
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, run } from "../operands.ts";
import { divide, maximum } from "./arithmetic.ts";

/**
 * The sum of the rows of each segment: `[lastId + 1, ...]`. `segmentIds` rise from row to row; a segment without rows gives 0; numeric dtypes.
 * @throws when ids fall or their number is not that of rows.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/segment_sum
 * @example
 * console.log(tf.math.segmentSum([1, 2, 5], [0, 0, 1]).array()); // => [ 3, 5 ]
 */
export function segmentSum(data: TensorLike, segmentIds: TensorLike): Tensor {
  return segment("tf.math.segmentSum", "SegmentSum", data, segmentIds);
}

/**
 * The mean of the rows of each segment: `[lastId + 1, ...]`. `segmentIds` rise from row to row; a segment without rows gives 0; numeric dtypes.
 * @throws when ids fall or their number is not that of rows.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/segment_mean
 * @example
 * console.log(tf.math.segmentMean([1, 2, 5], [0, 0, 1]).array()); // => [ 1.5, 5 ]
 */
export function segmentMean(data: TensorLike, segmentIds: TensorLike): Tensor {
  return segment("tf.math.segmentMean", "SegmentMean", data, segmentIds);
}

/**
 * The largest of the elements of each segment: `[lastId + 1, ...]`. `segmentIds` rise from row to row; a segment without rows gives 0; numeric dtypes.
 * @throws when ids fall or their number is not that of rows.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/segment_max
 * @example
 * console.log(tf.math.segmentMax([1, 2, 5], [0, 0, 1]).array()); // => [ 2, 5 ]
 */
export function segmentMax(data: TensorLike, segmentIds: TensorLike): Tensor {
  return segment("tf.math.segmentMax", "SegmentMax", data, segmentIds);
}

/**
 * The smallest of the elements of each segment: `[lastId + 1, ...]`. `segmentIds` rise from row to row; a segment without rows gives 0; numeric dtypes.
 * @throws when ids fall or their number is not that of rows.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/segment_min
 * @example
 * console.log(tf.math.segmentMin([1, 2, 5], [0, 0, 1]).array()); // => [ 1, 5 ]
 */
export function segmentMin(data: TensorLike, segmentIds: TensorLike): Tensor {
  return segment("tf.math.segmentMin", "SegmentMin", data, segmentIds);
}

/**
 * The product of the rows of each segment: `[lastId + 1, ...]`. `segmentIds` rise from row to row; a segment without rows gives 1; numeric dtypes.
 * @throws when ids fall or their number is not that of rows.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/segment_prod
 * @example
 * console.log(tf.math.segmentProd([1, 2, 5], [0, 0, 1]).array()); // => [ 2, 5 ]
 */
export function segmentProd(data: TensorLike, segmentIds: TensorLike): Tensor {
  return segment("tf.math.segmentProd", "SegmentProd", data, segmentIds);
}

/**
 * The sum of the rows of each segment, in any order: `[numSegments, ...]`. Rows of negative ids are dropped; a segment without rows gives 0.
 * @throws when an id is not below `numSegments`.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/unsorted_segment_sum
 * @example
 * console.log(tf.math.unsortedSegmentSum([1, 5, 2], [0, 1, 0], 2).array()); // => [ 3, 5 ]
 */
export function unsortedSegmentSum(data: TensorLike, segmentIds: TensorLike, numSegments: TensorLike): Tensor {
  return segment("tf.math.unsortedSegmentSum", "UnsortedSegmentSum", data, segmentIds, numSegments);
}

/**
 * The largest of the elements of each segment, in any order: `[numSegments, ...]`. Rows of negative ids are dropped; a segment without rows gives the smallest number of the dtype.
 * @throws when an id is not below `numSegments`.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/unsorted_segment_max
 * @example
 * console.log(tf.math.unsortedSegmentMax([1, 5, 2], [0, 1, 0], 2).array()); // => [ 2, 5 ]
 */
export function unsortedSegmentMax(data: TensorLike, segmentIds: TensorLike, numSegments: TensorLike): Tensor {
  return segment("tf.math.unsortedSegmentMax", "UnsortedSegmentMax", data, segmentIds, numSegments);
}

/**
 * The smallest of the elements of each segment, in any order: `[numSegments, ...]`. Rows of negative ids are dropped; a segment without rows gives the largest number of the dtype.
 * @throws when an id is not below `numSegments`.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/unsorted_segment_min
 * @example
 * console.log(tf.math.unsortedSegmentMin([1, 5, 2], [0, 1, 0], 2).array()); // => [ 1, 5 ]
 */
export function unsortedSegmentMin(data: TensorLike, segmentIds: TensorLike, numSegments: TensorLike): Tensor {
  return segment("tf.math.unsortedSegmentMin", "UnsortedSegmentMin", data, segmentIds, numSegments);
}

/**
 * The product of the rows of each segment, in any order: `[numSegments, ...]`. Rows of negative ids are dropped; a segment without rows gives 1.
 * @throws when an id is not below `numSegments`.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/unsorted_segment_prod
 * @example
 * console.log(tf.math.unsortedSegmentProd([1, 5, 2], [0, 1, 0], 2).array()); // => [ 2, 5 ]
 */
export function unsortedSegmentProd(data: TensorLike, segmentIds: TensorLike, numSegments: TensorLike): Tensor {
  return segment("tf.math.unsortedSegmentProd", "UnsortedSegmentProd", data, segmentIds, numSegments);
}

/**
 * The mean of the rows of each segment, in any order: `[numSegments, ...]`. Rows of negative ids are dropped; a segment without rows gives 0.
 * @throws when an id is not below `numSegments`.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/unsorted_segment_mean
 * @example
 * console.log(tf.math.unsortedSegmentMean([1, 5, 2], [0, 1, 0], 2).array()); // => [ 1.5, 5 ]
 */
export function unsortedSegmentMean(data: TensorLike, segmentIds: TensorLike, numSegments: TensorLike): Tensor {
  const api = "tf.math.unsortedSegmentMean";
  const rows = convert(api, data);
  const sums = segment(api, "UnsortedSegmentSum", rows, segmentIds, numSegments);
  const counts = segment(api, "UnsortedSegmentSum", run(api, "OnesLike", [rows]), segmentIds, numSegments);
  return divide(sums, maximum(counts, 1));
}

function segment(api: string, op: string, data: TensorLike, segmentIds: TensorLike, numSegments?: TensorLike): Tensor {
  const inputs = [convert(api, data), integers(api, segmentIds)];
  if (numSegments !== undefined) inputs.push(integers(api, numSegments));
  return run(api, op, inputs);
}
