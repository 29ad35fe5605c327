/** The metrics of a model: names resolved for each output when labels and predictions are first seen. */
import type { Tensor } from "../../runtime/tensor.ts";
import { getMetric, MeanMetricWrapper, type Metric } from "../metrics/index.ts";
import { perOutput } from "./per-output.ts";
import type { CompileOptions, MetricIdentifier } from "./trainable.ts";

type PerOutputMetrics = MetricIdentifier | readonly MetricIdentifier[];

/** "accuracy" and "crossentropy" mean something else for binary, one-hot and sparse labels. */
const byLabels: Readonly<Record<string, Readonly<Record<"binary" | "sparse" | "categorical", string>>>> = {
  accuracy: { binary: "BinaryAccuracy", sparse: "SparseCategoricalAccuracy", categorical: "CategoricalAccuracy" },
  crossentropy: {
    binary: "BinaryCrossentropy",
    sparse: "SparseCategoricalCrossentropy",
    categorical: "CategoricalCrossentropy",
  },
};
const aliases: Readonly<Record<string, string>> = { acc: "accuracy", ce: "crossentropy" };

function kindOfLabels(yTrue: Tensor, yPred: Tensor): "binary" | "sparse" | "categorical" {
  const [labels, predictions] = [yTrue.staticShape, yPred.staticShape];
  if (predictions?.at(-1) === 1) return "binary";
  const isSparse =
    labels !== null && predictions !== null && (labels.length < predictions.length || labels.at(-1) === 1);
  return isSparse ? "sparse" : "categorical";
}

function toMetric(identifier: MetricIdentifier, yTrue: Tensor, yPred: Tensor): Metric {
  if (typeof identifier === "string") {
    const name = aliases[identifier.toLowerCase()] ?? identifier;
    const choice = byLabels[name];
    if (choice) return named(getMetric(choice[kindOfLabels(yTrue, yPred)]) as Metric, identifier);
    const found = getMetric(identifier) as Metric | ((yTrue: Tensor, yPred: Tensor) => Tensor);
    return typeof found === "function" ? new MeanMetricWrapper(found, { name: identifier }) : named(found, identifier);
  }
  const found = getMetric(identifier as never) as Metric | ((yTrue: Tensor, yPred: Tensor) => Tensor);
  return typeof found === "function" ? new MeanMetricWrapper(found, { name: found.name }) : found;
}

/** A metric that was asked for by a string has that name in the logs. */
function named(metric: Metric, name: string): Metric {
  metric.name = name;
  return metric;
}

interface Entry {
  readonly metric: Metric;
  readonly output: number;
  readonly weighted: boolean;
}

/** Metrics by output, made when the outputs are first seen. */
export class CompileMetrics {
  readonly #options: CompileOptions;
  readonly #names: () => readonly string[] | undefined;
  #entries: Entry[] | undefined;

  constructor(options: CompileOptions, outputNames: () => readonly string[] | undefined) {
    this.#options = options;
    this.#names = outputNames;
  }

  /** The metrics, in the order of the outputs. */
  get metrics(): Metric[] {
    return (this.#entries ?? []).map((entry) => entry.metric);
  }

  #build(yTrue: readonly Tensor[], yPred: readonly Tensor[]): Entry[] {
    const numOutputs = yPred.length;
    const names = this.#names();
    const entries: Entry[] = [];
    for (const [option, weighted] of [
      ["metrics", false],
      ["weightedMetrics", true],
    ] as const) {
      const given = this.#options[option];
      const single = numOutputs === 1 && Array.isArray(given) && !given.some(Array.isArray);
      const lists = perOutput<PerOutputMetrics>(
        `model.compile: ${option}`,
        single ? [given] : given,
        numOutputs,
        names,
        false,
      );
      lists.forEach((list, output) => {
        const [labels, predictions] = [yTrue[output], yPred[output]];
        if (list === null || !labels || !predictions) return;
        for (const identifier of Array.isArray(list) ? list : [list])
          entries.push({ metric: toMetric(identifier as MetricIdentifier, labels, predictions), output, weighted });
      });
    }
    if (numOutputs > 1)
      for (const { metric, output } of entries) metric.name = `${names?.[output] ?? `output_${output}`}_${metric.name}`;
    return entries;
  }

  /** Adds a batch to every metric. */
  update(yTrue: readonly Tensor[], yPred: readonly Tensor[], sampleWeights: readonly Tensor[]): void {
    this.#entries ??= this.#build(yTrue, yPred);
    for (const { metric, output, weighted } of this.#entries) {
      const sampleWeight = weighted ? (sampleWeights[output] ?? sampleWeights[0]) : undefined;
      metric.updateState(yTrue[output] as Tensor, yPred[output] as Tensor, sampleWeight ? { sampleWeight } : {});
    }
  }
}
