/** Means, variances, and what is normalized with them. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { checkOptions } from "../../base/options.ts";
import { convert, isTensorOrVariable } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { type Axis, axes, run, runAll } from "../operands.ts";
import { dataFormatOf, windowed } from "./windows.ts";

/**
 * Mean and variance of `x` over `axes`. float16 and bfloat16 are computed in float32.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/moments
 * @example
 * const [mean, variance] = tf.nn.moments([1, 2, 3, 4], [0]);
 * console.log(mean.item(), variance.item()); // => 2.5 1.25
 */
export function moments(x: TensorLike, axesOfMoments: Axis, options: { keepdims?: boolean } = {}): [Tensor, Tensor] {
  const api = "tf.nn.moments";
  checkOptions(api, options, { keepdims: true });
  const given = convert(api, x);
  const isHalf = dtypeFacts[given.dtype].bytes === 2 && dtypeFacts[given.dtype].kind === "float";
  const y = isHalf ? given.cast("float32") : given;
  const list = typeof axesOfMoments === "number" ? [axesOfMoments] : axesOfMoments;
  const reduced = axes(api, y, list);
  const mean = run(api, "Mean", [y, reduced], { keep_dims: true });
  // The mean is a constant here: its part of the gradient is zero.
  const squares = executeOne("SquaredDifference", [y, executeOne("StopGradient", [mean])]);
  const variance = executeOne("Mean", [squares, reduced], { keep_dims: true });
  const finish = (moment: Tensor): Tensor => {
    const shaped = options.keepdims ? moment : executeOne("Squeeze", [moment], { squeeze_dims: list });
    return isHalf ? shaped.cast(given.dtype) : shaped;
  };
  return [finish(mean), finish(variance)];
}

/**
 * `(x - mean) / sqrt(variance + varianceEpsilon) * scale + offset`, broadcast; `offset` and `scale` may be null.
 * @throws when shapes do not broadcast or dtypes differ.
 * @see https://arxiv.org/abs/1502.03167
 * @example
 * console.log(tf.nn.batchNormalization([3], [1], [4], [10], null, 0).array()); // => [ 11 ]
 */
export function batchNormalization(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  offset: TensorLike | null,
  scale: TensorLike | null,
  varianceEpsilon: TensorLike,
): Tensor {
  const api = "tf.nn.batchNormalization";
  const input = convert(api, x);
  // Statistics may be more precise than the input: halves with float32 means and variances.
  const dtype = isTensorOrVariable(variance) ? variance.dtype : input.dtype;
  const inverse = run(api, "Rsqrt", [convert(api, variance, dtype).add(varianceEpsilon)]);
  const factor = scale === null ? inverse : inverse.multiply(scale);
  const moved = convert(api, mean, dtype).multiply(factor);
  const shift = offset === null ? moved.negative() : convert(api, offset, dtype).subtract(moved);
  return input.multiply(factor.cast(input.dtype)).add(shift.cast(input.dtype));
}

/**
 * Batch normalization of `[batch, height, width, channels]` as one op, over all axes but the channels. With `isTraining` it takes the
 * batch's own mean and variance, otherwise those given. Gives the normalized input, and mean and variance per channel (running ones with `exponentialAvgFactor`).
 * @throws when ranks do not fit, or mean and variance are missing where they are needed.
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/nn/fused_batch_norm
 * @example
 * const [y, mean, variance] = tf.nn.fusedBatchNorm([[[[1], [3]]]], [1], [0]);
 * console.log(y.shape, mean.array(), variance.array()); // => [ 1, 1, 2, 1 ] [ 2 ] [ 2 ]
 */
export function fusedBatchNorm(
  x: TensorLike,
  scale: TensorLike,
  offset: TensorLike,
  options: {
    mean?: TensorLike;
    variance?: TensorLike;
    epsilon?: number;
    dataFormat?: "NHWC" | "NCHW";
    isTraining?: boolean;
    exponentialAvgFactor?: number;
  } = {},
): [Tensor, Tensor, Tensor] {
  const api = "tf.nn.fusedBatchNorm";
  checkOptions(api, options, {
    mean: true,
    variance: true,
    epsilon: true,
    dataFormat: true,
    isTraining: true,
    exponentialAvgFactor: true,
  });
  const { epsilon = 0.001, isTraining = true, exponentialAvgFactor = 1 } = options;
  const input = convert(api, x);
  const parameters = input.dtype === "bfloat16" || input.dtype === "float16" ? "float32" : input.dtype;
  const given = (value: TensorLike | undefined): Tensor => convert(api, value ?? new Float32Array(0), parameters);
  const inputs = [input, given(scale), given(offset), given(options.mean), given(options.variance)];
  const attributes = {
    epsilon,
    is_training: isTraining,
    exponential_avg_factor: exponentialAvgFactor,
    data_format: dataFormatOf(api, options.dataFormat, 2),
  };
  return runAll(api, "FusedBatchNormV3", inputs, attributes, windowed(2)).slice(0, 3) as [Tensor, Tensor, Tensor];
}

/**
 * `x / sqrt(max(sum(x ** 2), epsilon))` along `axis`, over all axes when none is given.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/l2_normalize
 * @example
 * console.log(tf.nn.l2Normalize([3, 4]).at(1).item().toFixed(1)); // => 0.8
 */
export function l2Normalize(x: TensorLike, options: { axis?: Axis; epsilon?: number } = {}): Tensor {
  const api = "tf.nn.l2Normalize";
  checkOptions(api, options, { axis: true, epsilon: true });
  const input = convert(api, x);
  const squares = run(api, "Square", [input]);
  const sum = run(api, "Sum", [squares, axes(api, input, options.axis)], { keep_dims: true });
  const floor = convert(api, options.epsilon ?? 1e-12, input.dtype);
  return input.multiply(executeOne("Rsqrt", [executeOne("Maximum", [sum, floor])]));
}

/**
 * Each element of `[batch, height, width, channels]` divided by `(bias + alpha * sum of squares of 2 * depthRadius + 1 channels) ** beta`.
 * @throws when the rank is another.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/local_response_normalization
 * @example
 * console.log(tf.nn.localResponseNormalization([[[[2]]]], { bias: 0, beta: 0.5 }).item()); // => 1
 */
export function localResponseNormalization(
  input: TensorLike,
  options: { depthRadius?: number; bias?: number; alpha?: number; beta?: number } = {},
): Tensor {
  checkOptions("tf.nn.localResponseNormalization", options, { depthRadius: true, bias: true, alpha: true, beta: true });
  const { depthRadius = 5, bias = 1, alpha = 1, beta = 0.5 } = options;
  const api = "tf.nn.localResponseNormalization";
  return run(api, "LRN", [convert(api, input)], { depth_radius: depthRadius, bias, alpha, beta }, windowed(2));
}
