/** Brightness, contrast and colors. Images are `[..., height, width, channels]`; floats within 0 and 1, or whole numbers of their dtype's range. */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { reduceStd } from "../math/statistics.ts";
import { rankedShape, run } from "../operands.ts";
import { asFloats, convertImageDtype } from "./conversion.ts";

/**
 * Images with `delta` added to each channel, in shares of the full range.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/adjust_brightness
 * @example
 * console.log(tf.image.adjustBrightness(tf.constant([[[56]]], { dtype: "uint8" }), 0.125).array()); // => [ [ [ 88 ] ] ]
 */
export function adjustBrightness(image: TensorLike, delta: TensorLike): Tensor {
  const api = "tf.image.adjustBrightness";
  const brighter = (pixels: Tensor): Tensor => pixels.add(delta instanceof Tensor ? delta.cast(pixels.dtype) : delta);
  return asFloats(convert(api, image), brighter, { saturate: true });
}

/**
 * Images whose channels' distances from their means are `contrastFactor` times as large.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/adjust_contrast
 * @example
 * console.log(tf.image.adjustContrast([[[0], [1]]], 0.5).array()); // => [ [ [ 0.25 ], [ 0.75 ] ] ]
 */
export function adjustContrast(images: TensorLike, contrastFactor: TensorLike): Tensor {
  const api = "tf.image.adjustContrast";
  const factor = convert(api, contrastFactor, "float32");
  return asFloats(convert(api, images), (pixels) => run(api, "AdjustContrastv2", [pixels, factor]), { saturate: true });
}

/**
 * RGB images with `delta` added to their hue, in turns: -1 to 1.
 * @throws when `delta` is beyond that, or the channels are not 3.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/adjust_hue
 * @example
 * console.log(tf.image.adjustHue([[[1, 0, 0]]], 1 / 3).at(0, 0, 1).item().toFixed(3)); // => 1.000
 */
export function adjustHue(image: TensorLike, delta: TensorLike): Tensor {
  const api = "tf.image.adjustHue";
  if (typeof delta === "number" && Math.abs(delta) > 1)
    throw invalidArgument(api, "a delta within [-1, 1]", String(delta));
  const turn = convert(api, delta, "float32");
  return asFloats(convert(api, image), (pixels) => run(api, "AdjustHue", [pixels, turn]));
}

/**
 * RGB images with their saturation multiplied.
 * @throws when the channels are not 3.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/adjust_saturation
 * @example
 * console.log(tf.image.adjustSaturation([[[1, 0.5, 0]]], 0).array()); // => [ [ [ 1, 1, 1 ] ] ]
 */
export function adjustSaturation(image: TensorLike, saturationFactor: TensorLike): Tensor {
  const api = "tf.image.adjustSaturation";
  const factor = convert(api, saturationFactor, "float32");
  return asFloats(convert(api, image), (pixels) => run(api, "AdjustSaturation", [pixels, factor]));
}

/**
 * `gain * image ** gamma`.
 * @throws when `gamma` is negative.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/adjust_gamma
 * @example
 * console.log(tf.image.adjustGamma([[[0.5]]], { gamma: 2 }).array()); // => [ [ [ 0.25 ] ] ]
 */
export function adjustGamma(image: TensorLike, options: { gamma?: number; gain?: number } = {}): Tensor {
  const api = "tf.image.adjustGamma";
  checkOptions(api, options, { gamma: true, gain: true });
  const { gamma = 1, gain = 1 } = options;
  if (!(gamma >= 0)) throw invalidArgument(api, "a gamma of at least 0", String(gamma));
  const curve = (pixels: Tensor): Tensor =>
    executeOne("Pow", [pixels, convert(api, gamma, pixels.dtype)]).multiply(gain);
  return asFloats(convert(api, image), curve, { saturate: true });
}

const grayWeights = [0.2989, 0.587, 0.114]; // luma of ITU-R BT.601

