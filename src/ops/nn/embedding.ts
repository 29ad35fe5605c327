/** Rows of tables, and whether a class is among the best. */
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import { clipByNorm } from "../math/clipping.ts";
import { integers, rankedShape, run } from "../operands.ts";

/**
 * Rows of the table `params` `[rows, ...]` by their numbers `ids` `[...]` (int32 or int64): `[...ids, ...]`. With `maxNorm`, rows
 * longer than that are scaled down to it.
 * @throws when an id is negative or beyond the rows.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/embedding_lookup
 * @example
 * console.log(tf.nn.embeddingLookup([[1, 2], [3, 4], [5, 6]], [2, 0]).array()); // => [ [ 5, 6 ], [ 1, 2 ] ]
 */
export function embeddingLookup(params: TensorLike, ids: TensorLike, options: { maxNorm?: number } = {}): Tensor {
  const api = "tf.nn.embeddingLookup";
  checkOptions(api, options, { maxNorm: true });
  const numbers = integers(api, ids);
  const rows =
    params instanceof Variable
      ? params.sparseRead(numbers)
      : run(api, "GatherV2", [convert(api, params), numbers, convert(api, 0, "int32")]);
  if (options.maxNorm === undefined) return rows;
  const numIdAxes = rankedShape(api, numbers).length;
  const axes = Array.from({ length: rankedShape(api, rows).length - numIdAxes }, (_, i) => numIdAxes + i);
  return clipByNorm(rows, options.maxNorm, { axes });
}

/**
 * Whether the class `targets[i]` is among the `k` largest of `predictions[i]`: `[batch]` and `[batch, classes]` give bool `[batch]`.
 * A target beyond the classes is not.
 * @throws when the shapes do not fit, or targets are not whole numbers.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/in_top_k
 * @example
 * console.log(tf.nn.inTopK([0, 1], [[0.9, 0.1], [0.8, 0.2]], 1).array()); // => [ true, false ]
 */
export function inTopK(targets: TensorLike, predictions: TensorLike, k: TensorLike): Tensor<"bool"> {
  const api = "tf.nn.inTopK";
  const classes = integers(api, targets);
  const inputs = [convert(api, predictions, "float32"), classes, convert(api, k, classes.dtype)];
  return run(api, "InTopKV2", inputs) as Tensor<"bool">;
}
