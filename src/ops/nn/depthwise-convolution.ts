/** Convolutions that treat each channel for itself, and the pair of them with a 1 by 1 convolution. */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapeText } from "../../base/shapes.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run } from "../operands.ts";
import { overBatch } from "./batches.ts";
import { type ConvolutionOptions, conv2d } from "./convolution.ts";
import {
  dataFormatOf,
  type ExplicitPadding,
  namedPadding,
  type Padding,
  paddingOf,
  perAxis,
  type Window,
  windowed,
} from "./windows.ts";

const filterAxes = "[height, width, inChannels, channelMultiplier]";

/**
 * Convolves each channel with filters of its own: `[batch, height, width, inChannels]` with
 * `[height, width, inChannels, channelMultiplier]` gives `[batch, outHeight, outWidth, inChannels * channelMultiplier]`.
 * @throws when ranks or channels do not fit, or both strides and dilations are above 1.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/depthwise_conv2d
 * @example
 * const y = tf.nn.depthwiseConv2d(tf.ones([1, 2, 2, 3]), tf.ones([2, 2, 3, 1]), [1, 1, 1, 1], "VALID");
 * console.log(y.at(0, 0).array()); // => [ [ 4, 4, 4 ] ]
 */
export function depthwiseConv2d(
  input: TensorLike,
  filter: TensorLike,
  strides: Window,
  padding: ExplicitPadding,
  options: ConvolutionOptions = {},
): Tensor {
  const api = "tf.nn.depthwiseConv2d";
  checkOptions(api, options, { dataFormat: true, dilations: true });
  const [x, w] = convertAll(api, [input, filter]) as [Tensor, Tensor];
  const format = dataFormatOf(api, options.dataFormat, 2);
  const attributes = { strides: perAxis(api, "strides", strides, 2, format), data_format: format };
  const rates = perAxis(api, "dilations", options.dilations ?? 1, 2, format);
  const convolve = (images: Tensor, paddingAttributes: object): Tensor =>
    run(api, "DepthwiseConv2dNative", [images, w], { ...attributes, ...paddingAttributes }, windowed(2, filterAxes));
  if (rates.every((rate) => rate === 1))
    return overBatch(x, 4, (images) => convolve(images, paddingOf(api, padding, 4)));
  if (attributes.strides.some((stride) => stride !== 1))
    throw invalidArgument(api, "strides of 1 beside dilations", `strides ${strides}`);
  const { padding: name } = namedPadding(api, padding as Padding);
  const spatial = format === "NCHW" ? ([2, 3] as const) : ([1, 2] as const);
  const blocks = spatial.map((axis) => rates[axis] as number);
  return overBatch(x, 4, (images) =>
    overHoles(api, images, w, blocks, name === "SAME", (parts) => convolve(parts, { padding: "VALID" })),
  );
}

/**
 * `convolve` with dilations: every `rate`-th row and column becomes an image of its own, each is convolved, and the results are woven
 * together again. Channels come last.
 */
export function overHoles(
  api: string,
  x: Tensor,
  filter: Tensor,
  rates: readonly number[],
  isSame: boolean,
  convolve: (parts: Tensor) => Tensor,
): Tensor {
  const lengths = x.staticShape?.slice(1, 3) ?? [];
  if (lengths.length < 2 || lengths.includes(null)) {
    throw invalidArgument(
      api,
      "known height and width beside dilations",
      shapeText(x.staticShape),
      "call tf.ensureShape(x, shape) first",
    );
  }
  const paddings: number[][] = [];
  const crops: number[][] = [];
  rates.forEach((rate, axis) => {
    const border = isSame ? ((filter.shape[axis] as number) - 1) * rate : 0;
    const start = Math.floor(border / 2);
    const rest = (rate - (((lengths[axis] as number) + border) % rate)) % rate;
    paddings.push([start, border - start + rest]);
    crops.push([0, rest]);
  });
  const [block, pads, cuts] = [rates, paddings, crops].map((numbers) => convert(api, numbers as number[], "int32")) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const parts = executeOne("SpaceToBatchND", [x, block, pads]);
  return executeOne("BatchToSpaceND", [convolve(parts), block, cuts]);
}

/**
 * {@link depthwiseConv2d}, then a 1 by 1 convolution that mixes its channels: `pointwiseFilter` is
 * `[1, 1, inChannels * channelMultiplier, outChannels]`.
 * @throws when ranks or channels do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/separable_conv2d
 * @example
 * const [depthwise, pointwise] = [tf.ones([2, 2, 3, 1]), tf.ones([1, 1, 3, 5])];
 * console.log(tf.nn.separableConv2d(tf.ones([1, 2, 2, 3]), depthwise, pointwise, [1, 1, 1, 1], "VALID").shape); // => [ 1, 1, 1, 5 ]
 */
export function separableConv2d(
  input: TensorLike,
  depthwiseFilter: TensorLike,
  pointwiseFilter: TensorLike,
  strides: Window,
  padding: Padding,
  options: ConvolutionOptions = {},
): Tensor {
  checkOptions("tf.nn.separableConv2d", options, { dataFormat: true, dilations: true });
  const channels = depthwiseConv2d(input, depthwiseFilter, strides, padding, options);
  const { dataFormat } = options;
  return conv2d(channels, pointwiseFilter, 1, "VALID", dataFormat === undefined ? {} : { dataFormat });
}
