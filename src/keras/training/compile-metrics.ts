/** The metrics of a model: names resolved for each output when labels and predictions are first seen. */
import type { Tensor } from "../../runtime/tensor.ts";
import { get as getMetric, type Metric } from "../metrics/index.ts";
import { kindOfLabels, type LabelKind } from "./label-kind.ts";
import { mapGiven, type OutputNames, perOutput } from "./per-output.ts";
import type { CompileOptions, MetricIdentifier } from "./trainable.ts";

/** "accuracy" and "crossentropy" mean something else for binary, one-hot and sparse labels. */
const byLabels: Readonly<Record<string, Readonly<Record<LabelKind, string>>>> = {
  accuracy: { binary: "BinaryAccuracy", sparse: "SparseCategoricalAccuracy", categorical: "CategoricalAccuracy" },
  crossentropy: {
    binary: "BinaryCrossentropy",
    sparse: "SparseCategoricalCrossentropy",
    categorical: "CategoricalCrossentropy",
  },
};
const aliases: Readonly<Record<string, string>> = { acc: "accuracy", ce: "crossentropy" };

/** What a name means for labels of any kind, if that is not the name itself. */
function choicesOf(identifier: MetricIdentifier): Readonly<Record<LabelKind, string>> | undefined {
  if (typeof identifier !== "string") return undefined;
  const name = identifier.toLowerCase();
  return byLabels[aliases[name] ?? name];
}

/** A metric, or what it depends on the labels. */
type Resolved = Metric | { readonly name: string; readonly choices: Readonly<Record<LabelKind, string>> };

function resolve(identifier: MetricIdentifier): Resolved {
  const choices = choicesOf(identifier);
  return choices ? { name: identifier as string, choices } : named(identifier);
}

function named(identifier: MetricIdentifier, name: unknown = identifier): Metric {
  const metric = getMetric(identifier as string);
  if (typeof name === "string") metric.name = name; // as it was asked for, so it stands in the logs
  return metric;
}

/** A metric and the name that it has in the logs. */
export interface LoggedMetric {
  readonly name: string;
  readonly metric: Metric;
}

interface Entry extends LoggedMetric {
  readonly output: number;
  readonly weighted: boolean;
}

/** Metrics by output, made when the outputs are first seen. */
export class CompileMetrics {
  readonly #given: Readonly<Record<"metrics" | "weightedMetrics", unknown>>;
  #entries: Entry[] | undefined;

  /** @throws when a name is not known. */
  constructor({ metrics, weightedMetrics }: CompileOptions) {
    this.#given = { metrics: mapGiven(metrics, resolve), weightedMetrics: mapGiven(weightedMetrics, resolve) };
  }

  /** The metrics, in the order of the outputs. */
  get metrics(): readonly LoggedMetric[] {
    return this.#entries ?? [];
  }

  #build(labels: readonly (Tensor | undefined)[], predictions: readonly Tensor[], names: OutputNames): Entry[] {
    const entries: Entry[] = [];
    const taken = new Map<string, number>();
    for (const option of ["metrics", "weightedMetrics"] as const) {
      const weighted = option === "weightedMetrics";
      this.#lists(option, predictions.length, names).forEach((list, output) => {
        const [yTrue, yPred] = [labels[output], predictions[output]];
        if (list === null || !yTrue || !yPred) return;
        const prefix = predictions.length > 1 ? `${names?.[output] ?? `output_${output}`}_` : "";
        for (const resolved of [list].flat() as Resolved[]) {
          const metric =
            "choices" in resolved ? named(resolved.choices[kindOfLabels(yTrue, yPred)], resolved.name) : resolved;
          entries.push({ name: logName(taken, prefix, metric.name, weighted), metric, output, weighted });
        }
      });
    }
    return entries;
  }

  #lists(
    option: "metrics" | "weightedMetrics",
    numOutputs: number,
    names: OutputNames,
  ): (Resolved | Resolved[] | null)[] {
    const given = this.#given[option];
    const isOneList = numOutputs === 1 && Array.isArray(given);
    return perOutput(`model.compile: ${option}`, isOneList ? [given.flat()] : given, numOutputs, names, "first");
  }

  /** Adds a batch to every metric; labels and weights are in the order of the outputs. */
  update(
    labels: readonly (Tensor | undefined)[],
    predictions: readonly Tensor[],
    sampleWeights: readonly (Tensor | undefined)[],
    names: OutputNames,
  ): void {
    this.#entries ??= this.#build(labels, predictions, names);
    for (const { metric, output, weighted } of this.#entries) {
      const sampleWeight = weighted ? sampleWeights[output] : undefined;
      metric.updateState(labels[output] as Tensor, predictions[output] as Tensor, sampleWeight ? { sampleWeight } : {});
    }
  }
}

/** The name of a metric in the logs: that of its output before it, a number behind it when there are two of the name. */
function logName(taken: Map<string, number>, prefix: string, own: string, weighted: boolean): string {
  let name = `${prefix}${own}`;
  if (taken.has(name) && weighted) name = `${prefix}weighted_${own}`;
  const count = taken.get(name) ?? 0;
  taken.set(name, count + 1);
  return count === 0 ? name : `${name}_${count}`;
}
