/** Pixels in other places: flips, turns, crops and borders. Images are `[height, width, channels]`, or batches of them. */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { halfOf, imageOf, type Length, larger, minus, sizeOf, smaller, vector } from "./lengths.ts";

/** @internal `x` with an axis reversed: 0 the rows, 1 the columns. */
export function reversed(x: Tensor, ...axes: number[]): Tensor {
  const first = x.rank - 3;
  return executeOne("ReverseV2", [
    x,
    convert(
      "image",
      axes.map((axis) => first + axis),
      "int32",
    ),
  ]);
}

/**
 * Images with left and right exchanged.
 * @throws when the rank is neither 3 nor 4.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/flip_left_right
 * @example
 * console.log(tf.image.flipLeftRight([[[1], [2]]]).array()); // => [ [ [ 2 ], [ 1 ] ] ]
 */
export function flipLeftRight(image: TensorLike): Tensor {
  return reversed(imageOf("tf.image.flipLeftRight", image), 1);
}

/**
 * Images with top and bottom exchanged.
 * @throws when the rank is neither 3 nor 4.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/flip_up_down
 * @example
 * console.log(tf.image.flipUpDown([[[1]], [[2]]]).array()); // => [ [ [ 2 ] ], [ [ 1 ] ] ]
 */
export function flipUpDown(image: TensorLike): Tensor {
  return reversed(imageOf("tf.image.flipUpDown", image), 0);
}

/**
 * Images with rows as columns.
 * @throws when the rank is neither 3 nor 4.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/transpose
 * @example
 * console.log(tf.image.transpose([[[1], [2]]]).array()); // => [ [ [ 1 ] ], [ [ 2 ] ] ]
 */
export function transpose(image: TensorLike): Tensor {
  const x = imageOf("tf.image.transpose", image);
  return executeOne("Transpose", [x, convert("tf.image.transpose", x.rank === 4 ? [0, 2, 1, 3] : [1, 0, 2], "int32")]);
}

/**
 * Images turned counterclockwise by `k` quarters.
 * @throws when the rank is neither 3 nor 4, or `k` is not a whole number.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/rot90
 * @example
 * console.log(tf.image.rot90([[[1], [2]]]).array()); // => [ [ [ 2 ] ], [ [ 1 ] ] ]
 */
export function rot90(image: TensorLike, options: { k?: number } = {}): Tensor {
  checkOptions("tf.image.rot90", options, { k: true });
  const { k = 1 } = options;
  if (!Number.isInteger(k)) throw invalidArgument("tf.image.rot90", "a whole number of quarters k", String(k));
  const x = imageOf("tf.image.rot90", image);
  const turns = [() => x, () => transpose(reversed(x, 1)), () => reversed(x, 0, 1), () => reversed(transpose(x), 1)];
  return (turns[((k % 4) + 4) % 4] as () => Tensor)();
}

/** A part of images, without checks. */
function crop(x: Tensor, top: Length, left: Length, height: Length, width: Length): Tensor {
  const batch = x.rank === 4 ? ([[0], [-1]] as const) : ([[], []] as const);
  return executeOne("Slice", [x, vector([...batch[0], top, left, 0]), vector([...batch[1], height, width, -1])]);
}

/** Images with zeros around them, without checks. */
function frame(x: Tensor, rows: readonly [Length, Length], columns: readonly [Length, Length]): Tensor {
  const batch = x.rank === 4 ? [[0, 0]] : [];
  return executeOne("Pad", [x, vector([...batch, rows, columns, [0, 0]])]);
}

/** Whether a length that is known is too small; others fail when they are known. */
function isBelow(length: Length, least: number): boolean {
  return typeof length === "number" && length < least;
}

function checkLengths(api: string, lengths: Record<string, number>): void {
  for (const [name, value] of Object.entries(lengths)) {
    const least = name.startsWith("target") ? 1 : 0;
    if (!Number.isInteger(value) || value < least)
      throw invalidArgument(api, `${name} that is a whole number of at least ${least}`, String(value));
  }
}

/**
 * The part of images whose corner is at `offsetHeight`, `offsetWidth`.
 * @throws when the part is beyond the image.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/crop_to_bounding_box
 * @example
 * console.log(tf.image.cropToBoundingBox([[[1], [2], [3]]], 0, 1, 1, 2).array()); // => [ [ [ 2 ], [ 3 ] ] ]
 */
export function cropToBoundingBox(
  image: TensorLike,
  offsetHeight: number,
  offsetWidth: number,
  targetHeight: number,
  targetWidth: number,
): Tensor {
  const api = "tf.image.cropToBoundingBox";
  const x = imageOf(api, image);
  checkLengths(api, { offsetHeight, offsetWidth, targetHeight, targetWidth });
  const [height, width] = sizeOf(x);
  if (isBelow(height, offsetHeight + targetHeight) || isBelow(width, offsetWidth + targetWidth)) {
    throw invalidArgument(
      api,
      `a box within [${height}, ${width}]`,
      `[${targetHeight}, ${targetWidth}] at [${offsetHeight}, ${offsetWidth}]`,
    );
  }
  return crop(x, offsetHeight, offsetWidth, targetHeight, targetWidth);
}

