/** Pooling: the largest or the mean value of each window. Inputs are `[batch, ..., channels]`. */
import type { DType } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Attributes } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { rankedShape, run, runAll } from "../operands.ts";
import { addAxis, removeAxis } from "./batches.ts";
import { insertOne } from "./convolution.ts";
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

/** Options of poolings. */
export interface PoolingOptions {
  /** Order of the axes; channels last when not given. */
  dataFormat?: DataFormat;
}

function pool(
  api: string,
  op: string,
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Attributes,
  numSpatial: number,
  options: PoolingOptions,
): Tensor {
  const format = dataFormatOf(api, options.dataFormat, numSpatial);
  const attributes = {
    ksize: perAxis(api, "ksize", ksize, numSpatial, format),
    strides: perAxis(api, "strides", strides, numSpatial, format),
    data_format: format,
    ...padding,
  };
  return run(api, op, [convert(api, input)], attributes, windowed(numSpatial));
}

/** 1-D pooling as 2-D pooling of images of height 1. */
function poolRows(
  api: string,
  op: string,
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: PoolingOptions,
): Tensor {
  const x = convert(api, input);
  windowed(1)(api, [x]);
  const format = dataFormatOf(api, options.dataFormat, 1);
  const axis = format === "NCW" ? -2 : -3;
  const attributes = {
    ksize: insertOne(perAxis(api, "ksize", ksize, 1, format), format),
    strides: insertOne(perAxis(api, "strides", strides, 1, format), format),
    data_format: format === "NCW" ? "NCHW" : "NHWC",
    ...namedPadding(api, padding),
  };
  return removeAxis(run(api, op, [addAxis(x, axis)], attributes), axis);
}

/**
 * The largest value of each window of `[batch, height, width, channels]`.
 * @throws when the rank is another, or `dataFormat` is "NCHW" without a GPU.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/max_pool2d
 * @example
 * const image = tf.reshape(tf.range(16), [1, 4, 4, 1]);
 * console.log(tf.nn.maxPool2d(image, 2, 2, "VALID").at(0, "...", 0).array()); // => [ [ 5, 7 ], [ 13, 15 ] ]
 */
export function maxPool2d(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: ExplicitPadding,
  options: PoolingOptions = {},
): Tensor {
  checkOptions("tf.nn.maxPool2d", options, { dataFormat: true });
  return pool(
    "tf.nn.maxPool2d",
    "MaxPool",
    input,
    ksize,
    strides,
    paddingOf("tf.nn.maxPool2d", padding, 4),
    2,
    options,
  );
}

/**
 * The mean of each window of `[batch, height, width, channels]`; padding does not count.
 * @throws when the rank is another, or `dataFormat` is "NCHW" without a GPU.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/avg_pool2d
 * @example
 * const image = tf.constant([[[[0], [1]], [[2], [3]]]]);
 * console.log(tf.nn.avgPool2d(image, 2, 2, "VALID").item()); // => 1.5
 */
export function avgPool2d(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: PoolingOptions = {},
): Tensor {
  checkOptions("tf.nn.avgPool2d", options, { dataFormat: true });
  return pool(
    "tf.nn.avgPool2d",
    "AvgPool",
    input,
    ksize,
    strides,
    namedPadding("tf.nn.avgPool2d", padding),
    2,
    options,
  );
}

/**
 * The largest value of each window of `[batch, width, channels]`.
 * @throws when the rank is another.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/max_pool1d
 * @example
 * console.log(tf.nn.maxPool1d([[[1], [3], [2], [0]]], 2, 2, "VALID").array()); // => [ [ [ 3 ], [ 2 ] ] ]
 */
export function maxPool1d(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: PoolingOptions = {},
): Tensor {
  checkOptions("tf.nn.maxPool1d", options, { dataFormat: true });
  return poolRows("tf.nn.maxPool1d", "MaxPool", input, ksize, strides, padding, options);
}

/**
 * The mean of each window of `[batch, width, channels]`; padding does not count.
 * @throws when the rank is another.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/avg_pool1d
 * @example
 * console.log(tf.nn.avgPool1d([[[1], [3], [2], [0]]], 2, 2, "VALID").array()); // => [ [ [ 2 ], [ 1 ] ] ]
 */
export function avgPool1d(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: PoolingOptions = {},
): Tensor {
  checkOptions("tf.nn.avgPool1d", options, { dataFormat: true });
  return poolRows("tf.nn.avgPool1d", "AvgPool", input, ksize, strides, padding, options);
}

