/** Tensors made by a rule: ranges, grids, unit matrices, masks, one-hot vectors. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { normalizeAxis } from "../../base/shapes.ts";
import { convert, convertAll, isTensorOrVariable } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { add, divide, multiply, subtract } from "../math/arithmetic.ts";
import { less } from "../math/comparisons.ts";
import { reduceMax } from "../math/reductions.ts";
import { integers, oneOf, pair, rankedShape, run, takeOptions } from "../operands.ts";
import { ones } from "./creation.ts";

/** What `tf.range` takes. */
export interface RangeOptions {
  /** The dtype; that of a tensor among the arguments, or int32, when not given. */
  dtype?: DType | undefined;
}

/**
 * The numbers from `start` (0 when only `limit` is given) to below `limit` in steps of `delta` (1): `[n]`. Numbers are int32 unless `dtype` says otherwise.
 * @throws when a fraction is given for an integer dtype, or `delta` is 0.
 * @see https://www.tensorflow.org/api_docs/python/tf/range
 * @example
 * console.log(tf.range(3).array(), tf.range(6, 0, -2).array()); // => [ 0, 1, 2 ] [ 6, 4, 2 ]
 * console.log(tf.range(0, 1, 0.25, { dtype: "float32" }).array()); // => [ 0, 0.25, 0.5, 0.75 ]
 */
export function range(limit: TensorLike, options?: RangeOptions): Tensor;
export function range(start: TensorLike, limit: TensorLike, options?: RangeOptions): Tensor;
export function range(start: TensorLike, limit: TensorLike, delta: TensorLike, options?: RangeOptions): Tensor;
export function range(...args: unknown[]): Tensor {
  const { values, options } = takeOptions<RangeOptions>(args);
  const [start, limit, delta] = (values.length === 1 ? [0, values[0], 1] : [values[0], values[1], values[2] ?? 1]) as [
    TensorLike,
    TensorLike,
    TensorLike,
  ];
  const dtype = options.dtype ?? (values.find(isTensorOrVariable) as Tensor | undefined)?.dtype ?? "int32";
  const isFraction = values.some((value) => typeof value === "number" && !Number.isInteger(value));
  if (isFraction && options.dtype === undefined && dtype === "int32")
    throw invalidArgument("tf.range", "whole numbers for dtype int32", describe(values), 'give { dtype: "float32" }');
  return run(
    "tf.range",
    "Range",
    convertAll("tf.range", [start, limit, delta], dtype).map((value) => value.cast(dtype)),
  );
}

/**
 * `num` numbers at equal distances from `start` to `stop`, both included; of tensors `[...]` along a new axis: `[..., num, ...]`. Floating dtypes.
 * @throws when `num` is not a whole number above 0, or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/linspace
 * @example
 * console.log(tf.linspace(0, 1, 5).array()); // => [ 0, 0.25, 0.5, 0.75, 1 ]
 */
export function linspace(
  start: TensorLike,
  stop: TensorLike,
  num: number,
  options: { axis?: number | undefined } = {},
): Tensor {
  const api = "tf.linspace";
  if (!Number.isInteger(num) || num < 1) throw invalidArgument(api, "a whole number above 0 as num", describe(num));
  const [first, last] = pair(api, start, stop) as [Tensor, Tensor];
  const rank = Math.max(rankedShape(api, first).length, rankedShape(api, last).length);
  const axis = normalizeAxis(api, options.axis ?? 0, rank + 1);
  const [from, to] = [first, last].map((end) =>
    run(api, "ExpandDims", [add(end, multiply(subtract(last, first), 0)), convert(api, axis, "int32")]),
  ) as [Tensor, Tensor];
  if (num === 1) return from;
  const places = Array.from({ length: rank + 1 }, (_, i) => (i === axis ? num - 2 : 1));
  const steps = run(api, "Reshape", [
    range(1, num - 1, { dtype: "int32" }).cast(from.dtype),
    convert(api, places, "int32"),
  ]);
  const between = add(from, multiply(divide(subtract(to, from), num - 1), steps));
  return run(api, "ConcatV2", [[from, between, to], convert(api, axis, "int32")]);
}

/** What `tf.eye` takes. */
export interface EyeOptions<D extends DType = DType> {
  /** How many columns; as many as rows when not given. */
  numColumns?: number | undefined;
  /** Lengths of axes before the last two, along which the matrix is repeated. */
  batchShape?: readonly number[] | undefined;
  /** The dtype; float32 when not given. */
  dtype?: D | undefined;
}

/**
 * The unit matrix `[...batchShape, numRows, numColumns]`: ones on the main diagonal.
 * @throws when a number of rows or columns is negative.
 * @see https://www.tensorflow.org/api_docs/python/tf/eye
 * @example
 * console.log(tf.eye(2).array()); // => [ [ 1, 0 ], [ 0, 1 ] ]
 */
