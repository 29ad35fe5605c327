/** The loss of a model: those of its outputs, weighted and summed, with a tracker for each where there are several. */
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { getReplicaContext } from "../../distribute/replica-context.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { get as getLoss, type LossIdentifier as KnownLoss } from "../losses/index.ts";
import { type Loss, LossFunctionWrapper } from "../losses/loss.ts";
import {
  SparseCategoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from "../losses/sparse-categorical-crossentropy.ts";
import { Mean } from "../metrics/index.ts";
import { builtinNameOf, type Registered } from "../object-registry.ts";
import type { ClassRange } from "./label-check.ts";
import { kindOfLabels } from "./label-kind.ts";
import { mapGiven, type OutputNames, perOutput } from "./per-output.ts";
import type { CompileOptions, LossIdentifier } from "./trainable.ts";

interface Entry {
  /** Known when the labels are first seen: what "crossentropy" means depends on them. */
  loss: Loss | "by labels";
  readonly weight: number;
  readonly tracker: Mean | undefined;
}

const byLabels = {
  binary: "binary_crossentropy",
  sparse: "sparse_categorical_crossentropy",
  categorical: "categorical_crossentropy",
} as const;

function resolve(identifier: LossIdentifier): Loss | "by labels" {
  if (identifier === "crossentropy" || identifier === "ce") return "by labels";
  return getLoss(identifier as KnownLoss);
}

/** Losses by output, made when the outputs are first seen. */
export class CompileLoss {
  readonly #losses: unknown;
  readonly #lossWeights: CompileOptions["lossWeights"];
  #entries: (Entry | null)[] | undefined;

  /** @throws when a name is not known. */
  constructor({ loss, lossWeights }: CompileOptions) {
    this.#losses = mapGiven(loss, resolve);
    this.#lossWeights = lossWeights;
  }

  /** Mean losses of the single outputs, where there are several. */
  get trackers(): Mean[] {
    return (this.#entries ?? []).flatMap((entry) => (entry?.tracker ? [entry.tracker] : []));
  }

  #build(numOutputs: number, names: OutputNames): (Entry | null)[] {
    const losses = perOutput<Entry["loss"]>("model.compile: loss", this.#losses, numOutputs, names, "all");
    const weights = perOutput<number>("model.compile: lossWeights", this.#lossWeights, numOutputs, names, "all");
    return losses.map((loss, i) => {
      if (loss === null) return null;
      const tracker = numOutputs > 1 ? new Mean({ name: `${names?.[i] ?? `output_${i}`}_loss` }) : undefined;
      return { loss, weight: weights[i] ?? 1, tracker };
    });
  }

  /** Which outputs have a loss. */
  outputsWithLoss(numOutputs: number, names: OutputNames): number[] {
    this.#entries ??= this.#build(numOutputs, names);
    return this.#entries.flatMap((entry, i) => (entry ? [i] : []));
  }

  /** The loss of a batch, a scalar; `undefined` when the model was compiled without one. `labels` are in the order of the outputs. */
  apply(
    labels: readonly (Tensor | undefined)[],
    predictions: readonly Tensor[],
    sampleWeights: readonly (Tensor | undefined)[],
    batchSize: Tensor,
  ): Tensor | undefined {
    let total: Tensor | undefined;
    this.#entries?.forEach((entry, i) => {
      if (!entry) return;
      const [yTrue, yPred, sampleWeight] = [labels[i] as Tensor, predictions[i] as Tensor, sampleWeights[i]];
      if (entry.loss === "by labels") entry.loss = getLoss(byLabels[kindOfLabels(yTrue, yPred)]);
      checkShapes(entry.loss, yTrue, yPred);
      const value = asMeanOfShards(entry.loss, entry.loss.apply(yTrue, yPred, sampleWeight ? { sampleWeight } : {}));
      checkScalar(entry.loss, value);
      entry.tracker?.updateState(value, { sampleWeight: batchSize });
      const weighted = entry.weight === 1 ? value : value.multiply(entry.weight);
      total = total ? total.add(weighted) : weighted;
    });
    return total;
  }

  /** Which classes the labels of each output may name; `undefined` where labels are not classes. */
  classRanges(predictions: readonly Tensor[]): (ClassRange | undefined)[] {
    return predictions.map(({ staticShape }, i) => {
      const loss = this.#entries?.[i]?.loss;
      const numClasses = staticShape?.at(-1);
      if (!loss || loss === "by labels" || !isSparse(loss) || typeof numClasses !== "number") return undefined;
      const ignored = loss.getConfig().ignore_class;
      return { numClasses, ignored: typeof ignored === "number" ? ignored : undefined };
    });
  }
}

/** A shard's loss, such that the mean over the shards by their rows is the loss of the batch: sums count as often as they are averaged. */
function asMeanOfShards(loss: Loss, value: Tensor): Tensor {
  const rows = getReplicaContext()?.rows;
  if (!rows || loss.reduction !== "sum") return value;
  return value.multiply(rows.all.divide(rows.shard).cast(value.dtype));
}

function isSparse(loss: Loss): boolean {
  if (loss instanceof SparseCategoricalCrossentropy) return true;
  return loss instanceof LossFunctionWrapper && loss.fn === (sparseCategoricalCrossentropy as unknown);
}

function checkScalar(loss: Loss, value: Tensor): void {
  const { staticShape } = value;
  if (staticShape === null || staticShape.length === 0) return;
  throw new TensorfleetError(
    "invalidArgument",
    `model.compile: expected a loss that gives a scalar, got ${shapeText(staticShape)} from "${loss.name}" (reduction "${loss.reduction}")`,
  );
}

/** Whether a loss is one of Keras's that compare value by value: it would broadcast shapes that are not meant to. */
function isElementwise(loss: Loss): boolean {
  if (isSparse(loss)) return false;
  const named = loss instanceof LossFunctionWrapper ? loss.fn : loss.constructor;
  return builtinNameOf(named as unknown as Registered) !== undefined;
}

function checkShapes(loss: Loss, labels: Tensor, predictions: Tensor): void {
  const [yTrue, yPred] = [labels.staticShape, predictions.staticShape];
  if (yTrue === null || yPred === null || !isElementwise(loss)) return;
  const [a, b] = [withoutOne(yTrue, yPred), withoutOne(yPred, yTrue)];
  const fits = a.length === b.length && a.every((n, axis) => n === null || b[axis] === null || n === b[axis]);
  if (fits) return;
  const advice = a.length < b.length ? "sparse_categorical_crossentropy takes class numbers" : undefined;
  throw invalidArgument(
    `loss "${loss.name}"`,
    `labels of the predictions' shape ${shapeText(yPred)}`,
    shapeText(yTrue),
    advice,
  );
}

/** A shape without its last axis, where that is one of length 1 that the other does not have. */
function withoutOne(shape: readonly (number | null)[], other: readonly (number | null)[]): readonly (number | null)[] {
  return shape.length === other.length + 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
}
