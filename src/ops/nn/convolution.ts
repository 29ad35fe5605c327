/** Convolutions. Inputs are `[batch, ..., channels]`; filters `[..., inChannels, outChannels]`, where inChannels may divide the channels (groups). */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { rankedShape, run } from "../operands.ts";
import { addAxis, overBatch, removeAxis } from "./batches.ts";
import {
  type DataFormat,
  dataFormatOf,
  type ExplicitPadding,
  namedPadding,
  type Padding,
  paddingOf,
  perAxis,
  type Window,
  windowed,
} from "./windows.ts";

/** Options of convolutions. */
export interface ConvolutionOptions {
  /** Order of the axes; channels last when not given. */
  dataFormat?: DataFormat;
  /** Steps between the inputs that one output sees: one number, or one for each spatial axis. */
  dilations?: Window;
}

/** Axes of filters with one, two and three spatial axes, for messages. */
export const filterAxes: readonly string[] = [
  "[width, inChannels, outChannels]",
  "[height, width, inChannels, outChannels]",
  "[depth, height, width, inChannels, outChannels]",
];

/**
 * 2-D convolution: `[batch, height, width, inChannels]` with filters `[height, width, inChannels, outChannels]` gives
 * `[batch, outHeight, outWidth, outChannels]`. More batch axes may come first.
 * @throws when ranks or channels do not fit, or `dataFormat` is "NCHW" without a GPU.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/conv2d
 * @example
 * const image = tf.ones([1, 3, 3, 1]);
 * console.log(tf.nn.conv2d(image, tf.ones([2, 2, 1, 1]), 1, "VALID").at(0, "...", 0).array()); // => [ [ 4, 4 ], [ 4, 4 ] ]
 */
export function conv2d(
  input: TensorLike,
  filters: TensorLike,
  strides: Window,
  padding: ExplicitPadding,
  options: ConvolutionOptions = {},
): Tensor {
  const api = "tf.nn.conv2d";
  checkOptions(api, options, { dataFormat: true, dilations: true });
  const [x, w] = convertAll(api, [input, filters]) as [Tensor, Tensor];
  const format = dataFormatOf(api, options.dataFormat, 2);
  const attributes = {
    strides: perAxis(api, "strides", strides, 2, format),
    dilations: perAxis(api, "dilations", options.dilations ?? 1, 2, format),
    data_format: format,
    ...paddingOf(api, padding, 4),
  };
  return overBatch(x, 4, (images) => run(api, "Conv2D", [images, w], attributes, windowed(2, filterAxes[1])));
}

/**
 * 1-D convolution: `[batch, width, inChannels]` with filters `[width, inChannels, outChannels]` gives `[batch, outWidth, outChannels]`.
 * @throws when ranks or channels do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/conv1d
 * @example
 * console.log(tf.nn.conv1d(tf.ones([1, 4, 1]), tf.ones([2, 1, 1]), 1, "VALID").at(0, ":", 0).array()); // => [ 2, 2, 2 ]
 */
export function conv1d(
  input: TensorLike,
  filters: TensorLike,
  stride: Window,
  padding: Padding,
  options: ConvolutionOptions = {},
): Tensor {
  const api = "tf.nn.conv1d";
  checkOptions(api, options, { dataFormat: true, dilations: true });
  const [x, w] = convertAll(api, [input, filters]) as [Tensor, Tensor];
  const format = dataFormatOf(api, options.dataFormat, 1);
  const flat = (numbers: readonly number[]): number[] => insertOne(numbers, format);
  const attributes = {
    strides: flat(perAxis(api, "stride", stride, 1, format)),
    dilations: flat(perAxis(api, "dilations", options.dilations ?? 1, 1, format)),
    data_format: format === "NCW" ? "NCHW" : "NHWC",
    ...namedPadding(api, padding),
  };
  const axis = format === "NCW" ? -2 : -3;
  return overBatch(x, 3, (rows) => {
    windowed(1, filterAxes[0])(api, [rows, w]);
    return removeAxis(run(api, "Conv2D", [addAxis(rows, axis), addAxis(w, 0)], attributes), axis);
  });
}

/** `numbers` for the axes of a 1-D op as those of a 2-D op of height 1. */
export function insertOne(numbers: readonly number[], format: string): number[] {
  const at = format === "NCW" ? 2 : 1;
  return [...numbers.slice(0, at), 1, ...numbers.slice(at)];
}

/**
 * 3-D convolution: `[batch, depth, height, width, inChannels]` with filters `[depth, height, width, inChannels, outChannels]`.
 * @throws when ranks or channels do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/conv3d
 * @example
 * console.log(tf.nn.conv3d(tf.ones([1, 2, 2, 2, 1]), tf.ones([2, 2, 2, 1, 1]), 1, "VALID").item()); // => 8
 */
export function conv3d(
  input: TensorLike,
  filters: TensorLike,
  strides: Window,
  padding: Padding,
  options: ConvolutionOptions = {},
): Tensor {
  const api = "tf.nn.conv3d";
  checkOptions(api, options, { dataFormat: true, dilations: true });
  const [x, w] = convertAll(api, [input, filters]) as [Tensor, Tensor];
  const format = dataFormatOf(api, options.dataFormat, 3);
  const attributes = {
    strides: perAxis(api, "strides", strides, 3, format),
    dilations: perAxis(api, "dilations", options.dilations ?? 1, 3, format),
    data_format: format,
    ...namedPadding(api, padding),
  };
  return overBatch(x, 5, (volumes) => run(api, "Conv3D", [volumes, w], attributes, windowed(3, filterAxes[2])));
}

/**
 * Convolution over one, two or three spatial axes, as many as the input has beside batch and channels.
 * @throws when the input has another rank, or the filters do not fit it.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/convolution
 * @example
 * console.log(tf.nn.convolution(tf.ones([1, 4, 1]), tf.ones([3, 1, 1])).shape); // => [ 1, 2, 1 ]
 */
export function convolution(
  input: TensorLike,
  filters: TensorLike,
  options: ConvolutionOptions & { strides?: Window; padding?: Padding } = {},
): Tensor {
  const { strides = 1, padding = "VALID", ...rest } = options;
  const w = convert("tf.nn.convolution", filters);
  const numSpatial = rankedShape("tf.nn.convolution", w).length - 2;
  const convolve = [conv1d, conv2d, conv3d][numSpatial - 1];
  if (!convolve) throw invalidArgument("tf.nn.convolution", "filters of 3, 4 or 5 axes", `${numSpatial + 2}`);
  return convolve(input, w, strides, padding, rest);
}

/**
 * 2-D convolution with holes: filters see every `rate`-th row and column.
 * @throws when ranks or channels do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/atrous_conv2d
 * @example
 * console.log(tf.nn.atrousConv2d(tf.ones([1, 5, 5, 1]), tf.ones([2, 2, 1, 1]), 2, "VALID").shape); // => [ 1, 3, 3, 1 ]
 */
export function atrousConv2d(value: TensorLike, filters: TensorLike, rate: number, padding: Padding): Tensor {
  return conv2d(value, filters, 1, padding, { dilations: rate });
}
