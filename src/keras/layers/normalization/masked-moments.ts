/** Mean and variance of the elements that a mask leaves in. */
import { where } from "../../../ops/array/gathering.ts";
import { broadcastTo, expandDims, squeeze } from "../../../ops/array/shapes.ts";
import { reduceSum } from "../../../ops/math/reductions.ts";
import { square } from "../../../ops/math/signs.ts";
import { convert } from "../../../runtime/convert.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";

/** Keeps the division defined when nothing is left in. */
const EPSILON = 1e-7;

/**
 * Mean and variance of `x` over `axes`, where `mask` (of one axis less) is true.
 * @see https://keras.io/api/layers/normalization_layers/batch_normalization/
 */
export function maskedMoments(x: Tensor, mask: Tensor, axes: readonly number[]): [Tensor, Tensor] {
  const isIn = broadcastTo(expandDims(mask.cast("bool"), -1), executeOne("Shape", [x], { out_type: "int32" }));
  const zero = convert("BatchNormalization", 0, x.dtype);
  const sum = (values: Tensor): Tensor => reduceSum(values, { axis: axes, keepdims: true });
  const count = sum(isIn.cast(x.dtype)).add(EPSILON);
  const mean = sum(where(isIn, x, zero)).divide(count);
  const variance = sum(square(where(isIn, x.subtract(mean), zero))).divide(count);
  return [squeeze(mean, { axis: axes }), squeeze(variance, { axis: axes })];
}
