/** Samples for gradients/activations.ts. */
import { distinct, floats, given, ints, type Sample } from "../sample.ts";

const kinked: Sample = { inputs: [distinct([2, 3])] };
const gradient: Sample = { inputs: [floats([6]), distinct([6])] };
const labels = given([2, 3], [0.2, 0.5, 0.3, 0.1, 0.1, 0.8]);

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  Relu: kinked,
  Relu6: { inputs: [given([4], [-1, 2, 5, 7])] },
  LeakyRelu: [kinked, { ...kinked, attributes: { alpha: 0.3 } }],
  Elu: kinked,
  Selu: kinked,
  Softplus: kinked,
  Softsign: kinked,
  ReluGrad: gradient,
  Relu6Grad: { inputs: [floats([4]), given([4], [-1, 2, 5, 7])] },
  LeakyReluGrad: { ...gradient, attributes: { alpha: 0.3 } },
  EluGrad: { inputs: [floats([4]), given([4], [-0.7, -0.2, 0.5, 2])] },
  SeluGrad: { inputs: [floats([4]), given([4], [-0.7, -0.2, 0.5, 2])] },
  SoftplusGrad: gradient,
  SoftsignGrad: gradient,
  Softmax: { inputs: [floats([2, 3])] },
  LogSoftmax: { inputs: [floats([2, 3])] },
  SparseSoftmaxCrossEntropyWithLogits: [
    { inputs: [floats([2, 3]), ints([2, 0])] },
    { inputs: [floats([2, 3]), ints([2, 0])], outputs: [0] },
  ],
  SoftmaxCrossEntropyWithLogits: [{ inputs: [floats([2, 3]), labels] }, { inputs: [floats([2, 3]), labels], outputs: [0] }],
};
