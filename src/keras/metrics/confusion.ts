/** Counts of true and false positives and negatives, at many thresholds at once. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { gather } from "../../ops/array/gathering.ts";
import { oneHot } from "../../ops/array/masks.ts";
import { topK } from "../../ops/array/ordering.ts";
import { shape } from "../../ops/array/queries.ts";
import { range } from "../../ops/array/sequences.ts";
import { broadcastTo, expandDims } from "../../ops/array/shapes.ts";
import { maximum } from "../../ops/math/arithmetic.ts";
import { clipByValue } from "../../ops/math/clipping.ts";
import { greater } from "../../ops/math/comparisons.ts";
import { reduceSum } from "../../ops/math/reductions.ts";
import { ceil } from "../../ops/math/rounding.ts";
import { cumsum } from "../../ops/math/scans.ts";
import { unsortedSegmentSum } from "../../ops/math/segments.ts";
import { convert } from "../../runtime/convert.ts";
import { newaxis } from "../../runtime/slicing.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import { sameRank } from "../losses/reduction.ts";

/** What lies below every prediction. */
export const belowAll = -1e10;

/** The four counts; those that are wanted. */
export interface ConfusionVariables {
  readonly truePositives?: Variable;
  readonly falsePositives?: Variable;
  readonly trueNegatives?: Variable;
  readonly falseNegatives?: Variable;
}

/** What {@link updateConfusion} is told. */
export interface ConfusionOptions {
  /** Ascending; a prediction is positive at a threshold when it is above it. */
  readonly thresholds: readonly number[];
  readonly sampleWeight?: Tensor | undefined;
  /** Count only the `topK` greatest predictions of each row as positive. */
  readonly topK?: number | null;
  /** Look at this class alone. */
  readonly classId?: number | null;
  /** Count each column by itself: the variables are `[thresholds, columns]`. */
  readonly multiLabel?: boolean;
  /** Weights of the columns, when they are counted together. */
  readonly labelWeights?: readonly number[] | null;
}

/** The thresholds that an option stands for. Throws unless they are in [0, 1]. */
export function thresholdsOf(
  api: string,
  option: number | readonly number[] | null | undefined,
  fallback: number,
): number[] {
  const thresholds = option === null || option === undefined ? [fallback] : [option].flat();
  if (option !== null && option !== undefined && thresholds.some((t) => !(t >= 0 && t <= 1)))
    throw invalidArgument(api, "thresholds in [0, 1]", describe(option));
  return thresholds;
}

/** Whether thresholds are 0, 1/n, 2/n, ..., 1, or nearly: then counting needs no comparison with each of them. */
function isEven(thresholds: readonly number[]): boolean {
  const last = thresholds.length - 1;
  return last >= 2 && thresholds.every((t, i) => Math.abs(t - i / last) <= 1e-7 + 1e-5 * Math.abs(i / last));
}

/** Labels, predictions and weights of one dtype: `[values, columns]`, one column unless labels are counted by themselves. */
function prepare(
  yTrue: TensorLike,
  yPred: TensorLike,
  dtype: Variable["dtype"],
  options: ConfusionOptions,
): { labels: Tensor; predictions: Tensor; weights: Tensor | undefined } {
  const cast = (value: TensorLike): Tensor => convert("updateState", value).cast(dtype);
  let [predictions, labels] = sameRank(cast(yPred), cast(yTrue));
  if (options.topK) predictions = onlyTop(predictions, options.topK);
  if (typeof options.classId === "number") {
    if (predictions.rank < 2)
      throw invalidArgument(
        "updateState",
        "predictions [samples, classes] for a classId",
        shapeText(predictions.shape),
      );
    [labels, predictions] = [
      labels.at("...", options.classId, newaxis),
      predictions.at("...", options.classId, newaxis),
    ];
  }
  const weights = weightsFor(predictions, labels, options);
  const columns = options.multiLabel ? (predictions.shape.at(-1) as number) : 1;
  const flat = (x: Tensor): Tensor => x.reshape([-1, columns]);
  return {
    labels: flat(labels.cast("bool").cast(dtype)),
    predictions: flat(predictions),
    weights: weights && flat(weights),
  };
}

