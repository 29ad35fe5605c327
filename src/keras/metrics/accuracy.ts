/** Metrics of how many predictions are right. */
import { isInteger } from "../../base/dtypes.ts";
import { squeeze } from "../../ops/array/shapes.ts";
import { equal, greater } from "../../ops/math/comparisons.ts";
import { argmax } from "../../ops/math/positions.ts";
import { inTopK } from "../../ops/nn/embedding.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { named } from "../given-options.ts";
import { alignedOperands } from "../losses/operands.ts";
import { sameRank } from "../losses/reduction.ts";
import { NamedMean } from "./mean.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * 1 where labels equal predictions, else 0.
 * @see https://keras.io/api/metrics/accuracy_metrics/#accuracy-class
 */
export function accuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return equal(...alignedOperands("accuracy", yTrue, yPred)).cast("float32");
}

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyArguments {
  /** Predictions above it count as 1; 0.5 when not given. */
  threshold?: number;
}

/**
 * 1 where labels (0 or 1) equal the predictions, which count as 1 above `threshold`, else 0.
 * @see https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
 * @example
 * console.log(tf.keras.metrics.binaryAccuracy([1, 1], [0.7, 0.2]).array()); // => [ 1, 0 ]
 */
export function binaryAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { threshold = 0.5 }: BinaryAccuracyArguments = {},
): Tensor {
  const [labels, predictions] = sameRank(convert("binaryAccuracy", yTrue), convert("binaryAccuracy", yPred));
  return equal(labels, greater(predictions, threshold).cast(labels.dtype)).cast("float32");
}

/**
 * 1 where the greatest prediction is at the label's place: one-hot labels and predictions `[..., classes]` give `[...]`.
 * @see https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class
 * @example
 * console.log(tf.keras.metrics.categoricalAccuracy([[0, 1], [1, 0]], [[0.3, 0.7], [0.4, 0.6]]).array()); // => [ 1, 0 ]
 */
export function categoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  return equal(argmax(yTrue, { axis: -1 }), argmax(yPred, { axis: -1 })).cast("float32");
}

/**
 * 1 where the greatest prediction is at place `yTrue`: labels `[...]` (or `[..., 1]`) and predictions `[..., classes]` give `[...]`.
 * @see https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class
 * @example
 * console.log(tf.keras.metrics.sparseCategoricalAccuracy([1, 0], [[0.3, 0.7], [0.4, 0.6]]).array()); // => [ 1, 0 ]
 */
export function sparseCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const predictions = convert("sparseCategoricalAccuracy", yPred);
  const labels = classNumbers("sparseCategoricalAccuracy", yTrue, predictions);
  const isWhole = labels.dtype === "int32" || labels.dtype === "int64";
  const best = argmax(predictions, { axis: -1, outputType: isWhole ? (labels.dtype as "int32") : "int64" });
  return equal(labels, best.cast(labels.dtype)).cast("float32");
}

/** Labels without a last axis of length 1; narrow integers as int32. */
function classNumbers(api: string, yTrue: TensorLike, predictions: Tensor): Tensor {
  const given = convert(api, yTrue);
  const labels = given.rank === predictions.rank && given.shape.at(-1) === 1 ? squeeze(given, { axis: [-1] }) : given;
  return isInteger(labels.dtype) && labels.dtype !== "int64" ? labels.cast("int32") : labels;
}

/** Options of {@link topKCategoricalAccuracy} and {@link sparseTopKCategoricalAccuracy}. */
export interface TopKArguments {
  /** How many of the greatest predictions are looked at; 5 when not given. */
  k?: number;
}

/**
 * 1 where the label is among the `k` greatest predictions: one-hot labels and predictions `[..., classes]` give `[...]`.
 * @see https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class
 * @example
 * console.log(tf.keras.metrics.topKCategoricalAccuracy([[0, 0, 1]], [[0.1, 0.7, 0.2]], { k: 2 }).array()); // => [ 1 ]
 */
export function topKCategoricalAccuracy(yTrue: TensorLike, yPred: TensorLike, { k = 5 }: TopKArguments = {}): Tensor {
  return inTop(argmax(yTrue, { axis: -1, outputType: "int32" }), convert("topKCategoricalAccuracy", yPred), k);
}

/**
 * 1 where the label is among the `k` greatest predictions: labels `[...]` and predictions `[..., classes]` give `[...]`.
 * @see https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class
 * @example
 * console.log(tf.keras.metrics.sparseTopKCategoricalAccuracy([2], [[0.1, 0.7, 0.2]], { k: 2 }).array()); // => [ 1 ]
 */
export function sparseTopKCategoricalAccuracy(
  yTrue: TensorLike,
  yPred: TensorLike,
  { k = 5 }: TopKArguments = {},
): Tensor {
  const predictions = convert("sparseTopKCategoricalAccuracy", yPred);
  return inTop(classNumbers("sparseTopKCategoricalAccuracy", yTrue, predictions).cast("int32"), predictions, k);
}