export function eye<D extends DType = "float32">(numRows: number, options: EyeOptions<D> = {}): Tensor<D> {
  const { numColumns = numRows, batchShape = [] } = options;
  const diagonal = ones([...batchShape, Math.min(numRows, numColumns)], { dtype: options.dtype ?? "float32" });
  const sizes = [0, numRows, numColumns].map((size) => integers("tf.eye", size));
  return run("tf.eye", "MatrixDiagV3", [
    diagonal,
    ...sizes,
    convert("tf.eye", 0, "int32").cast(diagonal.dtype),
  ]) as Tensor<D>;
}

/**
 * The coordinates of a grid: for each vector of n arguments a tensor of the grid's shape. With indexing `"xy"`, the default, the first
 * two axes are swapped, with `"ij"` they are not.
 * @throws when an argument has more than one axis.
 * @see https://www.tensorflow.org/api_docs/python/tf/meshgrid
 * @example
 * const [x, y] = tf.meshgrid([1, 2], [3, 4]);
 * console.log(x.array(), y.array()); // => [ [ 1, 2 ], [ 1, 2 ] ] [ [ 3, 3 ], [ 4, 4 ] ]
 */
export function meshgrid(...args: readonly (TensorLike | { indexing?: "xy" | "ij" | undefined })[]): Tensor[] {
  const api = "tf.meshgrid";
  const { values, options } = takeOptions<{ indexing: "xy" | "ij" }>(args);
  const isSwapped = oneOf(api, "indexing", options.indexing ?? "xy", ["xy", "ij"]) === "xy" && values.length > 1;
  const vectors = convertAll(api, values).map((value) => run(api, "Reshape", [value, convert(api, [-1], "int32")]));
  const sizes = vectors.map((vector) => run(api, "Size", [vector]));
  const place = (i: number): number => (isSwapped && i < 2 ? 1 - i : i);
  const shape = run(api, "Pack", [sizes.map((_, i) => sizes[place(i)] as Tensor)]);
  return vectors.map((vector, i) => {
    const line = sizes.map((_, axis) => (axis === place(i) ? -1 : 1));
    return run(api, "BroadcastTo", [run(api, "Reshape", [vector, convert(api, line, "int32")]), shape]);
  });
}

/**
 * For each of the integers `lengths` `[...]` a row of `maxlen` (the largest of them when not given) that is true below it: `[..., maxlen]`.
 * @throws when the dtype of `lengths` is not an integer.
 * @see https://www.tensorflow.org/api_docs/python/tf/sequence_mask
 * @example
 * console.log(tf.sequenceMask([1, 2], { maxlen: 3, dtype: "int32" }).array()); // => [ [ 1, 0, 0 ], [ 1, 1, 0 ] ]
 */
export function sequenceMask<D extends DType = "bool">(
  lengths: TensorLike,
  options: { maxlen?: TensorLike | undefined; dtype?: D | undefined } = {},
): Tensor<D> {
  const api = "tf.sequenceMask";
  const counts = integers(api, lengths);
  const limit = options.maxlen === undefined ? reduceMax(counts) : convert(api, options.maxlen, counts.dtype);
  const columns = run(api, "ExpandDims", [counts, convert(api, -1, "int32")]);
  return less(range(convert(api, 0, counts.dtype), limit), columns).cast(options.dtype ?? "bool") as Tensor<D>;
}

/** What `tf.oneHot` takes. */
export interface OneHotOptions {
  /** The value at the place of the index; 1 when not given. */
  onValue?: TensorLike | undefined;
  /** The value elsewhere; 0 when not given. */
  offValue?: TensorLike | undefined;
  /** Where the new axis goes; last when not given. */
  axis?: number | undefined;
  /** The dtype; that of the values, or float32, when not given. */
  dtype?: DType | undefined;
}

/**
 * For each of the integers `indices` `[...]` a vector of `depth` elements, all 0 but for a 1 at that place: `[..., depth]`. An index beyond gives zeros.
 * @throws when the dtype of `indices` is not an integer, or the values' dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/one_hot
 * @example
 * console.log(tf.oneHot([0, 2], 3).array()); // => [ [ 1, 0, 0 ], [ 0, 0, 1 ] ]
 */
export function oneHot(indices: TensorLike, depth: TensorLike, options: OneHotOptions = {}): Tensor {
  const api = "tf.oneHot";
  const given = [options.onValue, options.offValue].find(isTensorOrVariable);
  const dtype = options.dtype ?? (given as Tensor | undefined)?.dtype ?? "float32";
  const [isBool, isString] = [dtype === "bool", dtype === "string"];
  if (isString && (options.onValue === undefined || options.offValue === undefined))
    throw invalidArgument(api, "onValue and offValue for dtype string", "none");
  const values = [options.onValue ?? (isBool ? true : 1), options.offValue ?? (isBool ? false : 0)].map((value) =>
    convert(api, value, dtype),
  );
  return run(api, "OneHot", [integers(api, indices), integers(api, depth), ...values], { axis: options.axis ?? -1 });
}
