/** The loss of a model: those of its outputs, weighted and summed, with a tracker for each where there are several. */
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { getLoss, SparseCategoricalCrossentropy } from "../losses/index.ts";
import { type Loss, LossFunctionWrapper } from "../losses/loss.ts";
import { Mean } from "../metrics/index.ts";
import { perOutput } from "./per-output.ts";
import type { CompileOptions, LossIdentifier } from "./trainable.ts";

interface Entry {
  readonly loss: Loss;
  readonly weight: number;
  readonly tracker: Mean | undefined;
}

function toLoss(identifier: LossIdentifier): Loss {
  const found = getLoss(identifier as never) as Loss | ((...args: never[]) => Tensor);
  if (typeof found !== "function") return found;
  return new LossFunctionWrapper(found as never, { name: found.name });
}

/** Losses by output, made when the outputs are first seen. */
export class CompileLoss {
  readonly #options: CompileOptions;
  readonly #names: () => readonly string[] | undefined;
  #entries: (Entry | null)[] | undefined;

  constructor(options: CompileOptions, outputNames: () => readonly string[] | undefined) {
    this.#options = options;
    this.#names = outputNames;
  }

  /** Mean losses of the single outputs, where there are several. */
  get trackers(): Mean[] {
    return (this.#entries ?? []).flatMap((entry) => (entry?.tracker ? [entry.tracker] : []));
  }

  #build(numOutputs: number): (Entry | null)[] {
    const api = "model.compile: loss";
    const names = this.#names();
    const losses = perOutput<LossIdentifier>(api, this.#options.loss, numOutputs, names, true);
    const weights = perOutput<number>("model.compile: lossWeights", this.#options.lossWeights, numOutputs, names, true);
    return losses.map((loss, i) => {
      if (loss === null) return null;
      const tracker = numOutputs > 1 ? new Mean({ name: `${names?.[i] ?? `output_${i}`}_loss` }) : undefined;
      return { loss: toLoss(loss), weight: weights[i] ?? 1, tracker };
    });
  }

  /** The loss of a batch, a scalar; `undefined` when the model was compiled without one. */
  apply(
    yTrue: readonly Tensor[],
    yPred: readonly Tensor[],
    sampleWeights: readonly Tensor[],
    batchSize: Tensor,
  ): Tensor | undefined {
    this.#entries ??= this.#build(yPred.length);
    let total: Tensor | undefined;
    this.#entries.forEach((entry, i) => {
      if (!entry) return;
      const labels = yTrue[i];
      if (!labels)
        throw invalidArgument(
          "model.fit",
          `labels for ${yPred.length} output(s)`,
          `${yTrue.length}`,
          "pass y, or a dataset of [x, y]",
        );
      checkShapes(entry.loss, labels, yPred[i] as Tensor);
      const sampleWeight = sampleWeights[i] ?? sampleWeights[0];
      const value = entry.loss.apply(labels, yPred[i] as Tensor, sampleWeight ? { sampleWeight } : {});
      if (value.staticShape && value.staticShape.length > 0)
        throw new TensorfleetError(
          "invalidArgument",
          `model.compile: expected a loss that gives a scalar, got ${shapeText(value.staticShape)} from "${entry.loss.name}" (reduction "${entry.loss.reduction}")`,
        );
      entry.tracker?.updateState(value, { sampleWeight: batchSize });
      const weighted = entry.weight === 1 ? value : value.multiply(entry.weight);
      total = total ? total.add(weighted) : weighted;
    });
    return total;
  }

  /** How many classes the labels of each output may name; `undefined` where labels are not classes. */
  numClasses(yPred: readonly Tensor[]): (number | undefined)[] {
    return yPred.map((predictions, i) => {
      const loss = this.#entries?.[i]?.loss;
      const isSparse =
        loss instanceof SparseCategoricalCrossentropy ||
        (loss instanceof LossFunctionWrapper && /sparse_?categorical_?crossentropy/i.test(loss.fn.name));
      return isSparse ? (predictions.staticShape?.at(-1) ?? undefined) : undefined;
    });
  }
}

/** Losses that compare value by value would broadcast shapes that are not meant to. */
function checkShapes(loss: Loss, labels: Tensor, predictions: Tensor): void {
  const [a, b] = [labels.staticShape, predictions.staticShape];
  if (a === null || b === null || loss instanceof SparseCategoricalCrossentropy) return;
  if (a.length !== b.length || a.length < 2) return;
  const differs = a.some((n, axis) => axis > 0 && n !== null && b[axis] !== null && n !== b[axis]);
  if (differs)
    throw invalidArgument(`loss "${loss.name}"`, `labels of the predictions' shape ${shapeText(b)}`, shapeText(a));
}
