/** Random changes of images, to train with more than there is: from the run's seed, and as functions of a seed. */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { decodeJpeg } from "../io/images.ts";
import { integers, rankedShape, run, type ShapeLike } from "../operands.ts";
import type { Seed } from "../random/kernels.ts";
import { nextSeedTensor, type Seeded } from "../random/stateful.ts";
import { statelessUniform } from "../random/stateless.ts";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "./colors.ts";
import { convertImageDtype } from "./conversion.ts";
import { reversed } from "./geometry.ts";
import { imageOf } from "./lengths.ts";

function factor(api: string, lower: number, upper: number, seed: Seed): Tensor {
  if (!(upper > lower) || !(lower >= 0))
    throw invalidArgument(api, "limits with 0 <= lower < upper", `${lower} and ${upper}`);
  return statelessUniform([], seed, { minval: lower, maxval: upper });
}

function delta(api: string, maxDelta: number, seed: Seed, limit: number = Number.POSITIVE_INFINITY): Tensor {
  if (!(maxDelta >= 0 && maxDelta <= limit))
    throw invalidArgument(api, `a maxDelta of at least 0${limit < 1 ? ` and at most ${limit}` : ""}`, String(maxDelta));
  return statelessUniform([], seed, { minval: -maxDelta, maxval: maxDelta });
}

/** Flips along an axis half of the images, each for itself in a batch. */
function flip(api: string, image: TensorLike, axis: 0 | 1, seed: Seed): Tensor {
  const x = imageOf(api, image);
  const isBatch = x.rank === 4;
  const draw = statelessUniform(isBatch ? executeOne("Shape", [x]).at(":1") : [], seed);
  // A single image turns below one half, images of a batch above, as in Python's TensorFlow.
  const half = convert(api, 0.5, "float32");
  if (!isBatch) return executeOne("SelectV2", [executeOne("Less", [draw, half]), reversed(x, axis), x]);
  const isTurned = executeOne("Greater", [draw, half]).reshape([-1, 1, 1, 1]);
  return executeOne("SelectV2", [isTurned, reversed(x, axis), x]);
}

/**
 * Images with left and right exchanged, or as they are, with equal chance; each image of a batch for itself. A function of `seed`.
 * @throws when the rank is neither 3 nor 4.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/stateless_random_flip_left_right
 * @example
 * console.log(tf.image.statelessRandomFlipLeftRight([[[1], [2]]], [2, 3]).array()); // => [ [ [ 2 ], [ 1 ] ] ]
 */
export function statelessRandomFlipLeftRight(image: TensorLike, seed: Seed): Tensor {
  return flip("tf.image.statelessRandomFlipLeftRight", image, 1, seed);
}

/**
 * Images with left and right exchanged, or as they are, with equal chance; each image of a batch for itself.
 * @throws when the rank is neither 3 nor 4.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/random_flip_left_right
 * @example
 * console.log(tf.image.randomFlipLeftRight(tf.ones([2, 4, 4, 3])).shape); // => [ 2, 4, 4, 3 ]
 */
export function randomFlipLeftRight(image: TensorLike, options: Seeded = {}): Tensor {
  const api = "tf.image.randomFlipLeftRight";
  checkOptions(api, options, { seed: true });
  return flip(api, image, 1, nextSeedTensor(api, options.seed));
}

/**
 * Images with top and bottom exchanged, or as they are, with equal chance; each image of a batch for itself. A function of `seed`.
 * @throws when the rank is neither 3 nor 4.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/stateless_random_flip_up_down
 * @example
 * console.log(tf.image.statelessRandomFlipUpDown(tf.ones([4, 4, 3]), [1, 2]).shape); // => [ 4, 4, 3 ]
 */
export function statelessRandomFlipUpDown(image: TensorLike, seed: Seed): Tensor {
  return flip("tf.image.statelessRandomFlipUpDown", image, 0, seed);
}

/**
 * Images with top and bottom exchanged, or as they are, with equal chance; each image of a batch for itself.
 * @throws when the rank is neither 3 nor 4.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/random_flip_up_down
 * @example
 * console.log(tf.image.randomFlipUpDown(tf.ones([4, 4, 3])).shape); // => [ 4, 4, 3 ]
 */
export function randomFlipUpDown(image: TensorLike, options: Seeded = {}): Tensor {
  const api = "tf.image.randomFlipUpDown";
  checkOptions(api, options, { seed: true });
  return flip(api, image, 0, nextSeedTensor(api, options.seed));
}

/**
 * {@link adjustBrightness} by between `-maxDelta` and `maxDelta`, a function of `seed`.
 * @throws when `maxDelta` is negative.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/stateless_random_brightness
 * @example
 * console.log(tf.image.statelessRandomBrightness([[[0.5]]], 0, [1, 2]).item()); // => 0.5
 */
