/** The kernels of losses: cross-entropies computed from logits, without overflow. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, runAll, unary } from "../operands.ts";
import { moveToEnd } from "./last-axis.ts";

/** Halves are computed in float32. */
function precise(x: Tensor): Tensor {
  return dtypeFacts[x.dtype].bytes === 2 ? x.cast("float32") : x;
}

function reshape(x: Tensor, shape: readonly number[] | Tensor): Tensor {
  return executeOne("Reshape", [x, integers("reshape", shape)]);
}

/** The lengths of all axes of `x` but the last. */
function outerLengths(x: Tensor): number[] | Tensor {
  const outer = x.staticShape?.slice(0, -1);
  return outer?.every((length) => length !== null) ? (outer as number[]) : executeOne("Shape", [x]).at(":-1");
}

/** `x` as a matrix whose rows lie along its last axis. */
function asRows(x: Tensor): Tensor {
  const length = x.staticShape?.at(-1);
  if (typeof length === "number") return reshape(x, [-1, length]);
  const last = executeOne("Shape", [x]).at("-1:");
  return reshape(x, executeOne("ConcatV2", [[convert("reshape", [-1], "int32"), last], convert("concat", 0, "int32")]));
}

/**
 * Cross-entropy between probabilities `labels` and `softmax(logits)` along `axis`: both `[..., classes]`, the result `[...]`.
 * @throws when the shapes differ or `axis` is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/softmax_cross_entropy_with_logits
 * @example
 * console.log(tf.nn.softmaxCrossEntropyWithLogits([[1, 0]], [[0, 0]]).at(0).item().toFixed(4)); // => 0.6931
 */
export function softmaxCrossEntropyWithLogits(
  labels: TensorLike,
  logits: TensorLike,
  options: { axis?: number } = {},
): Tensor {
  const api = "tf.nn.softmaxCrossEntropyWithLogits";
  checkOptions(api, options, { axis: true });
  const given = convert(api, logits);
  const scores = precise(given);
  const targets = convert(api, labels, given.dtype).cast(scores.dtype);
  checkShapes(api, targets, scores);
  const [x, y] = [scores, targets].map((t) => moveToEnd(api, t, options.axis ?? -1)) as [Tensor, Tensor];
  const op = "SoftmaxCrossEntropyWithLogits";
  return overRows(x, y, (rows, labelRows) => runAll(api, op, [rows, labelRows])).cast(given.dtype);
}

/** `loss(logits, labels)` of matrices, for any number of axes before the last one. */
function overRows(logits: Tensor, labels: Tensor, loss: (logits: Tensor, labels: Tensor) => Tensor[]): Tensor {
  if (logits.staticShape?.length === 2) return loss(logits, labels)[0] as Tensor;
  return reshape(loss(asRows(logits), asRows(labels))[0] as Tensor, outerLengths(logits));
}

function checkShapes(api: string, labels: Tensor, logits: Tensor): void {
  if (!shapesCompatible(labels.staticShape, logits.staticShape)) {
    throw invalidArgument(
      api,
      `labels of the logits' shape ${shapeText(logits.staticShape)}`,
      shapeText(labels.staticShape),
      "for class numbers use tf.nn.sparseSoftmaxCrossEntropyWithLogits",
    );
  }
}

/**
 * Cross-entropy between class numbers `labels` `[...]` (int32 or int64) and `softmax(logits)` `[..., classes]`; the result is `[...]`.
 * @throws when labels are not whole numbers, their shape does not fit, or one is beyond the classes.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/sparse_softmax_cross_entropy_with_logits
 * @example
 * console.log(tf.nn.sparseSoftmaxCrossEntropyWithLogits([1], [[0, 0]]).at(0).item().toFixed(4)); // => 0.6931
 */
export function sparseSoftmaxCrossEntropyWithLogits(labels: TensorLike, logits: TensorLike): Tensor {
  const api = "tf.nn.sparseSoftmaxCrossEntropyWithLogits";
  const given = convert(api, logits);
  const classes = integers(api, labels);
  const scores = precise(given);
  const wanted = scores.staticShape?.slice(0, -1) ?? null;
  if (!shapesCompatible(classes.staticShape, wanted)) {
    throw invalidArgument(
      api,
      `labels ${shapeText(wanted)} for logits ${shapeText(scores.staticShape)}`,
      shapeText(classes.staticShape),
      "for probabilities use tf.nn.softmaxCrossEntropyWithLogits",
    );
  }
  const op = "SparseSoftmaxCrossEntropyWithLogits";
  if (scores.staticShape?.length === 2) return (runAll(api, op, [scores, classes])[0] as Tensor).cast(given.dtype);
  const [loss] = runAll(api, op, [asRows(scores), reshape(classes, [-1])]) as [Tensor];
  return reshape(loss, outerLengths(scores)).cast(given.dtype);
}

/**
 * Cross-entropy of independent yes-or-no answers: probabilities `labels` against `sigmoid(logits)`, of one shape, elementwise.
 * @throws when shapes or dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/sigmoid_cross_entropy_with_logits
 * @example
 * console.log(tf.nn.sigmoidCrossEntropyWithLogits([1], [0]).at(0).item().toFixed(4)); // => 0.6931
 */
export function sigmoidCrossEntropyWithLogits(labels: TensorLike, logits: TensorLike): Tensor {
  const api = "tf.nn.sigmoidCrossEntropyWithLogits";
  const [z, x] = convertAll(api, [labels, logits], undefined) as [Tensor, Tensor];
  checkShapes(api, z, x);
  const { positive, logOfRest } = splitLogits(x);
  return positive.subtract(x.multiply(z)).add(logOfRest); // max(x, 0) - x z + log(1 + exp(-|x|))
}

function splitLogits(x: Tensor): { positive: Tensor; logOfRest: Tensor } {
  const zeros = executeOne("ZerosLike", [x]);
  const isPositive = executeOne("GreaterEqual", [x, zeros]);
  const positive = executeOne("SelectV2", [isPositive, x, zeros]);
  const size = executeOne("SelectV2", [isPositive, x.negative(), x]);
  return { positive, logOfRest: executeOne("Log1p", [executeOne("Exp", [size])]) };
}

/**
 * {@link sigmoidCrossEntropyWithLogits} in which a missed yes counts `posWeight` times.
 * @throws when shapes or dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/weighted_cross_entropy_with_logits
 * @example
 * console.log(tf.nn.weightedCrossEntropyWithLogits([1], [0], 2).at(0).item().toFixed(4)); // => 1.3863
 */
export function weightedCrossEntropyWithLogits(labels: TensorLike, logits: TensorLike, posWeight: TensorLike): Tensor {
  const api = "tf.nn.weightedCrossEntropyWithLogits";
  const [z, x] = convertAll(api, [labels, logits]) as [Tensor, Tensor];
  checkShapes(api, z, x);
  // (1 - z) x + (1 + (posWeight - 1) z) (log(1 + exp(-|x|)) + max(-x, 0))
  const weight = z.multiply(convert(api, posWeight, x.dtype).subtract(1)).add(1);
  const { logOfRest } = splitLogits(x);
  const missed = logOfRest.add(executeOne("Relu", [x.negative()]));
  return z.subtract(1).negative().multiply(x).add(weight.multiply(missed));
}

/**
 * Half of the sum of squares: `sum(t ** 2) / 2`, a scalar.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/l2_loss
 * @example
 * console.log(tf.nn.l2Loss([3, 4]).item()); // => 12.5
 */
export function l2Loss(t: TensorLike): Tensor {
  return unary("tf.nn.l2Loss", "L2Loss", t);
}
