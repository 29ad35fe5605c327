/** Metrics that count right and wrong positives and negatives: the four counts, Precision and Recall. */
import { divideNoNan } from "../../ops/math/arithmetic.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import { belowAll, type ConfusionVariables, perThreshold, thresholdsOf, updateConfusion } from "./confusion.ts";
import { Metric, type MetricOptions, type UpdateOptions, weightsOf } from "./metric.ts";

/** Options of {@link TruePositives} and its kin. */
export interface CountOptions extends MetricOptions {
  /** Predictions above it are positive; 0.5 when not given; several give one count for each. */
  thresholds?: number | readonly number[] | null;
}

/** A count at one or more thresholds. */
abstract class Count extends Metric {
  readonly thresholds: readonly number[];
  readonly #given: number | readonly number[] | null;
  readonly #kind: keyof ConfusionVariables;
  readonly #accumulator: Variable;

  constructor(kind: keyof ConfusionVariables, options: CountOptions) {
    super(options);
    this.#kind = kind;
    this.#given = options.thresholds ?? null;
    this.thresholds = thresholdsOf(this.name, options.thresholds, 0.5);
    this.#accumulator = this.addVariable([this.thresholds.length], { name: "accumulator" });
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const options = { thresholds: this.thresholds, sampleWeight: weightsOf(this.name, sampleWeight, this.dtype) };
      updateConfusion({ [this.#kind]: this.#accumulator }, yTrue, yPred, options);
    });
  }

  override result(): Tensor {
    return perThreshold(this.#accumulator.read());
  }

  override getConfig(): Config {
    return { ...super.getConfig(), thresholds: this.#given };
  }
}

/**
 * How many labels of 1 are predicted as such.
 * @see https://keras.io/api/metrics/classification_metrics/#truepositives-class
 * @example
 * const metric = new tf.keras.metrics.TruePositives();
 * metric.updateState([0, 1, 1, 1], [1, 0, 1, 1]);
 * console.log(metric.result().item()); // => 2
 */
export class TruePositives extends Count {
  static override readonly className: string = "TruePositives";
  constructor(options: CountOptions = {}) {
    super("truePositives", options);
  }
}

/**
 * How many labels of 0 are predicted as 1.
 * @see https://keras.io/api/metrics/classification_metrics/#falsepositives-class
 * @example
 * const metric = new tf.keras.metrics.FalsePositives();
 * metric.updateState([0, 1, 0, 0], [0, 0, 1, 1]);
 * console.log(metric.result().item()); // => 2
 */
export class FalsePositives extends Count {
  static override readonly className: string = "FalsePositives";
  constructor(options: CountOptions = {}) {
    super("falsePositives", options);
  }
}

/**
 * How many labels of 0 are predicted as such.
 * @see https://keras.io/api/metrics/classification_metrics/#truenegatives-class
 * @example
 * const metric = new tf.keras.metrics.TrueNegatives();
 * metric.updateState([0, 1, 0, 0], [1, 1, 0, 0]);
 * console.log(metric.result().item()); // => 2
 */
export class TrueNegatives extends Count {
  static override readonly className: string = "TrueNegatives";
  constructor(options: CountOptions = {}) {
    super("trueNegatives", options);
  }
}

/**
 * How many labels of 1 are predicted as 0.
 * @see https://keras.io/api/metrics/classification_metrics/#falsenegatives-class
 * @example
 * const metric = new tf.keras.metrics.FalseNegatives();
 * metric.updateState([0, 1, 1, 1], [0, 1, 0, 0]);
 * console.log(metric.result().item()); // => 2
 */
export class FalseNegatives extends Count {
  static override readonly className: string = "FalseNegatives";
  constructor(options: CountOptions = {}) {
    super("falseNegatives", options);
  }
}

/** Options of {@link Precision} and {@link Recall}. */
export interface PrecisionOptions extends CountOptions {
  /** Count only the `topK` greatest predictions of each row as positive. */
  topK?: number | null;
  /** Look at this class alone. */
  classId?: number | null;
}

/** The part that true positives are of true positives and something else. */
abstract class Ratio extends Metric {
  readonly thresholds: readonly number[];
  readonly topK: number | null;
  readonly classId: number | null;
  readonly truePositives: Variable;
  readonly #given: number | readonly number[] | null;

  constructor(options: PrecisionOptions) {
    super(options);
    this.topK = options.topK ?? null;
    this.classId = options.classId ?? null;
    this.#given = options.thresholds ?? null;
    this.thresholds = thresholdsOf(this.name, options.thresholds, this.topK === null ? 0.5 : belowAll);
    this.truePositives = this.addVariable([this.thresholds.length], { name: "true_positives" });
  }

  /** What true positives are compared with. */
  protected abstract readonly others: ConfusionVariables;

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const { thresholds, topK, classId } = this;
      const options = { thresholds, topK, classId, sampleWeight: weightsOf(this.name, sampleWeight, this.dtype) };
      updateConfusion({ truePositives: this.truePositives, ...this.others }, yTrue, yPred, options);
    });
  }

  override result(): Tensor {
    const found = this.truePositives.read();
    const [others] = Object.values(this.others) as [Variable];
    return perThreshold(divideNoNan(found, found.add(others)));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), thresholds: this.#given, top_k: this.topK, class_id: this.classId };
  }
}

/**
 * How many of the positive predictions are right: true positives / (true positives + false positives).
 * @see https://keras.io/api/metrics/classification_metrics/#precision-class
 * @example
 * const metric = new tf.keras.metrics.Precision();
 * metric.updateState([0, 1, 1, 1], [1, 0, 1, 0]);
 * console.log(metric.result().item()); // => 0.5
 */
export class Precision extends Ratio {
  static override readonly className: string = "Precision";
  readonly falsePositives: Variable;

  constructor(options: PrecisionOptions = {}) {
    super(options);
    this.falsePositives = this.addVariable([this.thresholds.length], { name: "false_positives" });
  }

  protected override get others(): ConfusionVariables {
    return { falsePositives: this.falsePositives };
  }
}

/**
 * How many of the labels of 1 are found: true positives / (true positives + false negatives).
 * @see https://keras.io/api/metrics/classification_metrics/#recall-class
 * @example
 * const metric = new tf.keras.metrics.Recall();
 * metric.updateState([0, 1, 1, 1], [1, 0, 1, 1]);
 * console.log(metric.result().item().toFixed(4)); // => 0.6667
 */
export class Recall extends Ratio {
  static override readonly className: string = "Recall";
  readonly falseNegatives: Variable;

  constructor(options: PrecisionOptions = {}) {
    super(options);
    this.falseNegatives = this.addVariable([this.thresholds.length], { name: "false_negatives" });
  }

  protected override get others(): ConfusionVariables {
    return { falseNegatives: this.falseNegatives };
  }
}
