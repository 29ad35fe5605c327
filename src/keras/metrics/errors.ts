/** Metrics that are the mean of a loss function: of numbers, of margins, of probabilities. */
import { squaredDifference } from "../../ops/math/arithmetic.ts";
import { sqrt } from "../../ops/math/exponential.ts";
import { convert } from "../../runtime/convert.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { named } from "../given-options.ts";
import { type BinaryCrossentropyArguments, binaryCrossentropy } from "../losses/binary-crossentropy.ts";
import { type CategoricalCrossentropyArguments, categoricalCrossentropy } from "../losses/categorical-crossentropy.ts";
import { klDivergence, poisson } from "../losses/divergences.ts";
import { categoricalHinge, hinge, squaredHinge } from "../losses/hinge.ts";
import { sameRank } from "../losses/reduction.ts";
import {
  cosineSimilarity,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from "../losses/regression.ts";
import {
  type SparseCategoricalCrossentropyArguments,
  sparseCategoricalCrossentropy,
} from "../losses/sparse-categorical-crossentropy.ts";
import { Mean, NamedMean } from "./mean.ts";
import { type MetricOptions, type UpdateOptions, weightsOf } from "./metric.ts";

/**
 * The mean squared error.
 * @see https://keras.io/api/metrics/regression_metrics/#meansquarederror-class
 * @example
 * const metric = new tf.keras.metrics.MeanSquaredError();
 * metric.updateState([[0, 2]], [[1, 5]]);
 * console.log(metric.result().item()); // => 5
 */
export class MeanSquaredError extends NamedMean {
  static override readonly className: string = "MeanSquaredError";
  constructor(options: MetricOptions = {}) {
    super(meanSquaredError, { name: "mean_squared_error", ...named(new.target, options) });
  }
}

/**
 * The mean absolute error.
 * @see https://keras.io/api/metrics/regression_metrics/#meanabsoluteerror-class
 * @example
 * const metric = new tf.keras.metrics.MeanAbsoluteError();
 * metric.updateState([[0, 2]], [[1, 5]]);
 * console.log(metric.result().item()); // => 2
 */
export class MeanAbsoluteError extends NamedMean {
  static override readonly className: string = "MeanAbsoluteError";
  constructor(options: MetricOptions = {}) {
    super(meanAbsoluteError, { name: "mean_absolute_error", ...named(new.target, options) });
  }
}

/**
 * The mean absolute error in percent of the labels.
 * @see https://keras.io/api/metrics/regression_metrics/#meanabsolutepercentageerror-class
 * @example
 * const metric = new tf.keras.metrics.MeanAbsolutePercentageError();
 * metric.updateState([[2, 4]], [[1, 3]]);
 * console.log(metric.result().item()); // => 37.5
 */
export class MeanAbsolutePercentageError extends NamedMean {
  static override readonly className: string = "MeanAbsolutePercentageError";
  constructor(options: MetricOptions = {}) {
    super(meanAbsolutePercentageError, { name: "mean_absolute_percentage_error", ...named(new.target, options) });
  }
}

/**
 * The mean squared error of logarithms.
 * @see https://keras.io/api/metrics/regression_metrics/#meansquaredlogarithmicerror-class
 * @example
 * const metric = new tf.keras.metrics.MeanSquaredLogarithmicError();
 * metric.updateState([[3, 7]], [[3, 7]]);
 * console.log(metric.result().item()); // => 0
 */
export class MeanSquaredLogarithmicError extends NamedMean {
  static override readonly className: string = "MeanSquaredLogarithmicError";
  constructor(options: MetricOptions = {}) {
    super(meanSquaredLogarithmicError, { name: "mean_squared_logarithmic_error", ...named(new.target, options) });
  }
}

/**
 * The root of the mean squared error over all samples.
 * @see https://keras.io/api/metrics/regression_metrics/#rootmeansquarederror-class
 * @example
 * const metric = new tf.keras.metrics.RootMeanSquaredError();
 * metric.updateState([[0], [0]], [[1], [7]]);
 * console.log(metric.result().item()); // => 5
 */
export class RootMeanSquaredError extends Mean {
  static override readonly className: string = "RootMeanSquaredError";

  constructor(options: MetricOptions = {}) {
    super({ name: "root_mean_squared_error", ...named(new.target, options) });
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const cast = (value: TensorLike): Tensor => convert(this.name, value).cast(this.dtype);
      const error = squaredDifference(...sameRank(cast(yTrue), cast(yPred)));
      this.addValues(error, weightsOf(this.name, sampleWeight, this.dtype));
    });
  }

  override result(): Tensor {
    return sqrt(super.result());
  }
}

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityOptions extends MetricOptions {
  /** Axis of the vectors' components; the last when not given. */
  axis?: number;
}

