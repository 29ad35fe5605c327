/** Samples for gradients/normalization.ts. */
import { floats, given, type Sample, singles } from "../sample.ts";

const batchNorm = (isTraining: boolean): Sample => ({
  inputs: [
    singles([2, 2, 2, 2], -2, 2),
    singles([2], 0.5, 1.5),
    singles([2]),
    ...[singles([2]), singles([2], 0.5, 1.5)].map((v) => (isTraining ? given([0], [], "float32") : v)),
  ],
  attributes: { is_training: isTraining, epsilon: 0.01 },
  wrt: [0, 1, 2],
  outputs: [0],
  once: "FusedBatchNormGrad has no gradient; tf.nn.batchNormalization has",
});

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  BiasAdd: [{ inputs: [floats([2, 3]), floats([3])] }, { inputs: [floats([2, 3, 2, 2]), floats([3])], attributes: { data_format: "NCHW" } }],
  BiasAddGrad: [{ inputs: [floats([2, 3])] }, { inputs: [floats([2, 3, 2, 2])], attributes: { data_format: "NCHW" } }],
  FusedBatchNorm: [batchNorm(true), batchNorm(false)],
  FusedBatchNormV2: [batchNorm(true), batchNorm(false)],
  FusedBatchNormV3: [batchNorm(true), batchNorm(false)],
  LRN: { inputs: [singles([1, 1, 2, 4])], once: "LRNGrad has no gradient in TensorFlow either" },
};