function weightsFor(
  predictions: Tensor,
  labels: Tensor,
  { sampleWeight, labelWeights, multiLabel }: ConfusionOptions,
): Tensor | undefined {
  const columns = labelWeights && !multiLabel ? convert("labelWeights", labelWeights, predictions.dtype) : undefined;
  if (!sampleWeight) return columns && broadcastTo(columns, shape(predictions));
  const [, aligned] = sameRank(labels, expandDims(sampleWeight.cast(predictions.dtype), -1), false);
  return broadcastTo(columns ? aligned.multiply(columns) : aligned, shape(predictions));
}

/** Predictions that are not among the `k` greatest of their row become lower than any threshold. */
function onlyTop(predictions: Tensor, k: number): Tensor {
  const { indices } = topK(predictions, { k });
  const isTop = reduceSum(
    oneHot(indices, predictions.shape.at(-1) as number, { dtype: predictions.dtype as "float32" }),
    { axis: -2 },
  );
  return predictions.multiply(isTop).add(isTop.negative().add(1).multiply(belowAll));
}

/** Positives of `weights` at each threshold: `[values, columns]` gives `[thresholds, columns]`. */
type Positives = (weights: Tensor) => Tensor;

/** Compares each prediction with each threshold. */
function comparing(predictions: Tensor, thresholds: readonly number[]): Positives {
  const limits = convert("thresholds", thresholds, predictions.dtype).reshape([-1, 1, 1]);
  const isPositive = greater(expandDims(predictions, 0), limits).cast(predictions.dtype);
  return (weights) => reduceSum(isPositive.multiply(expandDims(weights, 0)), { axis: 1 });
}

/** Puts each prediction into the bucket between two even thresholds, and sums buckets from the top. */
function bucketing(predictions: Tensor, thresholds: readonly number[]): Positives {
  const count = thresholds.length;
  const columns = predictions.shape[1] as number;
  const bucket = ceil(clipByValue(predictions, 0, 1).multiply(count - 1)).subtract(1);
  const isOpen = (thresholds[0] as number) < 0 || (thresholds.at(-1) as number) > 1;
  const row = (isOpen ? maximum(bucket, 0) : bucket).cast("int32");
  const ids = row.multiply(columns).add(range(0, columns, 1, { dtype: "int32" }));
  return (weights) => {
    const sums = unsortedSegmentSum(weights, ids, count * columns).reshape([count, columns]);
    return cumsum(sums, { axis: 0, reverse: true });
  };
}

/** Adds a batch to the counts `[thresholds]` (`[thresholds, columns]` for several labels). */
export function updateConfusion(
  variables: ConfusionVariables,
  yTrue: TensorLike,
  yPred: TensorLike,
  options: ConfusionOptions,
): void {
  const [first] = Object.values(variables) as [Variable];
  const { labels, predictions, weights } = prepare(yTrue, yPred, first.dtype, options);
  const positives = (isEven(options.thresholds) ? bucketing : comparing)(predictions, options.thresholds);
  const add = (variable: Variable, counts: Tensor): void => {
    variable.assignAdd(options.multiLabel ? counts : counts.reshape([-1]));
  };
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = variables;
  const weighted = (x: Tensor): Tensor => (weights ? x.multiply(weights) : x);
  if (truePositives || falseNegatives) {
    const ones = weighted(labels);
    const found = positives(ones);
    if (truePositives) add(truePositives, found);
    if (falseNegatives) add(falseNegatives, reduceSum(ones, { axis: 0 }).subtract(found));
  }
  if (falsePositives || trueNegatives) {
    const zeros = weighted(labels.negative().add(1));
    const found = positives(zeros);
    if (falsePositives) add(falsePositives, found);
    if (trueNegatives) add(trueNegatives, reduceSum(zeros, { axis: 0 }).subtract(found));
  }
}

/** The only element of a vector of one threshold, the vector otherwise. */
export function perThreshold(counts: Tensor): Tensor {
  return counts.shape[0] === 1 ? gather(counts, 0) : counts;
}
