/** Image files: their contents to pixels `[height, width, channels]` and back. Contents are string tensors or Buffers. */
import type { DType } from "../../base/dtypes.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Attributes } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, run } from "../operands.ts";
import { contentsOf } from "./contents.ts";

/** Channels of a decoded image: 1 grayscale, 3 RGB, 4 with alpha; 0 as in the file. */
export type Channels = 0 | 1 | 3 | 4;

/**
 * The pixels of a PNG, JPEG, GIF or BMP file: uint8, or uint16 and float32 when asked. The frames of a GIF are a first axis, unless
 * `expandAnimations` is false.
 * @throws when the contents are no image.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_image
 * @example
 * const file = tf.io.encodePng(tf.zeros([2, 3, 1], { dtype: "uint8" }));
 * console.log(tf.io.decodeImage(file).shape); // => [ 2, 3, 1 ]
 */
export function decodeImage<D extends "uint8" | "uint16" | "float32" = "uint8">(
  contents: TensorLike,
  options: { channels?: Channels; dtype?: D; expandAnimations?: boolean } = {},
): Tensor<D> {
  const api = "tf.io.decodeImage";
  checkOptions(api, options, { channels: true, dtype: true, expandAnimations: true });
  const { channels = 0, dtype = "uint8", expandAnimations = true } = options;
  const attributes = { channels, dtype, expand_animations: expandAnimations };
  return run(api, "DecodeImage", [contentsOf(api, contents)], attributes) as Tensor<D>;
}

/** How JPEG files are decoded. */
export interface JpegDecoding {
  /** 1 grayscale, 3 RGB; 0 as in the file. */
  channels?: 0 | 1 | 3;
  /** Divides height and width: 1, 2, 4 or 8. */
  ratio?: 1 | 2 | 4 | 8;
  /** Slower, nicer interpolation of colors; on when not given. */
  fancyUpscaling?: boolean;
  /** Gives as much as there is of a file that ends too early. */
  tryRecoverTruncated?: boolean;
  /** The least share of lines for that. */
  acceptableFraction?: number;
  /** Which transform is computed: precise or fast; the library's choice when not given. */
  dctMethod?: "" | "INTEGER_FAST" | "INTEGER_ACCURATE";
}

function jpegAttributes(options: JpegDecoding): Attributes {
  return {
    channels: options.channels ?? 0,
    ratio: options.ratio ?? 1,
    fancy_upscaling: options.fancyUpscaling ?? true,
    try_recover_truncated: options.tryRecoverTruncated ?? false,
    acceptable_fraction: options.acceptableFraction ?? 1,
    dct_method: options.dctMethod ?? "",
  };
}

/**
 * The pixels of a JPEG file: uint8.
 * @throws when the contents are no JPEG.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_jpeg
 * @example
 * const file = tf.io.encodeJpeg(tf.zeros([2, 3, 3], { dtype: "uint8" }));
 * console.log(tf.io.decodeJpeg(file, { channels: 1 }).shape); // => [ 2, 3, 1 ]
 */
export function decodeJpeg(contents: TensorLike, options: JpegDecoding = {}): Tensor<"uint8"> {
  const api = "tf.io.decodeJpeg";
  checkOptions(api, options, {
    channels: true,
    ratio: true,
    fancyUpscaling: true,
    tryRecoverTruncated: true,
    acceptableFraction: true,
    dctMethod: true,
  });
  return run(api, "DecodeJpeg", [contentsOf(api, contents)], jpegAttributes(options)) as Tensor<"uint8">;
}

/**
 * A part of a JPEG file's pixels, without decoding the rest: `cropWindow` is `[y, x, height, width]`.
 * @throws when the contents are no JPEG, or the window is beyond the image.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_and_crop_jpeg
 * @example
 * const file = tf.io.encodeJpeg(tf.zeros([8, 8, 3], { dtype: "uint8" }));
 * console.log(tf.io.decodeAndCropJpeg(file, [1, 2, 3, 4]).shape); // => [ 3, 4, 3 ]
 */
export function decodeAndCropJpeg(
  contents: TensorLike,
  cropWindow: TensorLike,
  options: JpegDecoding = {},
): Tensor<"uint8"> {
  const api = "tf.io.decodeAndCropJpeg";
  checkOptions(api, options, {
    channels: true,
    ratio: true,
    fancyUpscaling: true,
    tryRecoverTruncated: true,
    acceptableFraction: true,
    dctMethod: true,
  });
  const inputs = [contentsOf(api, contents), integers(api, cropWindow)];
  return run(api, "DecodeAndCropJpeg", inputs, jpegAttributes(options)) as Tensor<"uint8">;
}

/**
 * The pixels of a PNG file: uint8 or uint16.
 * @throws when the contents are no PNG.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_png
 * @example
 * const file = tf.io.encodePng([[[7], [8]]]);
 * console.log(tf.io.decodePng(file).at(0, ":", 0).array()); // => [ 7, 8 ]
 */
export function decodePng<D extends "uint8" | "uint16" = "uint8">(
  contents: TensorLike,
  options: { channels?: Channels; dtype?: D } = {},
): Tensor<D> {
  const api = "tf.io.decodePng";
  checkOptions(api, options, { channels: true, dtype: true });
  const attributes = { channels: options.channels ?? 0, dtype: options.dtype ?? "uint8" };
  return run(api, "DecodePng", [contentsOf(api, contents)], attributes) as Tensor<D>;
}

