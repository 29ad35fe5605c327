/** Numbers about images, and boxes in them. */
import { checkOptions } from "../../base/options.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, run, runAll } from "../operands.ts";
import { convertImageDtype } from "./conversion.ts";
import { imageOf } from "./lengths.ts";

/**
 * The peak signal-to-noise ratio of images `a` against `b`, in decibels: one for each image of a batch. `maxVal` is the full range.
 * @throws when shapes do not broadcast or dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/psnr
 * @example
 * console.log(tf.image.psnr([[[0]]], [[[0.1]]], 1).item().toFixed(2)); // => 20.00
 */
export function psnr(a: TensorLike, b: TensorLike, maxVal: number): Tensor {
  const api = "tf.image.psnr";
  const [x, y] = convertAll(api, [a, b]) as [Tensor, Tensor];
  const [peak, first, second] = [convert(api, maxVal, x.dtype), x, y].map((image) =>
    convertImageDtype(image, "float32"),
  ) as [Tensor, Tensor, Tensor];
  const squares = run(api, "SquaredDifference", [first, second]);
  const error = executeOne("Mean", [squares, convert(api, [-3, -2, -1], "int32")]);
  const log = (value: Tensor): Tensor => executeOne("Log", [value]);
  return log(peak)
    .multiply(20 / Math.LN10)
    .subtract(log(error).multiply(10 / Math.LN10));
}

/**
 * The sum of the distances between neighbouring pixels: one for each image of a batch.
 * @throws when the rank is neither 3 nor 4.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/total_variation
 * @example
 * console.log(tf.image.totalVariation([[[1], [3]], [[1], [6]]]).item()); // => 10
 */
export function totalVariation(images: TensorLike): Tensor {
  const api = "tf.image.totalVariation";
  const x = imageOf(api, images);
  const all = x.rank === 4 ? [":"] : [];
  const axes = convert(api, [-3, -2, -1], "int32");
  const [down, right] = [
    x.at(...all, "1:").subtract(x.at(...all, ":-1")),
    x.at(...all, ":", "1:").subtract(x.at(...all, ":", ":-1")),
  ].map((step) => executeOne("Sum", [executeOne("Abs", [step]), axes])) as [Tensor, Tensor];
  return down.add(right);
}

/**
 * The numbers of the boxes to keep, best first: those whose score is above `scoreThreshold` and that overlap no better one by more than
 * `iouThreshold`. `boxes` `[n, 4]` are `[y1, x1, y2, x2]`, `scores` is `[n]`; int32, at most `maxOutputSize`.
 * @throws when shapes do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/non_max_suppression
 * @example
 * const boxes = [[0, 0, 1, 1], [0, 0, 1, 0.9], [2, 2, 3, 3]];
 * console.log(tf.image.nonMaxSuppression(boxes, [0.9, 0.8, 0.7], 3).array()); // => [ 0, 2 ]
 */
export function nonMaxSuppression(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: TensorLike,
  options: { iouThreshold?: number; scoreThreshold?: number } = {},
): Tensor<"int32"> {
  const api = "tf.image.nonMaxSuppression";
  checkOptions(api, options, { iouThreshold: true, scoreThreshold: true });
  const { iouThreshold = 0.5, scoreThreshold = Number.NEGATIVE_INFINITY } = options;
  const [b, s] = convertAll(api, [boxes, scores]) as [Tensor, Tensor];
  const thresholds = [iouThreshold, scoreThreshold].map((value) => convert(api, value, "float32"));
  return run(api, "NonMaxSuppressionV3", [b, s, integers(api, maxOutputSize), ...thresholds]) as Tensor<"int32">;
}

/**
 * {@link nonMaxSuppression} with the scores: with `softNmsSigma` above 0, boxes that overlap better ones lose score instead of being dropped.
 * @throws when shapes do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/non_max_suppression_with_scores
 * @example
 * const [indices, scores] = tf.image.nonMaxSuppressionWithScores([[0, 0, 1, 1]], [0.5], 1);
 * console.log(indices.array(), scores.array()); // => [ 0 ] [ 0.5 ]
 */
export function nonMaxSuppressionWithScores(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: TensorLike,
  options: { iouThreshold?: number; scoreThreshold?: number; softNmsSigma?: number } = {},
): [Tensor<"int32">, Tensor] {
  const api = "tf.image.nonMaxSuppressionWithScores";
  checkOptions(api, options, { iouThreshold: true, scoreThreshold: true, softNmsSigma: true });
  const { iouThreshold = 0.5, scoreThreshold = Number.NEGATIVE_INFINITY, softNmsSigma = 0 } = options;
  const [b, s] = convertAll(api, [boxes, scores]) as [Tensor, Tensor];
  const thresholds = [iouThreshold, scoreThreshold, softNmsSigma].map((value) => convert(api, value, b.dtype));
  const inputs = [b, s, integers(api, maxOutputSize), ...thresholds];
  return runAll(api, "NonMaxSuppressionV5", inputs, { pad_to_max_output_size: false }).slice(0, 2) as [
    Tensor<"int32">,
    Tensor,
  ];
}

/**
 * A batch of images with boxes drawn in: `boxes` `[batch, n, 4]` are `[y1, x1, y2, x2]` in shares of the image, `colors` `[m, channels]`
 * are taken in turn.
 * @throws when ranks do not fit.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/draw_bounding_boxes
 * @example
 * const drawn = tf.image.drawBoundingBoxes(tf.zeros([1, 3, 3, 1]), [[[0, 0, 1, 1]]], [[1]]);
 * console.log(drawn.at(0, 1, ":", 0).array()); // => [ 1, 0, 1 ]
 */
export function drawBoundingBoxes(images: TensorLike, boxes: TensorLike, colors: TensorLike): Tensor {
  const api = "tf.image.drawBoundingBoxes";
  const inputs = [convert(api, images), convert(api, boxes, "float32"), convert(api, colors, "float32")];
  return run(api, "DrawBoundingBoxesV2", inputs);
}
