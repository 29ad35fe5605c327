/** Watching one log: whether it got better, in the direction that its metric has. */
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Metric } from "../metrics/metric.ts";
import { ownName, type Registered } from "../object-registry.ts";
import type { Logs } from "./callback.ts";
import type { CallbackModel } from "./callback-model.ts";

/** Which direction is better. */
export type MonitorMode = "auto" | "min" | "max";

// biome-ignore format: a table
/** Keras's metrics of which more is better. */
const rising: readonly string[] = [
  "Accuracy", "AUC", "BinaryAccuracy", "BinaryIoU", "CategoricalAccuracy", "ConcordanceCorrelation", "CosineSimilarity", "F1Score",
  "FBetaScore", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU", "PearsonCorrelation", "Precision", "PrecisionAtRecall", "R2Score",
  "Recall", "RecallAtPrecision", "SensitivityAtSpecificity", "SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy",
  "SpecificityAtSensitivity", "TopKCategoricalAccuracy",
];

// biome-ignore format: a table
/** Keras's metrics of which less is better. The others, means and counts, do not tell. */
const falling: readonly string[] = [
  "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "Hinge", "KLDivergence", "LogCoshError", "MeanAbsoluteError",
  "MeanAbsolutePercentageError", "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson", "RootMeanSquaredError",
  "SparseCategoricalCrossentropy", "SquaredHinge",
];

function directionOf(metric: Metric): "min" | "max" | undefined {
  const name = ownName(metric.constructor as unknown as Registered);
  if (rising.includes(name)) return "max";
  return falling.includes(name) ? "min" : undefined;
}

/** Compares the values of one log. */
export class Monitor {
  readonly name: string;
  readonly #api: string;
  readonly #minDelta: number;
  #mode: MonitorMode;
  #warned = false;

  /** @throws when the mode is not known. */
  constructor(api: string, name: string, mode: MonitorMode, minDelta = 0) {
    if (!["auto", "min", "max"].includes(mode))
      throw invalidArgument(`new ${api}`, 'mode "auto", "min" or "max"', describe(mode));
    this.name = name;
    this.#api = api;
    this.#mode = mode;
    this.#minDelta = Math.abs(minDelta);
  }

  /** The value in `logs`; warns once, with what there is, when it is missing. */
  valueOf(logs: Logs): number | undefined {
    const value = logs[this.name];
    if (value === undefined && !this.#warned) {
      this.#warned = true;
      const known = Object.keys(logs).join(", ") || "none";
      const advice = this.name.startsWith("val_") ? "; is validationData missing?" : "";
      console.warn(`${this.#api}: expected "${this.name}" among the logs, got ${known}${advice}`);
    }
    return value;
  }

  /**
   * Whether `value` is better than `best` by more than the least change. Any number is better than none, NaN never is.
   * @throws when the mode is "auto" and the metric of the model does not tell what is better.
   */
  isBetter(model: CallbackModel, value: number, best: number | undefined): boolean {
    if (this.#mode === "auto") this.#mode = this.#directionIn(model);
    if (best === undefined) return !Number.isNaN(value);
    return this.#mode === "max" ? value - this.#minDelta > best : value + this.#minDelta < best;
  }

  #directionIn({ metrics, metricsNames }: CallbackModel): "min" | "max" {
    const name = this.name.replace(/^val_/, "");
    const metric = metrics[metricsNames.indexOf(name)];
    const isLoss = name === "loss" || name.endsWith("_loss"); // of the model, or of one of its outputs
    const direction = isLoss ? "min" : metric && directionOf(metric);
    if (direction) return direction;
    throw invalidArgument(
      this.#api,
      `a monitor whose better direction is known (${metricsNames.join(", ")})`,
      `"${this.name}"`,
      'say it: mode "min" or "max"',
    );
  }
}
