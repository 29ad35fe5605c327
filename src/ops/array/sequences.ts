/** Tensors made by a rule: ranges, grids, unit matrices, masks, one-hot vectors. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { normalizeAxis } from "../../base/shapes.ts";
import { convert, convertAll, isTensorOrVariable } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { add, divide, multiply, subtract } from "../math/arithmetic.ts";
import { integers, oneOf, pair, rankedShape, run, takeOptions } from "../operands.ts";
import { ones } from "./creation.ts";

/** What `tf.range` takes. */
export interface RangeOptions {
  /** The dtype; that of a tensor among the arguments, or int32, when not given. */
  dtype?: DType | undefined;
}

/** `range(limit)`, `range(start, limit)` or `range(start, limit, delta)`, with options behind. */
export type RangeArguments =
  | [limit: TensorLike, options?: RangeOptions]
  | [start: TensorLike, limit: TensorLike, options?: RangeOptions]
  | [start: TensorLike, limit: TensorLike, delta: TensorLike, options?: RangeOptions];

/**
 * The numbers from `start` (0 when only `limit` is given) to below `limit` in steps of `delta` (1): `[n]`. Numbers are int32 unless `dtype` says otherwise.
 * @throws when a fraction is given for an integer dtype, or `delta` is 0.
 * @see https://www.tensorflow.org/api_docs/python/tf/range
 * @example
 * console.log(tf.range(3).array(), tf.range(6, 0, -2).array()); // => [ 0, 1, 2 ] [ 6, 4, 2 ]
 * console.log(tf.range(0, 1, 0.25, { dtype: "float32" }).array()); // => [ 0, 0.25, 0.5, 0.75 ]
 */
export function range(...args: RangeArguments): Tensor {
  const { values, options } = takeOptions<RangeOptions>("tf.range", args, { dtype: true });
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
  checkOptions(api, options, { axis: true });
  if (!Number.isInteger(num) || num < 1 || num >= 2 ** 31)
    throw invalidArgument(api, "a whole number above 0 and below 2^31 as num", describe(num));
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
  checkOptions("tf.eye", options, { numColumns: true, batchShape: true, dtype: true });
  const { numColumns = numRows, batchShape = [] } = options;
  for (const size of [numRows, numColumns])
    if (!Number.isInteger(size) || size < 0)
      throw invalidArgument("tf.eye", "a whole number of at least 0 of rows and columns", describe(size));
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
  const { values, options } = takeOptions<{ indexing: "xy" | "ij" }>(api, args, { indexing: true });
  if (values.length === 0) throw invalidArgument(api, "at least one vector", "none");
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