export function statelessRandomBrightness(image: TensorLike, maxDelta: number, seed: Seed): Tensor {
  return adjustBrightness(image, delta("tf.image.statelessRandomBrightness", maxDelta, seed));
}

/**
 * {@link adjustBrightness} by between `-maxDelta` and `maxDelta`.
 * @throws when `maxDelta` is negative.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/random_brightness
 * @example
 * console.log(tf.image.randomBrightness([[[0.5]]], 0).item()); // => 0.5
 */
export function randomBrightness(image: TensorLike, maxDelta: number, options: Seeded = {}): Tensor {
  const api = "tf.image.randomBrightness";
  checkOptions(api, options, { seed: true });
  return adjustBrightness(image, delta(api, maxDelta, nextSeedTensor(api, options.seed)));
}

/**
 * {@link adjustContrast} by between `lower` and `upper`, a function of `seed`.
 * @throws unless `0 <= lower < upper`.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/stateless_random_contrast
 * @example
 * console.log(tf.image.statelessRandomContrast([[[0.5]]], 0.2, 0.5, [1, 2]).item()); // => 0.5
 */
export function statelessRandomContrast(image: TensorLike, lower: number, upper: number, seed: Seed): Tensor {
  return adjustContrast(image, factor("tf.image.statelessRandomContrast", lower, upper, seed));
}

/**
 * {@link adjustContrast} by between `lower` and `upper`.
 * @throws unless `0 <= lower < upper`.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/random_contrast
 * @example
 * console.log(tf.image.randomContrast([[[0.5]]], 0.2, 0.5).item()); // => 0.5
 */
export function randomContrast(image: TensorLike, lower: number, upper: number, options: Seeded = {}): Tensor {
  const api = "tf.image.randomContrast";
  checkOptions(api, options, { seed: true });
  return adjustContrast(image, factor(api, lower, upper, nextSeedTensor(api, options.seed)));
}

/**
 * {@link adjustHue} by between `-maxDelta` and `maxDelta`, a function of `seed`.
 * @throws when `maxDelta` is beyond 0 and 0.5.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/stateless_random_hue
 * @example
 * console.log(tf.image.statelessRandomHue([[[0.5, 0.5, 0.5]]], 0.5, [1, 2]).array()); // => [ [ [ 0.5, 0.5, 0.5 ] ] ]
 */
export function statelessRandomHue(image: TensorLike, maxDelta: number, seed: Seed): Tensor {
  return adjustHue(image, delta("tf.image.statelessRandomHue", maxDelta, seed, 0.5));
}

/**
 * {@link adjustHue} by between `-maxDelta` and `maxDelta`.
 * @throws when `maxDelta` is beyond 0 and 0.5.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/random_hue
 * @example
 * console.log(tf.image.randomHue([[[0.5, 0.5, 0.5]]], 0.5).array()); // => [ [ [ 0.5, 0.5, 0.5 ] ] ]
 */
export function randomHue(image: TensorLike, maxDelta: number, options: Seeded = {}): Tensor {
  const api = "tf.image.randomHue";
  checkOptions(api, options, { seed: true });
  return adjustHue(image, delta(api, maxDelta, nextSeedTensor(api, options.seed), 0.5));
}

/**
 * {@link adjustSaturation} by between `lower` and `upper`, a function of `seed`.
 * @throws unless `0 <= lower < upper`.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/stateless_random_saturation
 * @example
 * console.log(tf.image.statelessRandomSaturation([[[0.5, 0.5, 0.5]]], 0, 2, [1, 2]).array()); // => [ [ [ 0.5, 0.5, 0.5 ] ] ]
 */
export function statelessRandomSaturation(image: TensorLike, lower: number, upper: number, seed: Seed): Tensor {
  return adjustSaturation(image, factor("tf.image.statelessRandomSaturation", lower, upper, seed));
}

/**
 * {@link adjustSaturation} by between `lower` and `upper`.
 * @throws unless `0 <= lower < upper`.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/random_saturation
 * @example
 * console.log(tf.image.randomSaturation([[[0.5, 0.5, 0.5]]], 0, 2).array()); // => [ [ [ 0.5, 0.5, 0.5 ] ] ]
 */
export function randomSaturation(image: TensorLike, lower: number, upper: number, options: Seeded = {}): Tensor {
  const api = "tf.image.randomSaturation";
  checkOptions(api, options, { seed: true });
  return adjustSaturation(image, factor(api, lower, upper, nextSeedTensor(api, options.seed)));
}

const MAX_INT32 = 2 ** 31 - 1;

