/** Elements picked by their positions or by a condition. */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import { broadcasting } from "../explain.ts";
import { integers, oneAxis, pair, rankedShape, run } from "../operands.ts";

/** What `tf.gather` takes. */
export interface GatherOptions {
  /** The axis along which elements are picked; `batchDims` when not given. */
  axis?: number | undefined;
  /** How many first axes `params` and `indices` share: each batch has indices of its own. 0 when not given. */
  batchDims?: number | undefined;
}

/**
 * The elements at `indices` along `axis`: `params` `[a, n, b]` and `indices` `[i]` give `[a, i, b]`.
 * @throws when an index or an axis is out of range.
 * @see https://www.tensorflow.org/api_docs/python/tf/gather
 * @example
 * console.log(tf.gather([10, 20, 30], [2, 0]).array()); // => [ 30, 10 ]
 */
export function gather(params: TensorLike, indices: TensorLike, options: GatherOptions = {}): Tensor {
  const api = "tf.gather";
  checkOptions(api, options, { axis: true, batchDims: true });
  const positions = integers(api, indices);
  const given = options.batchDims ?? 0;
  const batchDims = given < 0 ? given + rankedShape(api, positions).length : given;
  if (params instanceof Variable && batchDims === 0 && (options.axis ?? 0) === 0 && params.shape.length > 0)
    return params.sparseRead(positions);
  const tensor = convert(api, params);
  const axis = oneAxis(api, options.axis ?? batchDims, tensor.staticShape);
  return run(
    api,
    "GatherV2",
    [tensor, positions, convert(api, axis, "int32")],
    batchDims === 0 ? undefined : { batch_dims: batchDims },
  );
}

/**
 * The parts at the positions `indices` `[..., k]`, each of which names the first k axes of `params`: `[..., ...params.shape.slice(k)]`.
 * @throws when a position is out of range, or has more numbers than `params` has axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/gather_nd
 * @example
 * console.log(tf.gatherNd([[1, 2], [3, 4]], [[1, 0], [0, 1]]).array()); // => [ 3, 2 ]
 */
export function gatherNd(
  params: TensorLike,
  indices: TensorLike,
  options: { batchDims?: number | undefined } = {},
): Tensor {
  const api = "tf.gatherNd";
  checkOptions(api, options, { batchDims: true });
  const positions = integers(api, indices);
  const batchDims = options.batchDims ?? 0;
  return run(api, "GatherNd", [
    convert(api, params),
    batchDims === 0 ? positions : withBatchPositions(api, positions, batchDims),
  ]);
}

/** `indices` with the number of the batch before each position, for each axis that the batches have. */
function withBatchPositions(api: string, indices: Tensor, batchDims: number): Tensor {
  const rank = rankedShape(api, indices).length;
  if (batchDims < 0 || batchDims >= rank)
    throw invalidArgument(api, `batchDims within [0, ${rank})`, String(batchDims));
  const [zero, one] = [convert(api, 0, "int32"), convert(api, 1, "int32")];
  const lengths = run(api, "Shape", [indices]);
  const firstAxes = run(api, "Slice", [lengths, convert(api, [0], "int32"), convert(api, [rank - 1], "int32")]);
  const shape = run(api, "ConcatV2", [[firstAxes, convert(api, [1], "int32")], zero]);
  const numbers = Array.from({ length: batchDims }, (_, axis) => {
    const count = run(api, "GatherV2", [lengths, convert(api, axis, "int32"), zero]);
    const line = convert(
      api,
      Array.from({ length: rank }, (_, i) => (i === axis ? -1 : 1)),
      "int32",
    );
    return run(api, "BroadcastTo", [run(api, "Reshape", [run(api, "Range", [zero, count, one]), line]), shape]).cast(
      indices.dtype,
    );
  });
  return run(api, "ConcatV2", [[...numbers, indices], convert(api, -1, "int32")]);
}

/**
 * The parts of `tensor` where `mask` `[...]` is true: the axes of the mask, from `axis` on, become one.
 * @throws when the mask is not bool, or its lengths are not those of the tensor.
 * @see https://www.tensorflow.org/api_docs/python/tf/boolean_mask
 * @example
 * console.log(tf.booleanMask([1, 2, 3], [true, false, true]).array()); // => [ 1, 3 ]
 */
export function booleanMask(tensor: TensorLike, mask: TensorLike, options: { axis?: number | undefined } = {}): Tensor {
  const api = "tf.booleanMask";
  checkOptions(api, options, { axis: true });
  const values = convert(api, tensor);
  const flags = convert(api, mask, "bool");
  const [shape, maskShape] = [rankedShape(api, values), rankedShape(api, flags)];
  const axis = oneAxis(api, options.axis ?? 0, shape);
  if (maskShape.length === 0) throw invalidArgument(api, "a mask of at least one axis", "a scalar");
  const masked = shape.slice(axis, axis + maskShape.length);
  if (!shapesCompatible(masked, maskShape))
    throw invalidArgument(
      api,
      `a mask of shape ${shapeText(masked)}, as the tensor has from axis ${axis} on`,
      shapeText(maskShape),
    );
  const whole = run(api, "Shape", [values]);
  const part = (begin: number, size: number): Tensor =>
    run(api, "Slice", [whole, convert(api, [begin], "int32"), convert(api, [size], "int32")]);
  const merged = run(api, "Prod", [part(axis, maskShape.length), convert(api, [0], "int32")], { keep_dims: true });
  const flat = run(api, "Reshape", [
    values,
    run(api, "ConcatV2", [[part(0, axis), merged, part(axis + maskShape.length, -1)], convert(api, 0, "int32")]),
  ]);
  const positions = run(api, "Where", [run(api, "Reshape", [flags, convert(api, [-1], "int32")])]);
  return run(api, "GatherV2", [
    flat,
    run(api, "Squeeze", [positions], { squeeze_dims: [1] }),
    convert(api, axis, "int32"),
  ]);
}

/**
 * The elements of `x` where `condition` is true and of `y` elsewhere, all broadcast. With a condition alone, the positions where it is true: int64 `[n, rank]`.
 * @throws when one of `x` and `y` is missing, the condition is not bool, dtypes differ or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/where
 * @example
 * console.log(tf.where([true, false], [1, 2], 0).array()); // => [ 1, 0 ]
 * console.log(tf.where([false, true]).array()); // => [ [ 1 ] ]
 */
export function where(condition: TensorLike, x?: TensorLike, y?: TensorLike): Tensor {
  const api = "tf.where";
  if (x === undefined && y === undefined) return run(api, "Where", [convert(api, condition)]);
  if (x === undefined || y === undefined) throw invalidArgument(api, "both x and y, or neither", "one of them");
  return run(api, "SelectV2", [convert(api, condition, "bool"), ...pair(api, x, y)], undefined, broadcasting);
}
