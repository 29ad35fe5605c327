/** FBetaScore and F1Score: means of precision and recall. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { expandDims } from "../../ops/array/shapes.ts";
import { greater, greaterEqual } from "../../ops/math/comparisons.ts";
import { logicalAnd } from "../../ops/math/predicates.ts";
import { reduceMax, reduceMean, reduceSum } from "../../ops/math/reductions.ts";
import { abs } from "../../ops/math/signs.ts";
import { convert } from "../../runtime/convert.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import { named } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { Metric, type MetricOptions, type UpdateOptions, weightsOf } from "./metric.ts";

const epsilon = 1e-7;
const averages = ["micro", "macro", "weighted"] as const;

/** Options of {@link F1Score}. */
export interface F1ScoreOptions extends MetricOptions {
  /** One score for each class (null, the default), or one for all: over all samples, the mean of the classes, or weighted by their labels. */
  average?: "micro" | "macro" | "weighted" | null;
  /** Predictions above it are positive; only the greatest of each row when not given. */
  threshold?: number | null;
}

/** Options of {@link FBetaScore}. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more recall counts than precision; 1 when not given. */
  beta?: number;
}

interface Counts {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly falseNegatives: Variable;
  readonly labels: Variable;
}

/**
 * `(1 + beta^2) * precision * recall / (beta^2 * precision + recall)`, of labels and predictions `[batch, classes]`.
 * @throws when an option is out of range, or from `updateState` when there are not two axes.
 * @see https://keras.io/api/metrics/classification_metrics/#fbetascore-class
 * @example
 * const metric = new tf.keras.metrics.FBetaScore({ beta: 2, threshold: 0.5, average: "micro" });
 * metric.updateState([[1, 1, 0]], [[0.9, 0.6, 0.1]]);
 * console.log(metric.result().item().toFixed(3)); // => 1.000
 */
export class FBetaScore extends Metric {
  static override readonly className: string = "FBetaScore";
  readonly average: "micro" | "macro" | "weighted" | null;
  readonly beta: number;
  readonly threshold: number | null;
  #counts: Counts | undefined;

  constructor(options: FBetaScoreOptions = {}) {
    super({ name: "fbeta_score", ...named(new.target, options) });
    this.average = options.average ?? null;
    this.beta = options.beta ?? 1;
    this.threshold = options.threshold ?? null;
    if (this.average !== null && !averages.includes(this.average))
      throw invalidArgument(this.name, `average of ${averages.join(", ")} or null`, describe(this.average));
    if (!(this.beta > 0)) throw invalidArgument(this.name, "beta above 0", describe(options.beta));
    if (this.threshold !== null && !(this.threshold > 0 && this.threshold <= 1))
      throw invalidArgument(this.name, "threshold in (0, 1]", describe(options.threshold));
  }

  #build(predictions: Tensor): Counts {
    const classes = predictions.shape[1];
    if (predictions.rank !== 2 || typeof classes !== "number")
      throw invalidArgument(`${this.name}.updateState`, "predictions [samples, classes]", shapeText(predictions.shape));
    const shape = this.average === "micro" ? [] : [classes];
    this.#counts = {
      truePositives: this.addVariable(shape, { name: "true_positives" }),
      falsePositives: this.addVariable(shape, { name: "false_positives" }),
      falseNegatives: this.addVariable(shape, { name: "false_negatives" }),
      labels: this.addVariable(shape, { name: "intermediate_weights" }),
    };
    return this.#counts;
  }

  #isPositive(predictions: Tensor): Tensor {
    if (this.threshold !== null) return greater(predictions, this.threshold);
    return logicalAnd(
      greaterEqual(predictions, reduceMax(predictions, { axis: -1, keepdims: true })),
      greater(abs(predictions), 1e-9),
    );
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const predictions = convert(this.name, yPred).cast(this.dtype);
      const labels = convert(this.name, yTrue).cast(this.dtype);
      const counts = this.#counts ?? this.#build(predictions);
      const weights = weightsOf(this.name, sampleWeight, this.dtype);
      const sum = (x: Tensor): Tensor =>
        reduceSum(weights ? x.multiply(expandDims(weights, 1)) : x, this.average === "micro" ? {} : { axis: 0 });
      const positive = this.#isPositive(predictions).cast(this.dtype);
      counts.truePositives.assignAdd(sum(positive.multiply(labels)));
      counts.falsePositives.assignAdd(sum(positive.multiply(labels.negative().add(1))));
      counts.falseNegatives.assignAdd(sum(positive.negative().add(1).multiply(labels)));
      counts.labels.assignAdd(sum(labels));
    });
  }

  override result(): Tensor {
    if (!this.#counts) throw invalidArgument(`${this.name}.result`, "an update before the result", "none");
    const found = this.#counts.truePositives.read();
    const precision = found.divide(found.add(this.#counts.falsePositives).add(epsilon));
    const recall = found.divide(found.add(this.#counts.falseNegatives).add(epsilon));
    const square = this.beta ** 2;
    const scores = precision
      .multiply(recall)
      .divide(precision.multiply(square).add(recall).add(epsilon))
      .multiply(1 + square);
    if (this.average === null) return scores;
    if (this.average !== "weighted") return reduceMean(scores);
    const labels = this.#counts.labels.read();
    return reduceSum(scores.multiply(labels.divide(reduceSum(labels).add(epsilon))));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), average: this.average, beta: this.beta, threshold: this.threshold };
  }
}

/**
 * The harmonic mean of precision and recall, of labels and predictions `[batch, classes]`.
 * @throws when an option is out of range, or from `updateState` when there are not two axes.
 * @see https://keras.io/api/metrics/classification_metrics/#f1score-class
 * @example
 * const metric = new tf.keras.metrics.F1Score({ threshold: 0.5, average: "micro" });
 * metric.updateState([[1, 1, 0]], [[0.9, 0.6, 0.1]]);
 * console.log(metric.result().item().toFixed(3)); // => 1.000
 */
export class F1Score extends FBetaScore {
  static override readonly className: string = "F1Score";

  constructor(options: F1ScoreOptions = {}) {
    super({ name: "f1_score", ...named(new.target, options) });
  }

  override getConfig(): Config {
    const { beta: _, ...config } = super.getConfig();
    return config;
  }
}
