/** Labels and predictions as the functional losses take them. */
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { sameRank } from "./reduction.ts";

/** What losses clip probabilities by and add to denominators. */
export const epsilon = 1e-7;

/** Both as tensors of the predictions' dtype. */
export function operands(api: string, yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const predictions = convert(api, yPred);
  return [convert(api, yTrue).cast(predictions.dtype), predictions];
}

/** Both as tensors of the predictions' dtype, and of the same number of axes where one of length 1 can come or go. */
export function alignedOperands(api: string, yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const [labels, predictions] = operands(api, yTrue, yPred);
  return sameRank(labels, predictions);
}
