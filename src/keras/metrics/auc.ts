/** AUC: the area under a curve of true against false positives, or of precision against recall. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { onesLike } from "../../ops/array/creation.ts";
import { where } from "../../ops/array/gathering.ts";
import { divideNoNan, maximum, minimum } from "../../ops/math/arithmetic.ts";
import { equal, greater } from "../../ops/math/comparisons.ts";
import { log, sigmoid } from "../../ops/math/exponential.ts";
import { logicalAnd } from "../../ops/math/predicates.ts";
import { reduceMean, reduceSum } from "../../ops/math/reductions.ts";
import { convert } from "../../runtime/convert.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import { updateConfusion } from "./confusion.ts";
import { Metric, type MetricOptions, type UpdateOptions, weightsOf } from "./metric.ts";

const epsilon = 1e-7;

const curves = ["ROC", "PR", "PRGAIN"] as const;
const summations = ["interpolation", "minoring", "majoring"] as const;

/** Options of {@link AUC}. */
export interface AUCOptions extends MetricOptions {
  /** How many thresholds the curve has; 200 when not given. */
  numThresholds?: number;
  /** True against false positives ("ROC", the default), precision against recall ("PR"), or their gains. */
  curve?: "ROC" | "PR" | "PRGAIN";
  /** How the curve goes on between thresholds; "interpolation" when not given. */
  summationMethod?: "interpolation" | "minoring" | "majoring";
  /** The thresholds between 0 and 1; evenly spread when not given. */
  thresholds?: readonly number[] | null;
  /** Whether each column has an area of its own, and the mean of them is given; false when not given. */
  multiLabel?: boolean;
  /** How many columns there are, when `multiLabel`; found at the first update when not given. */
  numLabels?: number | null;
  /** Weights of the columns. */
  labelWeights?: readonly number[] | null;
  /** Whether predictions are logits; false when not given. */
  fromLogits?: boolean;
}

interface Counts {
  readonly truePositives: Variable;
  readonly falsePositives: Variable;
  readonly trueNegatives: Variable;
  readonly falseNegatives: Variable;
}

function choice<T extends string>(name: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((text) => text.toLowerCase() === given.toLowerCase());
  if (!found)
    throw invalidArgument("AUC", `${name} of ${allowed.map((text) => `"${text}"`).join(", ")}`, describe(given));
  return found;
}

/**
 * The area under the curve that a classifier of two classes draws as its threshold moves, as a Riemann sum.
 * @throws when a curve or summation method is not one of those listed, or there are fewer than two thresholds.
 * @see https://keras.io/api/metrics/classification_metrics/#auc-class
 * @example
 * const metric = new tf.keras.metrics.AUC({ numThresholds: 3 });
 * metric.updateState([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]);
 * console.log(metric.result().item()); // => 0.75
 */
export class AUC extends Metric {
  static override readonly className: string = "AUC";
  readonly numThresholds: number;
  readonly curve: "ROC" | "PR" | "PRGAIN";
  readonly summationMethod: "interpolation" | "minoring" | "majoring";
  readonly thresholds: readonly number[];
  readonly multiLabel: boolean;
  readonly numLabels: number | null;
  readonly labelWeights: readonly number[] | null;
  readonly fromLogits: boolean;
  readonly #given: readonly number[] | null;
  #counts: Counts | undefined;

  constructor(options: AUCOptions = {}) {
    super(options);
    this.#given = options.thresholds ?? null;
    this.numThresholds = this.#given ? this.#given.length + 2 : (options.numThresholds ?? 200);
    if (this.numThresholds < 2)
      throw invalidArgument("AUC", "numThresholds of at least 2", describe(options.numThresholds));
    const even = Array.from({ length: this.numThresholds - 2 }, (_, i) => (i + 1) / (this.numThresholds - 1));
    const between = this.#given ? [...this.#given].sort((a, b) => a - b) : even;
    this.thresholds = [-epsilon, ...between, 1 + epsilon];
    this.curve = choice("curve", options.curve ?? "ROC", curves);
    this.summationMethod = choice("summationMethod", options.summationMethod ?? "interpolation", summations);
    this.multiLabel = options.multiLabel ?? false;
    this.numLabels = options.numLabels ?? null;
    this.labelWeights = options.labelWeights ?? null;
    this.fromLogits = options.fromLogits ?? false;
    if (!this.multiLabel && this.numLabels !== null)
      throw invalidArgument("AUC", "numLabels only with multiLabel", describe(this.numLabels));
    if (!this.multiLabel) this.#build([this.numThresholds]);
    else if (this.numLabels !== null) this.#build([this.numThresholds, this.numLabels]);
  }

