/** Images of another size. Images are `[height, width, channels]`, or batches of them. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { integers, oneOf, run, type ShapeLike } from "../operands.ts";
import { frameWithin } from "./geometry.ts";
import {
  asBatch,
  floored,
  imageOf,
  type Length,
  larger,
  minus,
  over,
  real,
  rounded,
  sizeOf,
  smaller,
  times,
  vector,
} from "./lengths.ts";

const methods = [
  "bilinear",
  "nearest",
  "bicubic",
  "area",
  "lanczos3",
  "lanczos5",
  "gaussian",
  "mitchellcubic",
] as const;

/** How pixels between pixels are computed. */
export type ResizeMethod = (typeof methods)[number];

/** Options of {@link resize}. */
export interface ResizeOptions {
  /** "bilinear" when not given. */
  method?: ResizeMethod;
  /** Keeps height to width: the result fits into the size asked for. */
  preserveAspectRatio?: boolean;
  /** Averages over what is skipped when images get smaller. */
  antialias?: boolean;
}

const kernels: Partial<Record<ResizeMethod, string>> = { bilinear: "triangle", bicubic: "keyscubic" };
const plainOps: Partial<Record<ResizeMethod, string>> = { bilinear: "ResizeBilinear", bicubic: "ResizeBicubic" };

function scaleAndTranslate(api: string, images: Tensor, size: Tensor, kernel: string, antialias: boolean): Tensor {
  const now = executeOne("Shape", [images]).at("1:3").cast("float32");
  const scale = size.cast("float32").divide(now);
  return run(api, "ScaleAndTranslate", [images, size, scale, convert(api, [0, 0], "float32")], {
    kernel_type: kernel,
    antialias,
  });
}

function resizeBatch(api: string, images: Tensor, size: Tensor, method: ResizeMethod, antialias: boolean): Tensor {
  if (method === "nearest") return run(api, "ResizeNearestNeighbor", [images, size], { half_pixel_centers: true });
  if (method === "area") return run(api, "ResizeArea", [images, size]);
  const plain = plainOps[method];
  if (plain && !antialias) return run(api, plain, [images, size], { half_pixel_centers: true });
  return scaleAndTranslate(api, images, size, kernels[method] ?? method, antialias);
}

/**
 * Images of `size` `[height, width]`. Float32, but for "nearest", which keeps the dtype.
 * @throws when the rank is neither 3 nor 4, or the size is not two numbers above 0.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/resize
 * @example
 * console.log(tf.image.resize([[[0], [2]]], [1, 4]).array()); // => [ [ [ 0 ], [ 0.5 ], [ 1.5 ], [ 2 ] ] ]
 */
export function resize(images: TensorLike, size: ShapeLike, options: ResizeOptions = {}): Tensor {
  const api = "tf.image.resize";
  checkOptions(api, options, { method: true, preserveAspectRatio: true, antialias: true });
  const { preserveAspectRatio = false, antialias = false } = options;
  const method = oneOf(api, "method", options.method ?? "bilinear", methods);
  const x = imageOf(api, images);
  const isPair = Array.isArray(size) && size.length === 2 && size.every((n) => Number.isInteger(n) && n > 0);
  if (!isPair && !(size instanceof Tensor))
    throw invalidArgument(api, "a size of two whole numbers above 0", describe(size));
  const wanted = preserveAspectRatio ? fitted(x, size) : integers(api, size);
  return asBatch(x, (batch) => resizeBatch(api, batch, wanted, method, antialias));
}

/** The largest size within `size` that keeps the proportions. */
function fitted(x: Tensor, size: ShapeLike): Tensor {
  const [height, width] = sizeOf(x);
  const [high, wide] = size instanceof Tensor ? [size.at(0), size.at(1)] : (size as [number, number]);
  const scale = smaller(over(real(high), real(height)), over(real(wide), real(width)));
  return vector([height, width].map((length) => rounded(times(scale, real(length)))));
}

/**
 * Images scaled to fit into the target size without distortion, with zeros around them.
 * @throws when a target is not a whole number of at least 1.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/resize_with_pad
 * @example
 * console.log(tf.image.resizeWithPad([[[1], [1]]], 2, 2).array()); // => [ [ [ 1 ], [ 1 ] ], [ [ 0 ], [ 0 ] ] ]
 */
export function resizeWithPad(
  image: TensorLike,
  targetHeight: number,
  targetWidth: number,
  options: { method?: ResizeMethod; antialias?: boolean } = {},
): Tensor {
  checkOptions("tf.image.resizeWithPad", options, { method: true, antialias: true });
  const x = imageOf("tf.image.resizeWithPad", image);
  const [height, width] = sizeOf(x).map(real) as [Length, Length];
  const ratio = larger(over(width, targetWidth), over(height, targetHeight));
  const [exactHeight, exactWidth] = [over(height, ratio), over(width, ratio)];
  const [newHeight, newWidth] = [floored(exactHeight), floored(exactWidth)];
  const before = [minus(targetHeight, exactHeight), minus(targetWidth, exactWidth)].map((rest) =>
    larger(floored(over(rest, 2)), 0),
  );
  const size =
    typeof newHeight === "number" && typeof newWidth === "number"
      ? [newHeight, newWidth]
      : vector([newHeight, newWidth]);
  return frameWithin(
    resize(x, size, options),
    newHeight,
    newWidth,
    targetHeight,
    targetWidth,
    before as [Length, Length],
  );
}

/**
 * Parts of a batch of images, each scaled to `cropSize`: `boxes` `[n, 4]` are `[y1, x1, y2, x2]` in shares of the image, `boxIndices`
 * `[n]` says of which image; float32 `[n, cropHeight, cropWidth, channels]`.
 * @throws when the ranks or counts do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/crop_and_resize
 * @example
 * const crops = tf.image.cropAndResize(tf.ones([1, 4, 4, 1]), [[0, 0, 0.5, 0.5]], [0], [2, 2]);
 * console.log(crops.shape); // => [ 1, 2, 2, 1 ]
 */
export function cropAndResize(
  image: TensorLike,
  boxes: TensorLike,
  boxIndices: TensorLike,
  cropSize: ShapeLike,
  options: { method?: "bilinear" | "nearest"; extrapolationValue?: number } = {},
): Tensor {
  const api = "tf.image.cropAndResize";
  checkOptions(api, options, { method: true, extrapolationValue: true });
  const { method = "bilinear", extrapolationValue = 0 } = options;
  const inputs = [
    convert(api, image),
    convert(api, boxes, "float32"),
    integers(api, boxIndices),
    integers(api, cropSize),
  ];
  return run(api, "CropAndResize", inputs, { method, extrapolation_value: extrapolationValue });
}

/**
 * Patches of `[batch, height, width, channels]`, each flat along the last axis: `[batch, rows, columns, patchHeight * patchWidth * channels]`.
 * `sizes`, `strides` and `rates` are four numbers, 1 first and last.
 * @throws when the rank is another, or the numbers are not four.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/extract_patches
 * @example
 * const patches = tf.image.extractPatches(tf.ones([1, 4, 4, 3]), [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID");
 * console.log(patches.shape); // => [ 1, 2, 2, 12 ]
 */
export function extractPatches(
  images: TensorLike,
  sizes: readonly number[],
  strides: readonly number[],
  rates: readonly number[],
  padding: "SAME" | "VALID",
): Tensor {
  const api = "tf.image.extractPatches";
  return run(api, "ExtractImagePatches", [convert(api, images)], { ksizes: sizes, strides, rates, padding });
}
