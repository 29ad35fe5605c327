/** Counts: of elements that are not zero, of each whole number, of pairs of labels. None has a gradient but `bincount` by its weights. */
import type { DType } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, pair, run } from "../operands.ts";
import { add, maximum, minimum } from "./arithmetic.ts";
import { greater, notEqual } from "./comparisons.ts";
import { type ReduceOptions, reduceMax, reduceSum } from "./reductions.ts";

/**
 * How many elements of `[...]` are not zero (or not empty) along `axis`: int64, or `dtype`.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/count_nonzero
 * @example
 * console.log(tf.math.countNonzero([[0, 1], [2, 3]], { axis: 1 }).array()); // => [ 1, 2 ]
 */
export function countNonzero(x: TensorLike, options: ReduceOptions & { dtype?: DType | undefined } = {}): Tensor {
  const api = "tf.math.countNonzero";
  checkOptions(api, options, { axis: true, keepdims: true, dtype: true });
  const { dtype = "int64", ...where } = options;
  const tensor = convert(api, x);
  const isNonzero = notEqual(tensor, run(api, "ZerosLike", [tensor]));
  return reduceSum(isNonzero.cast("int64"), where).cast(dtype);
}

/** What `tf.math.bincount` takes. */
export interface BincountOptions {
  /** What each element adds to its count, in the shape of `arr`; 1 when not given. */
  weights?: TensorLike | undefined;
  /** The least length of the result. */
  minlength?: number | undefined;
  /** The greatest length of the result: larger elements are not counted. */
  maxlength?: number | undefined;
  /** The dtype of counts when there are no weights; int32 when not given. */
  dtype?: "int32" | "int64" | "float32" | "float64" | undefined;
}

/**
 * How often each of the numbers 0, 1, 2, ... is among the int32 or int64 elements of `arr`: `[max + 1]`.
 * @throws when an element is negative, or a dtype is not an integer.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/bincount
 * @example
 * console.log(tf.math.bincount([1, 3, 1]).array()); // => [ 0, 2, 0, 1 ]
 */
export function bincount(arr: TensorLike, options: BincountOptions = {}): Tensor {
  const api = "tf.math.bincount";
  checkOptions(api, options, { weights: true, minlength: true, maxlength: true, dtype: true });
  const given = integers(api, arr);
  const values = run(api, "Reshape", [given, convert(api, [-1], "int32")]);
  const isFilled = greater(run(api, "Size", [values]), 0).cast(values.dtype);
  let size = run(api, "Mul", [isFilled, add(reduceMax(values), 1)]);
  if (options.minlength !== undefined) size = maximum(size, options.minlength);
  if (options.maxlength !== undefined) size = minimum(size, options.maxlength);
  const weights =
    options.weights === undefined ? convert(api, [], options.dtype ?? "int32") : convert(api, options.weights);
  if (options.weights !== undefined && !shapesCompatible(weights.staticShape, given.staticShape)) {
    throw invalidArgument(
      api,
      `weights of shape ${shapeText(given.staticShape)}, one for each element`,
      shapeText(weights.staticShape),
    );
  }
  const flat = options.weights === undefined ? weights : run(api, "Reshape", [weights, convert(api, [-1], "int32")]);
  return run(api, "DenseBincount", [values, size, flat]);
}

/** What `tf.math.confusionMatrix` takes. */
export interface ConfusionMatrixOptions {
  /** How many classes there are; one more than the largest label or prediction when not given. */
  numClasses?: number | undefined;
  /** What each pair adds to its count, `[n]`; 1 when not given. */
  weights?: TensorLike | undefined;
  /** The dtype of the counts; int32 when not given. */
  dtype?: DType | undefined;
}

/**
 * How often each prediction was made for each label: `[numClasses, numClasses]`, rows are labels. `labels` and `predictions` are `[n]`, whole numbers.
 * @throws when a label or prediction is negative or at least `numClasses`.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/confusion_matrix
 * @example
 * console.log(tf.math.confusionMatrix([0, 1, 1], [0, 1, 0]).array()); // => [ [ 1, 0 ], [ 1, 1 ] ]
 */
export function confusionMatrix(
  labels: TensorLike,
  predictions: TensorLike,
  options: ConfusionMatrixOptions = {},
): Tensor {
  const api = "tf.math.confusionMatrix";
  checkOptions(api, options, { numClasses: true, weights: true, dtype: true });
  const dtype = options.dtype ?? "int32";
  const truths = integers(api, labels).cast("int64");
  const guesses = integers(api, predictions).cast("int64");
  if (!shapesCompatible(truths.staticShape, guesses.staticShape)) {
    throw invalidArgument(
      api,
      "as many predictions as labels",
      `labels ${shapeText(truths.staticShape)} and predictions ${shapeText(guesses.staticShape)}`,
    );
  }
  const indices = run(api, "Pack", [[truths, guesses]], { axis: 1 });
  const numClasses =
    options.numClasses === undefined
      ? add(maximum(reduceMax(truths), reduceMax(guesses)), 1)
      : convert(api, options.numClasses, "int64");
  const weights =
    options.weights === undefined
      ? run(api, "OnesLike", [truths]).cast(dtype)
      : convert(api, options.weights).cast(dtype);
  return run(api, "ScatterNd", [indices, weights, run(api, "Pack", [[numClasses, numClasses]])]);
}

/**
 * How many elements of `values` fall into each of `nbins` parts of equal width of `valueRange`: `[nbins]`. What is beyond counts at the ends.
 * @throws when the range is empty, or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/histogram_fixed_width
 * @example
 * console.log(tf.histogramFixedWidth([0, 1, 9, 12], [0, 10], { nbins: 2 }).array()); // => [ 2, 2 ]
 */
export function histogramFixedWidth(
  values: TensorLike,
  valueRange: TensorLike,
  options: { nbins?: number | undefined; dtype?: "int32" | "int64" | undefined } = {},
): Tensor {
  const api = "tf.histogramFixedWidth";
  checkOptions(api, options, { nbins: true, dtype: true });
  return run(api, "HistogramFixedWidth", [...pair(api, values, valueRange), integers(api, options.nbins ?? 100)], {
    dtype: options.dtype ?? "int32",
  });
}
