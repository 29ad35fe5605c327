/** tf.keras.metrics: numbers that say how good a model is, gathered over batches. */
import { checkGivenOptions } from "../given-options.ts";
import { defineFamily, type SerializedObject } from "../serialization.ts";
import {
  Accuracy,
  accuracy,
  BinaryAccuracy,
  binaryAccuracy,
  CategoricalAccuracy,
  categoricalAccuracy,
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from "./accuracy.ts";
import {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from "./at-threshold.ts";
import { AUC } from "./auc.ts";
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  CategoricalHinge,
  CosineSimilarity,
  Hinge,
  KLDivergence,
  LogCoshError,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
  RootMeanSquaredError,
  SparseCategoricalCrossentropy,
  SquaredHinge,
} from "./errors.ts";
import { F1Score, FBetaScore } from "./f-score.ts";
import { Mean, MeanMetricWrapper, type MetricFunction, nameOfFunction, Sum } from "./mean.ts";
import { Metric } from "./metric.ts";
import { FalseNegatives, FalsePositives, Precision, Recall, TrueNegatives, TruePositives } from "./positives.ts";
import { R2Score } from "./r2-score.ts";

export {
  Accuracy,
  BinaryAccuracy,
  type BinaryAccuracyOptions,
  binaryAccuracy,
  CategoricalAccuracy,
  categoricalAccuracy,
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
  type TopKOptions,
  topKCategoricalAccuracy,
} from "./accuracy.ts";
export * from "./at-threshold.ts";
export * from "./auc.ts";
export * from "./errors.ts";
export * from "./f-score.ts";
export { Mean, MeanMetricWrapper, type MetricFunction, type MetricFunctionConfig, Sum } from "./mean.ts";
export { Metric, type MetricOptions, type UpdateOptions } from "./metric.ts";
export * from "./positives.ts";
export * from "./r2-score.ts";

/** What is taken where a metric is expected: one, its name ("mae"), its config, or a function that gives a number for each sample. */
export type MetricIdentifier = string | SerializedObject | Metric | MetricFunction;

const family = defineFamily<Metric>({
  api: "tf.keras.metrics.get",
  what: "a metric",
  module: "keras.metrics",
  classes: [
    Accuracy,
    AUC,
    BinaryAccuracy,
    BinaryCrossentropy,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    CategoricalHinge,
    CosineSimilarity,
    F1Score,
    FBetaScore,
    FalseNegatives,
    FalsePositives,
    Hinge,
    KLDivergence,
    LogCoshError,
    Mean,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanMetricWrapper,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    Precision,
    PrecisionAtRecall,
    R2Score,
    Recall,
    RecallAtPrecision,
    RootMeanSquaredError,
    SensitivityAtSpecificity,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy,
    SpecificityAtSensitivity,
    SquaredHinge,
    Sum,
    TopKCategoricalAccuracy,
    TrueNegatives,
    TruePositives,
  ],
  functions: {
    accuracy,
    binary_accuracy: binaryAccuracy,
    categorical_accuracy: categoricalAccuracy,
    sparse_categorical_accuracy: sparseCategoricalAccuracy,
    sparse_top_k_categorical_accuracy: sparseTopKCategoricalAccuracy,
    top_k_categorical_accuracy: topKCategoricalAccuracy,
  },
  aliases: {
    bce: "BinaryCrossentropy",
    BCE: "BinaryCrossentropy",
    mae: "MeanAbsoluteError",
    MAE: "MeanAbsoluteError",
    mape: "MeanAbsolutePercentageError",
    MAPE: "MeanAbsolutePercentageError",
    mse: "MeanSquaredError",
    MSE: "MeanSquaredError",
    msle: "MeanSquaredLogarithmicError",
    MSLE: "MeanSquaredLogarithmicError",
  },
});

/**
 * The metric that `identifier` stands for; `undefined` for none.
 * @throws when there is none of that name.
 * @see https://keras.io/api/metrics/
 * @example
 * console.log(tf.keras.metrics.get("mae")?.name); // => mean_absolute_error
 */
export function get(identifier: MetricIdentifier): Metric;
export function get(identifier: MetricIdentifier | null | undefined): Metric | undefined;
export function get(identifier: MetricIdentifier | null | undefined): Metric | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (identifier instanceof Metric) {
    checkGivenOptions(identifier);
    return identifier;
  }
  if (typeof identifier === "function" && !("fromConfig" in identifier)) return wrap(identifier);
  const found = family.find(identifier as string | SerializedObject);
  return found instanceof Metric ? found : wrap(found as MetricFunction);
}

function wrap(fn: MetricFunction): Metric {
  return new MeanMetricWrapper(fn, { name: nameOfFunction(fn) });
}