/**
 * The pixels of a BMP file: uint8.
 * @throws when the contents are no BMP.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_bmp
 * @example
 * try {
 *   tf.io.decodeBmp("no image");
 * } catch (error) {
 *   console.log(error instanceof Error && error.message.startsWith("tf.io.decodeBmp")); // => true
 * }
 */
export function decodeBmp(contents: TensorLike, options: { channels?: Channels } = {}): Tensor<"uint8"> {
  const api = "tf.io.decodeBmp";
  checkOptions(api, options, { channels: true });
  return run(api, "DecodeBmp", [contentsOf(api, contents)], { channels: options.channels ?? 0 }) as Tensor<"uint8">;
}

/**
 * The frames of a GIF file: uint8 `[frames, height, width, 3]`.
 * @throws when the contents are no GIF.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_gif
 * @example
 * const file = Buffer.from("R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs=", "base64");
 * console.log(tf.io.decodeGif(file).array()); // => [ [ [ [Array] ] ] ]
 */
export function decodeGif(contents: TensorLike): Tensor<"uint8"> {
  const api = "tf.io.decodeGif";
  return run(api, "DecodeGif", [contentsOf(api, contents)]) as Tensor<"uint8">;
}

/** Pixels for an encoder: numbers are uint8. */
function pixels(api: string, image: TensorLike): Tensor {
  const isNumbers = typeof image === "number" || Array.isArray(image);
  return isNumbers ? convert(api, image, "uint8") : convert(api, image);
}

/**
 * Pixels as a JPEG file: uint8 `[height, width, channels]` with 1 or 3 channels.
 * @param options.quality 0 to 100; 95 when not given.
 * @throws when dtype or channels do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/encode_jpeg
 * @example
 * console.log(tf.io.isJpeg(tf.io.encodeJpeg([[[1], [2]]], { quality: 90 })).item()); // => true
 */
export function encodeJpeg(
  image: TensorLike,
  options: {
    format?: "" | "grayscale" | "rgb";
    quality?: number;
    progressive?: boolean;
    optimizeSize?: boolean;
    chromaDownsampling?: boolean;
    densityUnit?: "in" | "cm";
    xDensity?: number;
    yDensity?: number;
    xmpMetadata?: string;
  } = {},
): Tensor<"string"> {
  const api = "tf.io.encodeJpeg";
  checkOptions(api, options, {
    format: true,
    quality: true,
    progressive: true,
    optimizeSize: true,
    chromaDownsampling: true,
    densityUnit: true,
    xDensity: true,
    yDensity: true,
    xmpMetadata: true,
  });
  return run(api, "EncodeJpeg", [pixels(api, image)], {
    format: options.format,
    quality: options.quality,
    progressive: options.progressive,
    optimize_size: options.optimizeSize,
    chroma_downsampling: options.chromaDownsampling,
    density_unit: options.densityUnit,
    x_density: options.xDensity,
    y_density: options.yDensity,
    xmp_metadata: options.xmpMetadata,
  }) as Tensor<"string">;
}

/**
 * Pixels as a PNG file: uint8 or uint16 `[height, width, channels]` with 1 to 4 channels.
 * @param options.compression 0 to 9; the library's choice when not given.
 * @throws when dtype or channels do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/encode_png
 * @example
 * console.log(tf.io.encodePng([[[255]]]).dtype); // => string
 */
export function encodePng(image: TensorLike, options: { compression?: number } = {}): Tensor<"string"> {
  const api = "tf.io.encodePng";
  checkOptions(api, options, { compression: true });
  return run(api, "EncodePng", [pixels(api, image)], { compression: options.compression ?? -1 }) as Tensor<"string">;
}

/**
 * Whether contents begin as JPEG files do.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/is_jpeg
 * @example
 * console.log(tf.io.isJpeg("PNG").item()); // => false
 */
export function isJpeg(contents: TensorLike): Tensor<"bool"> {
  const api = "tf.io.isJpeg";
  const bytes = contentsOf(api, contents);
  const start = run(api, "Substr", [bytes, convert(api, 0, "int32"), convert(api, 3, "int32")]);
  return run(api, "Equal", [start, contentsOf(api, Uint8Array.of(0xff, 0xd8, 0xff))]) as Tensor<"bool">;
}

/**
 * Height, width and channels of a JPEG file, without decoding it: int32 or int64 `[3]`.
 * @throws when the contents are no JPEG.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/extract_jpeg_shape
 * @example
 * const file = tf.io.encodeJpeg(tf.zeros([2, 3, 1], { dtype: "uint8" }));
 * console.log(tf.io.extractJpegShape(file).array()); // => [ 2, 3, 1 ]
 */
export function extractJpegShape<D extends "int32" | "int64" = "int32">(
  contents: TensorLike,
  options: { outputType?: D } = {},
): Tensor<D> {
  const api = "tf.io.extractJpegShape";
  checkOptions(api, options, { outputType: true });
  const attributes = { output_type: (options.outputType ?? "int32") as DType };
  return run(api, "ExtractJpegShape", [contentsOf(api, contents)], attributes) as Tensor<D>;
}
