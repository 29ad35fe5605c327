/** `tf.nn`: what networks are built of. Axes are batch first and channels last. */
export { topK } from "../array/ordering.ts";
export { sigmoid } from "../math/exponential.ts";
export { zeroFraction } from "../math/statistics.ts";
export { tanh } from "../math/trigonometric.ts";
export {
  crelu,
  elu,
  gelu,
  leakyRelu,
  logSoftmax,
  relu,
  relu6,
  selu,
  silu,
  softmax,
  softplus,
  softsign,
  swish,
} from "./activations.ts";
export { biasAdd, depthToSpace, spaceToDepth } from "./bias.ts";
export { atrousConv2d, type ConvolutionOptions, conv1d, conv2d, conv3d, convolution } from "./convolution.ts";
export { depthwiseConv2d, separableConv2d } from "./depthwise-convolution.ts";
export { dropout } from "./dropout.ts";
export { embeddingLookup, inTopK } from "./embedding.ts";
export {
  l2Loss,
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
  weightedCrossEntropyWithLogits,
} from "./losses.ts";
export {
  batchNormalization,
  fusedBatchNorm,
  l2Normalize,
  localResponseNormalization,
  moments,
} from "./normalization.ts";
export {
  avgPool,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  maxPool,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  maxPoolWithArgmax,
  type PoolingOptions,
} from "./pooling.ts";
export { conv1dTranspose, conv2dTranspose, conv3dTranspose } from "./transposed-convolution.ts";
export type { DataFormat, ExplicitPadding, Padding, Window } from "./windows.ts";