function inTop(labels: Tensor, predictions: Tensor, k: number): Tensor {
  if (labels.rank === 1) return inTopK(labels, predictions, k).cast("float32");
  const flat = predictions.reshape([-1, predictions.shape.at(-1) as number]);
  const matches = inTopK(labels.reshape([-1]), flat, k).cast("float32");
  return matches.reshape(labels.shape.map((length) => length ?? -1));
}

/**
 * How often labels equal predictions.
 * @see https://keras.io/api/metrics/accuracy_metrics/#accuracy-class
 * @example
 * const metric = new tf.keras.metrics.Accuracy();
 * metric.updateState([1, 2, 3, 4], [0, 2, 3, 4]);
 * console.log(metric.result().item()); // => 0.75
 */
export class Accuracy extends NamedMean {
  static override readonly className: string = "Accuracy";
  constructor(options: MetricOptions = {}) {
    super(accuracy, { name: "accuracy", ...named(new.target, options) });
  }
}

/** Options of {@link BinaryAccuracy}. */
export interface BinaryAccuracyOptions extends MetricOptions, BinaryAccuracyArguments {}

/**
 * How often labels of 0 and 1 equal predictions, which count as 1 above `threshold`.
 * @see https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
 * @example
 * const metric = new tf.keras.metrics.BinaryAccuracy();
 * metric.updateState([[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]]);
 * console.log(metric.result().item()); // => 0.75
 */
export class BinaryAccuracy extends NamedMean {
  static override readonly className: string = "BinaryAccuracy";
  constructor(options: BinaryAccuracyOptions = {}) {
    const defaults: BinaryAccuracyOptions = { name: "binary_accuracy", threshold: 0.5 };
    super(binaryAccuracy, { ...defaults, ...named(new.target, options) });
  }
}

/**
 * How often the greatest prediction is at the place of the 1 in one-hot labels.
 * @see https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class
 * @example
 * const metric = new tf.keras.metrics.CategoricalAccuracy();
 * metric.updateState([[0, 1], [1, 0]], [[0.3, 0.7], [0.4, 0.6]]);
 * console.log(metric.result().item()); // => 0.5
 */
export class CategoricalAccuracy extends NamedMean {
  static override readonly className: string = "CategoricalAccuracy";
  constructor(options: MetricOptions = {}) {
    super(categoricalAccuracy, { name: "categorical_accuracy", ...named(new.target, options) });
  }
}

/**
 * How often the greatest prediction is that of the label, a class number.
 * @see https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class
 * @example
 * const metric = new tf.keras.metrics.SparseCategoricalAccuracy();
 * metric.updateState([1, 0], [[0.3, 0.7], [0.4, 0.6]]);
 * console.log(metric.result().item()); // => 0.5
 */
export class SparseCategoricalAccuracy extends NamedMean {
  static override readonly className: string = "SparseCategoricalAccuracy";
  constructor(options: MetricOptions = {}) {
    super(sparseCategoricalAccuracy, { name: "sparse_categorical_accuracy", ...named(new.target, options) });
  }
}

/** Options of {@link TopKCategoricalAccuracy} and {@link SparseTopKCategoricalAccuracy}. */
export interface TopKOptions extends MetricOptions, TopKArguments {}

/**
 * How often the label, one-hot, is among the `k` greatest predictions (5 when not given).
 * @see https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class
 * @example
 * const metric = new tf.keras.metrics.TopKCategoricalAccuracy({ k: 1 });
 * metric.updateState([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]);
 * console.log(metric.result().item()); // => 0.5
 */
export class TopKCategoricalAccuracy extends NamedMean {
  static override readonly className: string = "TopKCategoricalAccuracy";
  constructor(options: TopKOptions = {}) {
    const defaults: TopKOptions = { name: "top_k_categorical_accuracy", k: 5 };
    super(topKCategoricalAccuracy, { ...defaults, ...named(new.target, options) });
  }
}

/**
 * How often the label, a class number, is among the `k` greatest predictions (5 when not given).
 * @see https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class
 * @example
 * const metric = new tf.keras.metrics.SparseTopKCategoricalAccuracy({ k: 1 });
 * metric.updateState([2, 1], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]);
 * console.log(metric.result().item()); // => 0.5
 */
export class SparseTopKCategoricalAccuracy extends NamedMean {
  static override readonly className: string = "SparseTopKCategoricalAccuracy";
  constructor(options: TopKOptions = {}) {
    const defaults: TopKOptions = { name: "sparse_top_k_categorical_accuracy", k: 5 };
    super(sparseTopKCategoricalAccuracy, { ...defaults, ...named(new.target, options) });
  }
}
