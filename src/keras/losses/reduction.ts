/** How the losses of samples become one number: ranks made equal, weights and masks applied, then a sum or a mean. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { broadcastShapes, isFullyDefined, numElements } from "../../base/shapes.ts";
import { zerosLike } from "../../ops/array/creation.ts";
import { where } from "../../ops/array/gathering.ts";
import { size } from "../../ops/array/queries.ts";
import { expandDims, squeeze } from "../../ops/array/shapes.ts";
import { divideNoNan } from "../../ops/math/arithmetic.ts";
import { reduceSum } from "../../ops/math/reductions.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** How a loss is reduced: Keras's own names. */
export type Reduction = "sum_over_batch_size" | "sum" | "mean" | "mean_with_sample_weight" | "none";

const reductions: readonly Reduction[] = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"];

/** The reduction that an option stands for: "sum_over_batch_size" when not given, "none" for null. */
export function reductionOf(api: string, option: Reduction | null | undefined): Reduction {
  if (option === null) return "none";
  const reduction = option ?? "sum_over_batch_size";
  if (!reductions.includes(reduction))
    throw invalidArgument(api, `reduction of ${reductions.map((name) => `"${name}"`).join(", ")}`, describe(option));
  return reduction;
}

/**
 * Both tensors with the same number of axes, where one has one more of length 1: that is taken off, or, beside a vector, the
 * vector gets one too (unless `expandVectors` is false). Anything else stays as it is.
 */
export function sameRank(a: Tensor, b: Tensor, expandVectors = true): [Tensor, Tensor] {
  const [shapeA, shapeB] = [a.staticShape, b.staticShape];
  if (shapeA === null || shapeB === null) return [a, b];
  if (shapeA.length === shapeB.length + 1 && shapeA.at(-1) === 1) {
    return shapeB.length === 1 && expandVectors ? [a, expandDims(b, -1)] : [squeeze(a, { axis: [-1] }), b];
  }
  if (shapeB.length === shapeA.length + 1 && shapeB.at(-1) === 1) {
    return shapeA.length === 1 && expandVectors ? [expandDims(a, -1), b] : [a, squeeze(b, { axis: [-1] })];
  }
  return [a, b];
}

/** The number of elements: a number when it is known, otherwise a scalar that is computed at run time. */
function count(x: Tensor): number | Tensor {
  return isFullyDefined(x.staticShape) ? numElements(x.staticShape) : size(x).cast(x.dtype);
}

/** `sum / divisor`, 0 when the divisor is 0. */
function quotient(sum: Tensor, divisor: number | Tensor): Tensor {
  if (typeof divisor !== "number") return divideNoNan(sum, divisor);
  return divisor === 0 ? zerosLike(sum) : sum.divide(divisor);
}

/** What {@link reduceWeighted} is told. */
export interface ReduceOptions {
  readonly sampleWeight?: Tensor | undefined;
  /** Which values count: nonzero or true. */
  readonly mask?: Tensor | undefined;
  readonly reduction: Reduction;
}

/** The values `[batch, ...]`, weighted and masked, reduced as asked. */
export function reduceWeighted(api: string, values: Tensor, { sampleWeight, mask, reduction }: ReduceOptions): Tensor {
  const given =
    mask === undefined ? sampleWeight?.cast(values.dtype) : applyMask(sampleWeight, mask, values.dtype, reduction);
  if (given === undefined) return reduceValues(values, undefined, reduction);
  const [losses, weights] = sameRank(values, given);
  if (losses.staticShape && weights.staticShape)
    broadcastShapes(`${api}: sampleWeight of shape`, losses.staticShape, weights.staticShape);
  return reduceValues(losses.multiply(weights), weights, reduction);
}

function reduceValues(values: Tensor, weights: Tensor | undefined, reduction: Reduction): Tensor {
  if (reduction === "none" || values.staticShape?.length === 0) return values;
  const sum = reduceSum(values);
  if (reduction === "sum") return sum;
  if (reduction === "mean_with_sample_weight" && weights) return divideNoNan(sum, reduceSum(weights));
  return quotient(sum, count(values));
}

/**
 * The weights that a mask stands for. For means, values that count weigh `total / valid`, so that the mean is over them alone.
 */
export function applyMask(sampleWeight: Tensor | undefined, mask: Tensor, dtype: DType, reduction: Reduction): Tensor {
  const isMean = reduction === "mean" || reduction === "sum_over_batch_size";
  const valid = mask.cast(dtype);
  const weight = isMean
    ? where(mask.cast("bool"), divideNoNan(count(valid), reduceSum(valid)), zerosLike(valid))
    : valid;
  if (sampleWeight === undefined) return weight;
  const [masked, given] = sameRank(weight, sampleWeight.cast(dtype));
  return given.multiply(masked);
}
