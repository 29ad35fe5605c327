/** The best value of one rate among the thresholds at which another rate is high enough. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { zerosLike } from "../../ops/array/creation.ts";
import { where } from "../../ops/array/gathering.ts";
import { divideNoNan } from "../../ops/math/arithmetic.ts";
import { greaterEqual } from "../../ops/math/comparisons.ts";
import { reduceMax } from "../../ops/math/reductions.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import { updateConfusion } from "./confusion.ts";
import { Metric, type MetricOptions, type UpdateOptions, weightsOf } from "./metric.ts";

/** Options of {@link SensitivityAtSpecificity} and its kin. */
export interface AtThresholdOptions extends MetricOptions {
  /** How many thresholds are tried; 200 when not given. */
  numThresholds?: number;
  /** Look at this class alone. */
  classId?: number | null;
}

type Rate = "precision" | "recall" | "specificity";

/** All that such a metric is made of, the rate that is asked for included. */
type Whole<K extends string> = AtThresholdOptions & { readonly [key in K]: number };

/** The greatest `best` where `limited` is at least `value`. */
abstract class AtThreshold extends Metric {
  readonly value: number;
  readonly numThresholds: number;
  readonly classId: number | null;
  readonly #best: Rate;
  readonly #limited: Rate;
  readonly #key: string;
  readonly #thresholds: readonly number[];
  readonly #tp: Variable;
  readonly #fp: Variable;
  readonly #tn: Variable;
  readonly #fn: Variable;

  constructor(best: Rate, limited: Rate, key: string, value: number, options: AtThresholdOptions) {
    super(options);
    if (!(value >= 0 && value <= 1)) throw invalidArgument(this.name, `${key} in [0, 1]`, describe(value));
    this.value = value;
    this.numThresholds = options.numThresholds ?? 200;
    if (!(this.numThresholds > 0))
      throw invalidArgument(this.name, "numThresholds above 0", describe(options.numThresholds));
    this.classId = options.classId ?? null;
    this.#best = best;
    this.#limited = limited;
    this.#key = key;
    const last = this.numThresholds - 1;
    this.#thresholds = last === 0 ? [0.5] : Array.from({ length: this.numThresholds }, (_, i) => i / last);
    const counts = (name: string): Variable => this.addVariable([this.numThresholds], { name });
    [this.#tp, this.#fp] = [counts("true_positives"), counts("false_positives")];
    [this.#tn, this.#fn] = [counts("true_negatives"), counts("false_negatives")];
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const counts = {
        truePositives: this.#tp,
        falsePositives: this.#fp,
        trueNegatives: this.#tn,
        falseNegatives: this.#fn,
      };
      const weights = weightsOf(this.name, sampleWeight, this.dtype);
      updateConfusion(counts, yTrue, yPred, {
        thresholds: this.#thresholds,
        classId: this.classId,
        sampleWeight: weights,
      });
    });
  }

  #rate(rate: Rate): Tensor {
    const [right, wrong] = {
      precision: [this.#tp, this.#fp],
      recall: [this.#tp, this.#fn],
      specificity: [this.#tn, this.#fp],
    }[rate] as [Variable, Variable];
    return divideNoNan(right, right.read().add(wrong));
  }

  override result(): Tensor {
    const best = this.#rate(this.#best);
    return reduceMax(where(greaterEqual(this.#rate(this.#limited), this.value), best, zerosLike(best)));
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      num_thresholds: this.numThresholds,
      class_id: this.classId,
      [this.#key]: this.value,
    };
  }
}

/**
 * The best sensitivity (recall) at thresholds where the specificity is at least `specificity`.
 * @throws when `specificity` is not in [0, 1].
 * @see https://keras.io/api/metrics/classification_metrics/#sensitivityatspecificity-class
 * @example
 * const metric = new tf.keras.metrics.SensitivityAtSpecificity(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log(metric.result().item()); // => 0.5
 */
export class SensitivityAtSpecificity extends AtThreshold {
  static override readonly className: string = "SensitivityAtSpecificity";
  constructor(specificity: number | Whole<"specificity">, options: AtThresholdOptions = {}) {
    const whole = typeof specificity === "object" ? specificity : { ...options, specificity };
    super("recall", "specificity", "specificity", whole.specificity, whole);
  }
}

/**
 * The best specificity at thresholds where the sensitivity (recall) is at least `sensitivity`.
 * @throws when `sensitivity` is not in [0, 1].
 * @see https://keras.io/api/metrics/classification_metrics/#specificityatsensitivity-class
 * @example
 * const metric = new tf.keras.metrics.SpecificityAtSensitivity(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log(metric.result().item().toFixed(4)); // => 0.6667
 */
export class SpecificityAtSensitivity extends AtThreshold {
  static override readonly className: string = "SpecificityAtSensitivity";
  constructor(sensitivity: number | Whole<"sensitivity">, options: AtThresholdOptions = {}) {
    const whole = typeof sensitivity === "object" ? sensitivity : { ...options, sensitivity };
    super("specificity", "recall", "sensitivity", whole.sensitivity, whole);
  }
}

/**
 * The best precision at thresholds where the recall is at least `recall`.
 * @throws when `recall` is not in [0, 1].
 * @see https://keras.io/api/metrics/classification_metrics/#precisionatrecall-class
 * @example
 * const metric = new tf.keras.metrics.PrecisionAtRecall(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * console.log(metric.result().item()); // => 0.5
 */
export class PrecisionAtRecall extends AtThreshold {
  static override readonly className: string = "PrecisionAtRecall";
  constructor(recall: number | Whole<"recall">, options: AtThresholdOptions = {}) {
    const whole = typeof recall === "object" ? recall : { ...options, recall };
    super("precision", "recall", "recall", whole.recall, whole);
  }
}

/**
 * The best recall at thresholds where the precision is at least `precision`.
 * @throws when `precision` is not in [0, 1].
 * @see https://keras.io/api/metrics/classification_metrics/#recallatprecision-class
 * @example
 * const metric = new tf.keras.metrics.RecallAtPrecision(0.8);
 * metric.updateState([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]);
 * console.log(metric.result().item()); // => 0.5
 */
export class RecallAtPrecision extends AtThreshold {
  static override readonly className: string = "RecallAtPrecision";
  constructor(precision: number | Whole<"precision">, options: AtThresholdOptions = {}) {
    const whole = typeof precision === "object" ? precision : { ...options, precision };
    super("recall", "precision", "precision", whole.precision, whole);
  }
}