/**
 * RGB images `[..., 3]` as brightness `[..., 1]`.
 * @throws when the channels are not 3.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/rgb_to_grayscale
 * @example
 * console.log(tf.image.rgbToGrayscale([[[1, 1, 1]]]).item().toFixed(4)); // => 0.9999
 */
export function rgbToGrayscale(images: TensorLike): Tensor {
  const api = "tf.image.rgbToGrayscale";
  const x = convert(api, images);
  const channels = rankedShape(api, x).at(-1);
  if (channels !== 3 && channels !== null) throw invalidArgument(api, "3 channels as the last axis", String(channels));
  const pixels = convertImageDtype(x, "float32");
  const gray = executeOne("Sum", [pixels.multiply(grayWeights), convert(api, -1, "int32")], { keep_dims: true });
  return convertImageDtype(gray, x.dtype);
}

/**
 * Images of one channel `[..., 1]` with three equal ones `[..., 3]`.
 * @throws when there is more than one channel.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/grayscale_to_rgb
 * @example
 * console.log(tf.image.grayscaleToRgb([[[7]]]).array()); // => [ [ [ 7, 7, 7 ] ] ]
 */
export function grayscaleToRgb(images: TensorLike): Tensor {
  const api = "tf.image.grayscaleToRgb";
  const x = convert(api, images);
  const shape = rankedShape(api, x);
  if (shape.at(-1) !== 1) throw invalidArgument(api, "1 channel as the last axis", String(shape.at(-1)));
  return executeOne("Tile", [
    x,
    convert(
      api,
      shape.map((_, axis) => (axis === shape.length - 1 ? 3 : 1)),
      "int32",
    ),
  ]);
}

/**
 * RGB images `[..., 3]` within 0 and 1 as hue, saturation and value.
 * @throws when the channels are not 3.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/rgb_to_hsv
 * @example
 * console.log(tf.image.rgbToHsv([[[0, 0.5, 0]]]).at(0, 0, 2).item()); // => 0.5
 */
export function rgbToHsv(images: TensorLike): Tensor {
  return run("tf.image.rgbToHsv", "RGBToHSV", [convert("tf.image.rgbToHsv", images)]);
}

/**
 * Images of hue, saturation and value `[..., 3]` within 0 and 1 as RGB.
 * @throws when the channels are not 3.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/hsv_to_rgb
 * @example
 * console.log(tf.image.hsvToRgb([[[0, 1, 0.5]]]).array()); // => [ [ [ 0.5, 0, 0 ] ] ]
 */
export function hsvToRgb(images: TensorLike): Tensor {
  return run("tf.image.hsvToRgb", "HSVToRGB", [convert("tf.image.hsvToRgb", images)]);
}

/**
 * Images with mean 0 and variance 1 each: float32. Where all pixels are equal, they become 0.
 * @throws when the rank is below 3.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/per_image_standardization
 * @example
 * console.log(tf.image.perImageStandardization([[[1], [3]]]).array()); // => [ [ [ -1 ], [ 1 ] ] ]
 */
export function perImageStandardization(image: TensorLike): Tensor<"float32"> {
  const api = "tf.image.perImageStandardization";
  const x = convert(api, image).cast("float32");
  if (rankedShape(api, x).length < 3)
    throw invalidArgument(api, "an image [height, width, channels] or a batch of them", `${x.rank} axes`);
  const axis = [-1, -2, -3];
  const mean = executeOne("Mean", [x, convert(api, axis, "int32")], { keep_dims: true });
  const numPixels = executeOne("Prod", [executeOne("Shape", [x]).at("-3:"), convert(api, 0, "int32")]).cast("float32");
  const least = executeOne("Rsqrt", [numPixels]); // for images of one color
  const spread = executeOne("Maximum", [reduceStd(x, { axis, keepdims: true }), least]);
  return x.subtract(mean).divide(spread) as Tensor<"float32">;
}