/**
 * The mean cosine between labels and predictions: 1 for the same direction.
 * @see https://keras.io/api/metrics/regression_metrics/#cosinesimilarity-class
 * @example
 * const metric = new tf.keras.metrics.CosineSimilarity();
 * metric.updateState([[0, 2]], [[0, 4]]);
 * console.log(metric.result().item()); // => 1
 */
export class CosineSimilarity extends NamedMean {
  static override readonly className: string = "CosineSimilarity";
  constructor(options: CosineSimilarityOptions = {}) {
    const defaults: CosineSimilarityOptions = { name: "cosine_similarity", axis: -1 };
    super(cosine, { ...defaults, ...named(new.target, options) });
  }
}

/** Unlike the loss, the cosine itself. */
function cosine(yTrue: Tensor, yPred: Tensor, options?: { axis?: number }): Tensor {
  return cosineSimilarity(yTrue, yPred, options).negative();
}

/**
 * The mean of `log(cosh(error))`.
 * @see https://keras.io/api/metrics/regression_metrics/#logcosherror-class
 * @example
 * const metric = new tf.keras.metrics.LogCoshError();
 * metric.updateState([[1, 2]], [[1, 2]]);
 * console.log(metric.result().item()); // => 0
 */
export class LogCoshError extends NamedMean {
  static override readonly className: string = "LogCoshError";
  constructor(options: MetricOptions = {}) {
    super(logCosh, { name: "logcosh", ...named(new.target, options) });
  }
}

/**
 * The mean hinge loss.
 * @see https://keras.io/api/metrics/hinge_metrics/#hinge-class
 * @example
 * const metric = new tf.keras.metrics.Hinge();
 * metric.updateState([[-1, 1]], [[0.5, 0.5]]);
 * console.log(metric.result().item()); // => 1
 */
export class Hinge extends NamedMean {
  static override readonly className: string = "Hinge";
  constructor(options: MetricOptions = {}) {
    super(hinge, { name: "hinge", ...named(new.target, options) });
  }
}

/**
 * The mean squared hinge loss.
 * @see https://keras.io/api/metrics/hinge_metrics/#squaredhinge-class
 * @example
 * const metric = new tf.keras.metrics.SquaredHinge();
 * metric.updateState([[-1, 1]], [[0.5, 0.5]]);
 * console.log(metric.result().item()); // => 1.25
 */
export class SquaredHinge extends NamedMean {
  static override readonly className: string = "SquaredHinge";
  constructor(options: MetricOptions = {}) {
    super(squaredHinge, { name: "squared_hinge", ...named(new.target, options) });
  }
}

/**
 * The mean categorical hinge loss.
 * @see https://keras.io/api/metrics/hinge_metrics/#categoricalhinge-class
 * @example
 * const metric = new tf.keras.metrics.CategoricalHinge();
 * metric.updateState([[0, 1]], [[0.5, 0.25]]);
 * console.log(metric.result().item()); // => 1.25
 */