/**
 * The largest value of each window of `[batch, depth, height, width, channels]`.
 * @throws when the rank is another.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/max_pool3d
 * @example
 * console.log(tf.nn.maxPool3d(tf.ones([1, 2, 2, 2, 1]), 2, 2, "VALID").item()); // => 1
 */
export function maxPool3d(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: PoolingOptions = {},
): Tensor {
  checkOptions("tf.nn.maxPool3d", options, { dataFormat: true });
  return pool(
    "tf.nn.maxPool3d",
    "MaxPool3D",
    input,
    ksize,
    strides,
    namedPadding("tf.nn.maxPool3d", padding),
    3,
    options,
  );
}

/**
 * The mean of each window of `[batch, depth, height, width, channels]`; padding does not count.
 * @throws when the rank is another.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/avg_pool3d
 * @example
 * console.log(tf.nn.avgPool3d(tf.ones([1, 2, 2, 2, 1]), 2, 2, "VALID").item()); // => 1
 */
export function avgPool3d(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: PoolingOptions = {},
): Tensor {
  checkOptions("tf.nn.avgPool3d", options, { dataFormat: true });
  return pool(
    "tf.nn.avgPool3d",
    "AvgPool3D",
    input,
    ksize,
    strides,
    namedPadding("tf.nn.avgPool3d", padding),
    3,
    options,
  );
}

function numSpatialOf(api: string, x: Tensor): number {
  const rank = rankedShape(api, x).length;
  if (rank < 3 || rank > 5)
    throw invalidArgument(api, "an input of 3, 4 or 5 axes, batch first and channels last", `${rank}`);
  return rank - 2;
}

/**
 * The largest value of each window, over one, two or three spatial axes: as many as the input has beside batch and channels.
 * @throws when the input has another rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/max_pool
 * @example
 * console.log(tf.nn.maxPool(tf.ones([1, 4, 4, 1]), 2, 2, "SAME").shape); // => [ 1, 2, 2, 1 ]
 */
export function maxPool(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: PoolingOptions = {},
): Tensor {
  checkOptions("tf.nn.maxPool", options, { dataFormat: true });
  const x = convert("tf.nn.maxPool", input);
  const poolings = [maxPool1d, maxPool2d, maxPool3d] as const;
  return (poolings[numSpatialOf("tf.nn.maxPool", x) - 1] as typeof maxPool1d)(x, ksize, strides, padding, options);
}

/**
 * The mean of each window, over one, two or three spatial axes: as many as the input has beside batch and channels.
 * @throws when the input has another rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/avg_pool
 * @example
 * console.log(tf.nn.avgPool(tf.ones([1, 4, 1]), 2, 2, "SAME").shape); // => [ 1, 2, 1 ]
 */
export function avgPool(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: PoolingOptions = {},
): Tensor {
  checkOptions("tf.nn.avgPool", options, { dataFormat: true });
  const x = convert("tf.nn.avgPool", input);
  const poolings = [avgPool1d, avgPool2d, avgPool3d] as const;
  return (poolings[numSpatialOf("tf.nn.avgPool", x) - 1] as typeof avgPool1d)(x, ksize, strides, padding, options);
}

/**
 * The largest value of each window of `[batch, height, width, channels]`, and where it was: positions in the flattened image, in the
 * flattened batch with `includeBatchInIndex`.
 * @throws when the rank is another.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/max_pool_with_argmax
 * @example
 * const { output, argmax } = tf.nn.maxPoolWithArgmax([[[[1], [5]], [[2], [3]]]], 2, 2, "VALID");
 * console.log(output.item(), argmax.item()); // => 5 1
 */
export function maxPoolWithArgmax(
  input: TensorLike,
  ksize: Window,
  strides: Window,
  padding: Padding,
  options: { dataFormat?: "NHWC"; outputDtype?: DType; includeBatchInIndex?: boolean } = {},
): { output: Tensor; argmax: Tensor } {
  const api = "tf.nn.maxPoolWithArgmax";
  checkOptions(api, options, { dataFormat: true, outputDtype: true, includeBatchInIndex: true });
  const attributes = {
    ksize: perAxis(api, "ksize", ksize, 2, "NHWC"),
    strides: perAxis(api, "strides", strides, 2, "NHWC"),
    Targmax: options.outputDtype ?? "int64",
    include_batch_in_index: options.includeBatchInIndex ?? false,
    ...namedPadding(api, padding),
  };
  const [output, argmax] = runAll(api, "MaxPoolWithArgmax", [convert(api, input)], attributes, windowed(2)) as [
    Tensor,
    Tensor,
  ];
  return { output, argmax };
}