/**
 * Images within zeros: the corner is put at `offsetHeight`, `offsetWidth` of an image of the target size.
 * @throws when the image does not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/pad_to_bounding_box
 * @example
 * console.log(tf.image.padToBoundingBox([[[5]]], 0, 1, 1, 3).array()); // => [ [ [ 0 ], [ 5 ], [ 0 ] ] ]
 */
export function padToBoundingBox(
  image: TensorLike,
  offsetHeight: number,
  offsetWidth: number,
  targetHeight: number,
  targetWidth: number,
): Tensor {
  const api = "tf.image.padToBoundingBox";
  const x = imageOf(api, image);
  checkLengths(api, { offsetHeight, offsetWidth, targetHeight, targetWidth });
  const [height, width] = sizeOf(x);
  const [below, right] = [minus(targetHeight - offsetHeight, height), minus(targetWidth - offsetWidth, width)];
  if (isBelow(below, 0) || isBelow(right, 0)) {
    throw invalidArgument(
      api,
      `an image that fits into [${targetHeight}, ${targetWidth}] at [${offsetHeight}, ${offsetWidth}]`,
      `[${height}, ${width}]`,
    );
  }
  return frame(x, [offsetHeight, below], [offsetWidth, right]);
}

/**
 * The middle of images, `centralFraction` of height and width.
 * @throws when the fraction is not within `(0, 1]`.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/central_crop
 * @example
 * console.log(tf.image.centralCrop(tf.zeros([8, 4, 1]), 0.5).shape); // => [ 4, 2, 1 ]
 */
export function centralCrop(image: TensorLike, centralFraction: number): Tensor {
  const api = "tf.image.centralCrop";
  const x = imageOf(api, image);
  if (!(centralFraction > 0 && centralFraction <= 1))
    throw invalidArgument(api, "a fraction within (0, 1]", String(centralFraction));
  if (centralFraction === 1) return x;
  const [height, width] = sizeOf(x);
  const [top, left] = [height, width].map((length) => borderOf(length, centralFraction)) as [Length, Length];
  return crop(x, top, left, minus(minus(height, top), top), minus(minus(width, left), left));
}

/** What is cut off at each end so that `fraction` of a length stays, in float64. */
function borderOf(length: Length, fraction: number): Length {
  if (typeof length === "number") return Math.trunc((length - length * fraction) / 2);
  const wide = length.cast("float64");
  return wide.subtract(wide.multiply(fraction)).divide(2).cast("int32");
}

/**
 * Images of the target size: what is too large is cut off on both sides, what is too small gets zeros around it.
 * @throws when a target is not a whole number of at least 1.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/resize_with_crop_or_pad
 * @example
 * console.log(tf.image.resizeWithCropOrPad([[[1], [2], [3]]], 3, 1).array()); // => [ [ [ 0 ] ], [ [ 2 ] ], [ [ 0 ] ] ]
 */
export function resizeWithCropOrPad(image: TensorLike, targetHeight: number, targetWidth: number): Tensor {
  const api = "tf.image.resizeWithCropOrPad";
  checkLengths(api, { targetHeight, targetWidth });
  const x = imageOf(api, image);
  const axes = sizeOf(x).map((length, axis) => cropOrPad(length, axis === 0 ? targetHeight : targetWidth)) as [
    Fit,
    Fit,
  ];
  const [rows, columns] = axes;
  const cut = crop(x, rows.start, columns.start, rows.kept, columns.kept);
  return frame(cut, [rows.before, rows.after], [columns.before, columns.after]);
}

interface Fit {
  start: Length;
  kept: Length;
  before: Length;
  after: Length;
}

/** How one axis is fitted to `target`: where the part that is kept starts, its length, and the zeros before and after it. */
function cropOrPad(length: Length, target: number): Fit {
  const kept = smaller(length, target);
  const before = larger(halfOf(minus(target, length)), 0);
  return { start: larger(halfOf(minus(length, target)), 0), kept, before, after: minus(minus(target, before), kept) };
}

/**
 * Images scaled down or up to fit into the target size without distortion, with zeros around them.
 * @internal
 */
export function frameWithin(
  x: Tensor,
  height: Length,
  width: Length,
  targetHeight: number,
  targetWidth: number,
  before: readonly [Length, Length],
): Tensor {
  const [top, left] = before;
  return frame(x, [top, minus(minus(targetHeight, top), height)], [left, minus(minus(targetWidth, left), width)]);
}