function cropAt(api: string, value: TensorLike, size: ShapeLike, seed: Seed): Tensor {
  const x = convert(api, value);
  const shape = rankedShape(api, x);
  if (
    !(size instanceof Tensor) &&
    (size.length !== shape.length || size.some((length, axis) => length > (shape[axis] ?? length)))
  ) {
    throw invalidArgument(api, `a size within ${shapeText(shape)}`, `[${size.join(", ")}]`);
  }
  const lengths = integers(api, size);
  const limit = executeOne("Shape", [x]).subtract(lengths).add(1);
  const draws = statelessUniform([shape.length], seed, { maxval: MAX_INT32, dtype: "int32" });
  return run(api, "Slice", [x, executeOne("FloorMod", [draws, limit]), lengths]);
}

/**
 * A part of `size` from a random place of a tensor, a function of `seed`.
 * @throws when the size is beyond the tensor.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/stateless_random_crop
 * @example
 * console.log(tf.image.statelessRandomCrop(tf.ones([8, 8, 3]), [4, 4, 3], [1, 2]).shape); // => [ 4, 4, 3 ]
 */
export function statelessRandomCrop(value: TensorLike, size: ShapeLike, seed: Seed): Tensor {
  return cropAt("tf.image.statelessRandomCrop", value, size, seed);
}

/**
 * A part of `size` from a random place of a tensor.
 * @throws when the size is beyond the tensor.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/random_crop
 * @example
 * console.log(tf.image.randomCrop(tf.ones([8, 8, 3]), [4, 4, 3]).shape); // => [ 4, 4, 3 ]
 */
export function randomCrop(value: TensorLike, size: ShapeLike, options: Seeded = {}): Tensor {
  const api = "tf.image.randomCrop";
  checkOptions(api, options, { seed: true });
  return cropAt(api, value, size, nextSeedTensor(api, options.seed));
}

/**
 * An image as it looks after JPEG of `jpegQuality` 0 to 100.
 * @throws when the image has another rank than 3, or neither 1 nor 3 channels.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/adjust_jpeg_quality
 * @example
 * console.log(tf.image.adjustJpegQuality(tf.ones([8, 8, 3]), 50).shape); // => [ 8, 8, 3 ]
 */
export function adjustJpegQuality(image: TensorLike, jpegQuality: TensorLike): Tensor {
  const api = "tf.image.adjustJpegQuality";
  const x = convert(api, image);
  const channels = rankedShape(api, x).at(-1) as 1 | 3;
  const bytes = convertImageDtype(x, "uint8", { saturate: true });
  const file = run(api, "EncodeJpegVariableQuality", [bytes, integers(api, jpegQuality)]);
  return convertImageDtype(decodeJpeg(file, { channels }), x.dtype, { saturate: true });
}

function quality(api: string, min: number, max: number, seed: Seed): Tensor {
  if (!(min >= 0 && max <= 100 && min < max))
    throw invalidArgument(api, "qualities with 0 <= min < max <= 100", `${min} and ${max}`);
  return statelessUniform([], seed, { minval: min, maxval: max, dtype: "int32" });
}

/**
 * {@link adjustJpegQuality} to a quality within `[minJpegQuality, maxJpegQuality)`, a function of `seed`.
 * @throws unless `0 <= minJpegQuality < maxJpegQuality <= 100`.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/stateless_random_jpeg_quality
 * @example
 * console.log(tf.image.statelessRandomJpegQuality(tf.ones([8, 8, 3]), 75, 95, [1, 2]).shape); // => [ 8, 8, 3 ]
 */
export function statelessRandomJpegQuality(
  image: TensorLike,
  minJpegQuality: number,
  maxJpegQuality: number,
  seed: Seed,
): Tensor {
  return adjustJpegQuality(image, quality("tf.image.statelessRandomJpegQuality", minJpegQuality, maxJpegQuality, seed));
}

/**
 * {@link adjustJpegQuality} to a quality within `[minJpegQuality, maxJpegQuality)`.
 * @throws unless `0 <= minJpegQuality < maxJpegQuality <= 100`.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/random_jpeg_quality
 * @example
 * console.log(tf.image.randomJpegQuality(tf.ones([8, 8, 3]), 75, 95).shape); // => [ 8, 8, 3 ]
 */
export function randomJpegQuality(
  image: TensorLike,
  minJpegQuality: number,
  maxJpegQuality: number,
  options: Seeded = {},
): Tensor {
  const api = "tf.image.randomJpegQuality";
  checkOptions(api, options, { seed: true });
  return adjustJpegQuality(image, quality(api, minJpegQuality, maxJpegQuality, nextSeedTensor(api, options.seed)));
}