  #build(shape: readonly number[]): Counts {
    this.#counts = {
      truePositives: this.addVariable(shape, { name: "true_positives" }),
      falsePositives: this.addVariable(shape, { name: "false_positives" }),
      trueNegatives: this.addVariable(shape, { name: "true_negatives" }),
      falseNegatives: this.addVariable(shape, { name: "false_negatives" }),
    };
    return this.#counts;
  }

  #columnsOf(predictions: Tensor): number {
    const columns = predictions.shape[1];
    if (predictions.rank !== 2 || typeof columns !== "number") {
      throw invalidArgument(
        `${this.name}.updateState`,
        "predictions [samples, labels] with multiLabel",
        shapeText(predictions.shape),
      );
    }
    return columns;
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const given = convert(this.name, yPred);
      const counts = this.#counts ?? this.#build([this.numThresholds, this.#columnsOf(given)]);
      updateConfusion({ ...counts }, yTrue, this.fromLogits ? sigmoid(given) : given, {
        thresholds: this.thresholds,
        multiLabel: this.multiLabel,
        labelWeights: this.labelWeights,
        sampleWeight: weightsOf(this.name, sampleWeight, this.dtype),
      });
    });
  }

  /** Twin points next to each other on the curve: those of a threshold, and of the one after it. */
  #neighbours(x: Tensor): [Tensor, Tensor] {
    return [x.at(`:${this.numThresholds - 1}`), x.at("1:")];
  }

  override result(): Tensor {
    if (!this.#counts) throw invalidArgument(`${this.name}.result`, "an update before the result", "none");
    if (this.curve === "PR" && this.summationMethod === "interpolation")
      return this.#mean(this.#interpolatedPR(this.#counts));
    const { x, y } = this.#points(this.#counts);
    const [y0, y1] = this.#neighbours(y);
    const heights = {
      interpolation: () => y0.add(y1).divide(2),
      minoring: () => minimum(y0, y1),
      majoring: () => maximum(y0, y1),
    };
    const [x0, x1] = this.#neighbours(x);
    return this.#mean(x0.subtract(x1).multiply(heights[this.summationMethod]()));
  }

  #points(counts: Counts): { x: Tensor; y: Tensor } {
    const [tp, fp] = [counts.truePositives.read(), counts.falsePositives.read()];
    const [tn, fn] = [counts.trueNegatives.read(), counts.falseNegatives.read()];
    const recall = divideNoNan(tp, tp.add(fn));
    if (this.curve === "ROC") return { x: divideNoNan(fp, fp.add(tn)), y: recall };
    if (this.curve === "PR") return { x: recall, y: divideNoNan(tp, tp.add(fp)) };
    const odds = divideNoNan(tp.add(fn), tn.add(fp));
    const gain = (wrong: Tensor): Tensor => odds.multiply(divideNoNan(wrong, tp)).negative().add(1);
    const isEmpty = equal(tp, 0);
    return { x: maximum(where(isEmpty, 0, gain(fn)), 0), y: where(isEmpty, 1, gain(fp)) };
  }

  /** Areas between thresholds by the interpolation of Davis and Goadrich: true positives grow evenly with all positives. */
  #interpolatedPR(counts: Counts): Tensor {
    const [tp0, tp1] = this.#neighbours(counts.truePositives.read());
    const [p0, p1] = this.#neighbours(counts.truePositives.read().add(counts.falsePositives));
    const newTrue = tp0.subtract(tp1);
    const slope = divideNoNan(newTrue, maximum(p0.subtract(p1), 0));
    const intercept = tp1.subtract(slope.multiply(p1));
    const ratio = where(logicalAnd(greater(p0, 0), greater(p1, 0)), divideNoNan(p0, maximum(p1, 0)), onesLike(p1));
    const [, fn1] = this.#neighbours(counts.falseNegatives.read());
    return divideNoNan(slope.multiply(newTrue.add(intercept.multiply(log(ratio)))), maximum(tp1.add(fn1), 0));
  }

  /** The area, or the weighted mean of the areas of all columns. */
  #mean(parts: Tensor): Tensor {
    if (!this.multiLabel) return reduceSum(parts);
    const areas = reduceSum(parts, { axis: 0 });
    if (this.labelWeights === null) return reduceMean(areas);
    const weights = convert(this.name, this.labelWeights, areas.dtype);
    return divideNoNan(reduceSum(areas.multiply(weights)), reduceSum(weights));
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      num_thresholds: this.numThresholds,
      curve: this.curve,
      summation_method: this.summationMethod,
      multi_label: this.multiLabel,
      num_labels: this.numLabels,
      label_weights: this.labelWeights,
      from_logits: this.fromLogits,
      ...(this.#given ? { thresholds: this.thresholds.slice(1, -1) } : {}),
    };
  }
}
