/** `tf.math`: functions of elements, reductions, counts and segments. The most common ones are found at `tf` too. */
export { invertPermutation, topK } from "../array/ordering.ts";
export { logSoftmax, softmax, softplus, softsign } from "../nn/activations.ts";
export { inTopK } from "../nn/embedding.ts";
export { l2Normalize } from "../nn/normalization.ts";
export * from "./arithmetic.ts";
export * from "./comparisons.ts";
export { angle, conj, imag, real } from "./complex.ts";
export {
  type BincountOptions,
  bincount,
  type ConfusionMatrixOptions,
  confusionMatrix,
  countNonzero,
} from "./counting.ts";
export * from "./exponential.ts";
export * from "./positions.ts";
export * from "./predicates.ts";
export * from "./reductions.ts";
export * from "./rounding.ts";
export * from "./scans.ts";
export * from "./segments.ts";
export * from "./signs.ts";
export * from "./special.ts";
export * from "./statistics.ts";
export * from "./sums.ts";
export * from "./trigonometric.ts";
