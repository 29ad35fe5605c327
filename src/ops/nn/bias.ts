/** Bias, and rearrangements between channels and space. */
import { checkOptions } from "../../base/options.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { oneOf, run } from "../operands.ts";
import { dataFormatOf, windowed } from "./windows.ts";

/**
 * `value` `[..., channels]` plus `bias` `[channels]`; with `dataFormat` "NCHW" the channels are the second axis.
 * @throws when the number of channels differs.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/bias_add
 * @example
 * console.log(tf.nn.biasAdd([[1, 2], [3, 4]], [10, 20]).array()); // => [ [ 11, 22 ], [ 13, 24 ] ]
 */
export function biasAdd(value: TensorLike, bias: TensorLike, options: { dataFormat?: string } = {}): Tensor {
  const api = "tf.nn.biasAdd";
  checkOptions(api, options, { dataFormat: true });
  const [x, b] = convertAll(api, [value, bias]) as [Tensor, Tensor];
  const { dataFormat = "NHWC" } = options;
  const known = ["N...C", "NC...", "NWC", "NCW", "NHWC", "NCHW", "NDHWC", "NCDHW"] as const;
  const isFirst = oneOf(api, "dataFormat", dataFormat, known).startsWith("NC");
  return run(api, "BiasAdd", [x, b], { data_format: isFirst ? "NCHW" : "NHWC" });
}

/**
 * Moves channels into space: `[batch, height, width, blockSize ** 2 * c]` becomes `[batch, blockSize * height, blockSize * width, c]`.
 * @throws when the channels do not divide by `blockSize ** 2`.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/depth_to_space
 * @example
 * console.log(tf.nn.depthToSpace([[[[1, 2, 3, 4]]]], 2).shape); // => [ 1, 2, 2, 1 ]
 */
export function depthToSpace(
  input: TensorLike,
  blockSize: number,
  options: { dataFormat?: "NHWC" | "NCHW" } = {},
): Tensor {
  const api = "tf.nn.depthToSpace";
  checkOptions(api, options, { dataFormat: true });
  const attributes = { block_size: blockSize, data_format: dataFormatOf(api, options.dataFormat, 2) };
  return run(api, "DepthToSpace", [convert(api, input)], attributes, windowed(2));
}

/**
 * Moves space into channels: `[batch, height, width, c]` becomes `[batch, height / blockSize, width / blockSize, blockSize ** 2 * c]`.
 * @throws when height or width do not divide by `blockSize`.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/space_to_depth
 * @example
 * console.log(tf.nn.spaceToDepth([[[[1], [2]], [[3], [4]]]], 2).at(0, 0).array()); // => [ [ 1, 2, 3, 4 ] ]
 */
export function spaceToDepth(
  input: TensorLike,
  blockSize: number,
  options: { dataFormat?: "NHWC" | "NCHW" } = {},
): Tensor {
  const api = "tf.nn.spaceToDepth";
  checkOptions(api, options, { dataFormat: true });
  const attributes = { block_size: blockSize, data_format: dataFormatOf(api, options.dataFormat, 2) };
  return run(api, "SpaceToDepth", [convert(api, input)], attributes, windowed(2));
}
