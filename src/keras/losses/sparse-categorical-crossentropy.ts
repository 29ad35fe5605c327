/** The loss of labels that are class numbers. */
import { isInteger } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { isFullyDefined, shapeText } from "../../base/shapes.ts";
import { zerosLike } from "../../ops/array/creation.ts";
import { where } from "../../ops/array/gathering.ts";
import { expandDims, squeeze } from "../../ops/array/shapes.ts";
import { clipByValue } from "../../ops/math/clipping.ts";
import { notEqual } from "../../ops/math/comparisons.ts";
import { log } from "../../ops/math/exponential.ts";
import { sparseSoftmaxCrossEntropyWithLogits } from "../../ops/nn/losses.ts";
import { convert } from "../../runtime/convert.ts";
import { isTracing } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { logitsOf } from "../activations/logits.ts";
import { named } from "../given-options.ts";
import { setMask } from "../layers/masks.ts";
import type { Config } from "../object-registry.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { epsilon } from "./operands.ts";
import { sameRank } from "./reduction.ts";

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyArguments {
  /** Whether predictions are logits rather than probabilities; false when not given. */
  fromLogits?: boolean;
  /** A class whose samples do not count; none when not given. */
  ignoreClass?: number | null;
  /** Axis of the classes: the last one. */
  axis?: number;
}

/** Throws when a label is no class: named, with its place. Traced labels are left to the kernel, and to `fit`. */
function checkLabels(api: string, labels: Tensor, predictions: Tensor): void {
  const classes = predictions.shape.at(-1);
  if (isTracing() || typeof classes !== "number" || !isFullyDefined(labels.staticShape)) return;
  const values = labels.data() as ArrayLike<number | bigint>;
  for (let i = 0; i < values.length; i++) {
    const label = Number(values[i]);
    if (label >= 0 && label < classes) continue;
    const place = labels.rank > 1 ? `position [${positionOf(i, labels.staticShape).join(", ")}]` : `row ${i}`;
    const advice = `predictions ${shapeText(predictions.shape)} have ${classes} classes, numbered from 0: make the last layer wider, or renumber the labels`;
    throw invalidArgument(api, `labels in [0, ${classes})`, `label ${label} at ${place}`, advice);
  }
}

function positionOf(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((length) => {
      const position = rest % length;
      rest = Math.floor(rest / length);
      return position;
    })
    .reverse();
}

/** Labels as whole numbers. */
function classNumbers(labels: Tensor): Tensor {
  return labels.dtype === "int32" || labels.dtype === "int64"
    ? labels
    : labels.cast(isInteger(labels.dtype) ? "int32" : "int64");
}

/**
 * `-log(yPred[label])`: labels `[...]` (or `[..., 1]`) and predictions `[..., classes]` give `[...]`. Of predictions that a
 * softmax made, its logits are used.
 * @throws when shapes do not fit, when a label is not in [0, classes) (told with its row; traced labels are checked by TensorFlow),
 * and when `axis` is not the last.
 * @see https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-function
 * @example
 * const loss = tf.keras.losses.sparseCategoricalCrossentropy([1], [[0.75, 0.25]]);
 * console.log(tf.exp(loss).item().toFixed(4)); // => 4.0000
 */
export function sparseCategoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: SparseCategoricalCrossentropyArguments = {},
): Tensor {
  const api = "sparseCategoricalCrossentropy";
  const { fromLogits = false, axis = -1 } = options;
  const ignoreClass = options.ignoreClass ?? null;
  const predictions = convert(api, yPred);
  const given = convert(api, yTrue);
  if (axis !== -1 && axis !== predictions.rank - 1)
    throw invalidArgument(api, "axis -1", String(axis), "move the classes to the last axis");
  const flat = given.rank === predictions.rank && given.shape.at(-1) === 1 ? squeeze(given, { axis: [-1] }) : given;
  const labels = classNumbers(flat);
  checkRanks(api, labels, predictions);
  if (ignoreClass === null) return crossentropies(api, labels, predictions, fromLogits);
  const valid = notEqual(labels, ignoreClass);
  const kept = where(expandDims(valid, -1), predictions, zerosLike(predictions));
  const losses = crossentropies(api, where(valid, labels, zerosLike(labels)), kept, fromLogits);
  const masked = where(valid, losses, zerosLike(losses));
  setMask(masked, valid);
  return masked;
}

function checkRanks(api: string, labels: Tensor, predictions: Tensor): void {
  const [l, p] = [labels.staticShape, predictions.staticShape];
  if (
    l === null ||
    p === null ||
    (l.length === p.length - 1 && l.every((n, i) => n === null || p[i] === null || n === p[i]))
  )
    return;
  const advice = "one-hot labels need categorical_crossentropy";
  throw invalidArgument(
    api,
    `labels of the predictions' shape without its last axis, ${shapeText(p.slice(0, -1))}`,
    shapeText(l),
    advice,
  );
}

function crossentropies(api: string, labels: Tensor, predictions: Tensor, fromLogits: boolean): Tensor {
  checkLabels(api, labels, predictions);
  const logits = fromLogits ? predictions : logitsOf(predictions);
  return sparseSoftmaxCrossEntropyWithLogits(labels, logits ?? log(clipByValue(predictions, epsilon, 1 - epsilon)));
}

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyOptions extends LossOptions, SparseCategoricalCrossentropyArguments {}

/**
 * Crossentropy of labels that are class numbers; for one-hot labels see {@link CategoricalCrossentropy}.
 * @throws from `apply`, when a label is not in [0, classes).
 * @see https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class
 * @example
 * const loss = new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true });
 * console.log(Math.exp(loss.apply([0, 1], [[2, 2], [2, 2]]).item()).toFixed(4)); // => 2.0000
 */
export class SparseCategoricalCrossentropy extends Loss {
  static override readonly className: string = "SparseCategoricalCrossentropy";
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    super({ name: "sparse_categorical_crossentropy", ...named(new.target, options) });
    this.fromLogits = options.fromLogits ?? false;
    this.ignoreClass = options.ignoreClass ?? null;
    this.axis = options.axis ?? -1;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sparseCategoricalCrossentropy(...sameRank(yTrue, yPred), this);
  }

  /** Class numbers stay whole numbers. */
  protected override labels(yTrue: TensorLike): Tensor {
    return convert(this.name, yTrue);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), from_logits: this.fromLogits, ignore_class: this.ignoreClass, axis: this.axis };
  }
}
