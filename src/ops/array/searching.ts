/** The different elements of vectors, and searches in sorted ones. */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { numElements } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { oneOf, pair, rankedShape, run, runAll } from "../operands.ts";

/**
 * The different elements of a vector `[n]` in the order in which they come first, `y`, and for each element its place in `y`, `idx` `[n]`.
 * @throws when `x` is not a vector.
 * @see https://www.tensorflow.org/api_docs/python/tf/unique
 * @example
 * const { y, idx } = tf.unique([5, 3, 5]);
 * console.log(y.array(), idx.array()); // => [ 5, 3 ] [ 0, 1, 0 ]
 */
export function unique(
  x: TensorLike,
  options: { outIdx?: "int32" | "int64" | undefined } = {},
): { y: Tensor; idx: Tensor } {
  checkOptions("tf.unique", options, { outIdx: true });
  const [y, idx] = runAll("tf.unique", "Unique", [convert("tf.unique", x)], { out_idx: options.outIdx ?? "int32" }) as [
    Tensor,
    Tensor,
  ];
  return { y, idx };
}

/**
 * As `tf.unique`, and how often each of `y` is there: `count`.
 * @throws when `x` is not a vector.
 * @see https://www.tensorflow.org/api_docs/python/tf/unique_with_counts
 * @example
 * console.log(tf.uniqueWithCounts([5, 3, 5]).count.array()); // => [ 2, 1 ]
 */
export function uniqueWithCounts(
  x: TensorLike,
  options: { outIdx?: "int32" | "int64" | undefined } = {},
): { y: Tensor; idx: Tensor; count: Tensor } {
  const api = "tf.uniqueWithCounts";
  checkOptions(api, options, { outIdx: true });
  const [y, idx, count] = runAll(api, "UniqueWithCounts", [convert(api, x)], {
    out_idx: options.outIdx ?? "int32",
  }) as [Tensor, Tensor, Tensor];
  return { y, idx, count };
}

/** What `tf.searchsorted` takes. */
export interface SearchOptions {
  /** Before (`"left"`, the default) or behind (`"right"`) elements that are equal. */
  side?: "left" | "right" | undefined;
  /** The dtype of positions; int32 when not given. */
  outType?: "int32" | "int64" | undefined;
}

/**
 * Where each of `values` `[..., m]` would go among `sortedSequence` `[..., n]`, so that the last axis stays sorted: `[..., m]`.
 * @throws when the axes before the last, or the dtypes, differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/searchsorted
 * @example
 * console.log(tf.searchsorted([1, 3, 5], [0, 3, 9]).array()); // => [ 0, 1, 3 ]
 */
export function searchsorted(sortedSequence: TensorLike, values: TensorLike, options: SearchOptions = {}): Tensor {
  const api = "tf.searchsorted";
  checkOptions(api, options, { side: true, outType: true });
  const op = oneOf(api, "side", options.side ?? "left", ["left", "right"]) === "left" ? "LowerBound" : "UpperBound";
  const [sequence, wanted] = pair(api, sortedSequence, values) as [Tensor, Tensor];
  const [rows, columns] = [sequence, wanted].map((tensor) => asRows(api, tensor)) as [Tensor, Tensor];
  const positions = run(api, op, [rows, columns], { out_type: options.outType ?? "int32" });
  return run(api, "Reshape", [positions, run(api, "Shape", [wanted])]);
}

/** `[..., n]` as a matrix of its last axis. */
function asRows(api: string, tensor: Tensor): Tensor {
  const shape = rankedShape(api, tensor);
  if (shape.length === 0) throw invalidArgument(api, "tensors of at least one axis", "a scalar");
  if (shape.every((length) => length !== null)) {
    const length = shape.at(-1) as number;
    return run(api, "Reshape", [tensor, convert(api, [numElements(shape.slice(0, -1)), length], "int32")]);
  }
  const last = run(api, "Slice", [
    run(api, "Shape", [tensor]),
    convert(api, [shape.length - 1], "int32"),
    convert(api, [1], "int32"),
  ]);
  return run(api, "Reshape", [
    tensor,
    run(api, "ConcatV2", [[convert(api, [-1], "int32"), last], convert(api, 0, "int32")]),
  ]);
}