export class CategoricalHinge extends NamedMean {
  static override readonly className: string = "CategoricalHinge";
  constructor(options: MetricOptions = {}) {
    super(categoricalHinge, { name: "categorical_hinge", ...named(new.target, options) });
  }
}

/**
 * The mean divergence of predicted from given probabilities.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#kldivergence-class
 * @example
 * const metric = new tf.keras.metrics.KLDivergence();
 * metric.updateState([[0.5, 0.5]], [[0.5, 0.5]]);
 * console.log(metric.result().item()); // => 0
 */
export class KLDivergence extends NamedMean {
  static override readonly className: string = "KLDivergence";
  constructor(options: MetricOptions = {}) {
    super(klDivergence, { name: "kl_divergence", ...named(new.target, options) });
  }
}

/**
 * The mean Poisson loss.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#poisson-class
 * @example
 * const metric = new tf.keras.metrics.Poisson();
 * metric.updateState([[2, 3]], [[1, 1]]);
 * console.log(Math.round(metric.result().item())); // => 1
 */
export class Poisson extends NamedMean {
  static override readonly className: string = "Poisson";
  constructor(options: MetricOptions = {}) {
    super(poisson, { name: "poisson", ...named(new.target, options) });
  }
}

/** Options of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyOptions extends MetricOptions, Omit<BinaryCrossentropyArguments, "axis"> {}

/**
 * The mean crossentropy of labels 0 and 1.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#binarycrossentropy-class
 * @example
 * const metric = new tf.keras.metrics.BinaryCrossentropy();
 * metric.updateState([[0], [1]], [[0.5], [0.5]]);
 * console.log(Math.exp(metric.result().item()).toFixed(4)); // => 2.0000
 */
export class BinaryCrossentropy extends NamedMean {
  static override readonly className: string = "BinaryCrossentropy";
  constructor(options: BinaryCrossentropyOptions = {}) {
    const defaults: BinaryCrossentropyOptions = { name: "binary_crossentropy", fromLogits: false, labelSmoothing: 0 };
    super(binaryCrossentropy, { ...defaults, ...named(new.target, options) });
  }
}

/** Options of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyOptions extends MetricOptions, CategoricalCrossentropyArguments {}

/**
 * The mean crossentropy of one-hot labels.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#categoricalcrossentropy-class
 * @example
 * const metric = new tf.keras.metrics.CategoricalCrossentropy();
 * metric.updateState([[0, 1]], [[0.75, 0.25]]);
 * console.log(Math.exp(metric.result().item()).toFixed(4)); // => 4.0000
 */
export class CategoricalCrossentropy extends NamedMean {
  static override readonly className: string = "CategoricalCrossentropy";
  constructor(options: CategoricalCrossentropyOptions = {}) {
    const defaults: CategoricalCrossentropyOptions = {
      name: "categorical_crossentropy",
      fromLogits: false,
      labelSmoothing: 0,
      axis: -1,
    };
    super(categoricalCrossentropy, { ...defaults, ...named(new.target, options) });
  }
}

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyOptions extends MetricOptions, SparseCategoricalCrossentropyArguments {}

/**
 * The mean crossentropy of labels that are class numbers.
 * @see https://keras.io/api/metrics/probabilistic_metrics/#sparsecategoricalcrossentropy-class
 * @example
 * const metric = new tf.keras.metrics.SparseCategoricalCrossentropy();
 * metric.updateState([1], [[0.75, 0.25]]);
 * console.log(Math.exp(metric.result().item()).toFixed(4)); // => 4.0000
 */
export class SparseCategoricalCrossentropy extends NamedMean {
  static override readonly className: string = "SparseCategoricalCrossentropy";
  constructor(options: SparseCategoricalCrossentropyOptions = {}) {
    const defaults: SparseCategoricalCrossentropyOptions = {
      name: "sparse_categorical_crossentropy",
      fromLogits: false,
      ignoreClass: null,
      axis: -1,
    };
    super(sparseCategoricalCrossentropy, { ...defaults, ...named(new.target, options) });
  }
}
