/** Transposed convolutions: the gradients of convolutions with respect to their inputs, which make images larger. */
import { convert, convertAll } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { integers, run, type ShapeLike } from "../operands.ts";
import { addAxis, removeAxis } from "./batches.ts";
import { type ConvolutionOptions, insertOne } from "./convolution.ts";
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

/**
 * The transpose of {@link conv2d}: `[batch, height, width, inChannels]` with filters `[height, width, outChannels, inChannels]` gives
 * `outputShape`.
 * @throws when `outputShape` does not belong to input, filters, strides and padding.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/conv2d_transpose
 * @example
 * const y = tf.nn.conv2dTranspose(tf.ones([1, 2, 2, 1]), tf.ones([2, 2, 1, 1]), [1, 4, 4, 1], 2);
 * console.log(y.at(0, 0, ":", 0).array()); // => [ 1, 1, 1, 1 ]
 */
export function conv2dTranspose(
  input: TensorLike,
  filters: TensorLike,
  outputShape: ShapeLike,
  strides: Window,
  options: ConvolutionOptions & { padding?: ExplicitPadding } = {},
): Tensor {
  const api = "tf.nn.conv2dTranspose";
  const [x, w] = convertAll(api, [input, filters]) as [Tensor, Tensor];
  const format = dataFormatOf(api, options.dataFormat, 2);
  const attributes = {
    strides: perAxis(api, "strides", strides, 2, format),
    dilations: perAxis(api, "dilations", options.dilations ?? 1, 2, format),
    data_format: format,
    ...paddingOf(api, options.padding ?? "SAME", 4),
  };
  const sizes = integers(api, outputShape);
  return run(api, "Conv2DBackpropInput", [sizes, w, x], attributes, () => windowed(2)(api, [x]));
}

/**
 * The transpose of {@link conv1d}: `[batch, width, inChannels]` with filters `[width, outChannels, inChannels]` gives `outputShape`.
 * @throws when `outputShape` does not belong to input, filters, strides and padding.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/conv1d_transpose
 * @example
 * console.log(tf.nn.conv1dTranspose(tf.ones([1, 2, 1]), tf.ones([2, 1, 1]), [1, 4, 1], 2).shape); // => [ 1, 4, 1 ]
 */
export function conv1dTranspose(
  input: TensorLike,
  filters: TensorLike,
  outputShape: ShapeLike,
  strides: Window,
  options: ConvolutionOptions & { padding?: Padding } = {},
): Tensor {
  const api = "tf.nn.conv1dTranspose";
  const [x, w] = convertAll(api, [input, filters]) as [Tensor, Tensor];
  const format = dataFormatOf(api, options.dataFormat, 1);
  windowed(1)(api, [x]);
  const attributes = {
    strides: insertOne(perAxis(api, "strides", strides, 1, format), format),
    dilations: insertOne(perAxis(api, "dilations", options.dilations ?? 1, 1, format), format),
    data_format: format === "NCW" ? "NCHW" : "NHWC",
    ...namedPadding(api, options.padding ?? "SAME"),
  };
  const axis = format === "NCW" ? -2 : -3;
  const sizes = withHeight(api, outputShape, format);
  return removeAxis(run(api, "Conv2DBackpropInput", [sizes, addAxis(w, 0), addAxis(x, axis)], attributes), axis);
}

function withHeight(api: string, shape: ShapeLike, format: string): Tensor {
  if (!(shape instanceof Tensor)) return convert(api, insertOne(shape, format), "int32");
  const [first, second, third] = [0, 1, 2].map((i) => shape.at(i));
  const one = convert(api, 1, shape.dtype);
  const lengths = format === "NCW" ? [first, second, one, third] : [first, one, second, third];
  return executeOne("Pack", [lengths as Tensor[]]);
}

/**
 * The transpose of {@link conv3d}: `[batch, depth, height, width, inChannels]` with filters
 * `[depth, height, width, outChannels, inChannels]` gives `outputShape`.
 * @throws when `outputShape` does not belong to input, filters, strides and padding.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/conv3d_transpose
 * @example
 * const y = tf.nn.conv3dTranspose(tf.ones([1, 1, 1, 1, 1]), tf.ones([2, 2, 2, 1, 1]), [1, 2, 2, 2, 1], 2);
 * console.log(y.shape); // => [ 1, 2, 2, 2, 1 ]
 */
export function conv3dTranspose(
  input: TensorLike,
  filters: TensorLike,
  outputShape: ShapeLike,
  strides: Window,
  options: ConvolutionOptions & { padding?: Padding } = {},
): Tensor {
  const api = "tf.nn.conv3dTranspose";
  const [x, w] = convertAll(api, [input, filters]) as [Tensor, Tensor];
  const format = dataFormatOf(api, options.dataFormat, 3);
  const attributes = {
    strides: perAxis(api, "strides", strides, 3, format),
    dilations: perAxis(api, "dilations", options.dilations ?? 1, 3, format),
    data_format: format,
    ...namedPadding(api, options.padding ?? "SAME"),
  };
  const sizes = integers(api, outputShape);
  return run(api, "Conv3DBackpropInputV2", [sizes, w, x], attributes, () => windowed(3)(api, [x]));
}
