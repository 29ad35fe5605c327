/** Gradients of biases and of batch and response normalization. */
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Application, Rule, Rules } from "../rule.ts";
import { broadcastTo, reshape, shapeOf } from "../rule-ops.ts";

/**
 * y = scale (x - mean) / sqrt(variance + epsilon) + offset. In training, mean and variance are those of x; in inference they are
 * inputs and count as constants. What the op returns of statistics passes no gradient on.
 */
const fusedBatchNorm =
  (gradientOp: string, numReserved: number): Rule =>
  (r) => {
    const isTraining = r.attribute<boolean>("is_training");
    const [x, scale, , mean, variance] = r.inputs;
    const reserved = r.outputs.slice(3, 3 + numReserved);
    if (!isTraining) reserved.splice(0, 2, mean, variance);
    const [dx, dScale, dOffset] = execute(gradientOp, [r.g, x, scale, ...reserved], {
      epsilon: r.attribute<number>("epsilon"),
      data_format: r.attribute<string>("data_format"),
      is_training: isTraining,
    });
    return [dx as Tensor, dScale as Tensor, dOffset as Tensor, null, null];
  };

/** A vector of channels, one for each element of the tensor that they were summed from. */
function spreadChannels(r: Application): Tensor {
  const shape = shapeOf(r.x);
  if (r.attribute<string>("data_format") !== "NCHW") return broadcastTo(r.g, shape);
  const inner = (r.x.staticShape?.length ?? 4) - 2;
  return broadcastTo(reshape(r.g, [-1, ...new Array<number>(inner).fill(1)]), shape);
}

export const normalization: Rules = {
  BiasAdd: (r) => [() => r.g, () => executeOne("BiasAddGrad", [r.g], r.shared("BiasAddGrad"))],
  BiasAddGrad: (r) => [spreadChannels(r)],
  FusedBatchNorm: fusedBatchNorm("FusedBatchNormGrad", 2),
  FusedBatchNormV2: fusedBatchNorm("FusedBatchNormGradV2", 2),
  FusedBatchNormV3: fusedBatchNorm("FusedBatchNormGradV3", 3),
  LRN: (r) => [executeOne("LRNGrad", [r.g, r.x, r.y], r.shared("LRNGrad"))],
};
