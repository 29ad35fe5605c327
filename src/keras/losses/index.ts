/** tf.keras.losses: what training makes small. */
import { checkGivenOptions } from "../given-options.ts";
import { defineFamily, type SerializedObject } from "../serialization.ts";
import {
  BinaryCrossentropy,
  BinaryFocalCrossentropy,
  binaryCrossentropy,
  binaryFocalCrossentropy,
} from "./binary-crossentropy.ts";
import {
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
} from "./categorical-crossentropy.ts";
import { KLDivergence, klDivergence, Poisson, poisson } from "./divergences.ts";
import { CategoricalHinge, categoricalHinge, Hinge, hinge, SquaredHinge, squaredHinge } from "./hinge.ts";
import { Loss, type LossFunction, LossFunctionWrapper } from "./loss.ts";
import {
  CosineSimilarity,
  cosineSimilarity,
  Huber,
  huber,
  LogCosh,
  logCosh,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from "./regression.ts";
import { Dice, dice, Tversky, tversky } from "./segmentation.ts";
import { SparseCategoricalCrossentropy, sparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.ts";

export * from "./binary-crossentropy.ts";
export * from "./categorical-crossentropy.ts";
export * from "./divergences.ts";
export * from "./hinge.ts";
export * from "./loss.ts";
export type { Reduction } from "./reduction.ts";
export * from "./regression.ts";
export * from "./segmentation.ts";
export * from "./sparse-categorical-crossentropy.ts";

/** What is taken where a loss is expected: one, its name ("mse"), its config, or a function that gives the loss of each sample. */
export type LossIdentifier = string | SerializedObject | Loss | LossFunction;

const family = defineFamily<Loss>({
  api: "tf.keras.losses.get",
  what: "a loss",
  module: "keras.losses",
  classes: [
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalHinge,
    CosineSimilarity,
    Dice,
    Hinge,
    Huber,
    KLDivergence,
    LogCosh,
    LossFunctionWrapper,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
    Tversky,
  ],
  functions: {
    binary_crossentropy: binaryCrossentropy,
    binary_focal_crossentropy: binaryFocalCrossentropy,
    categorical_crossentropy: categoricalCrossentropy,
    categorical_focal_crossentropy: categoricalFocalCrossentropy,
    categorical_hinge: categoricalHinge,
    cosine_similarity: cosineSimilarity,
    dice,
    hinge,
    huber,
    kl_divergence: klDivergence,
    log_cosh: logCosh,
    mean_absolute_error: meanAbsoluteError,
    mean_absolute_percentage_error: meanAbsolutePercentageError,
    mean_squared_error: meanSquaredError,
    mean_squared_logarithmic_error: meanSquaredLogarithmicError,
    poisson,
    sparse_categorical_crossentropy: sparseCategoricalCrossentropy,
    squared_hinge: squaredHinge,
    tversky,
  },
  aliases: {
    bce: "BinaryCrossentropy",
    BCE: "BinaryCrossentropy",
    kld: "KLDivergence",
    KLD: "KLDivergence",
    kl_divergence: "KLDivergence",
    mae: "MeanAbsoluteError",
    MAE: "MeanAbsoluteError",
    mape: "MeanAbsolutePercentageError",
    MAPE: "MeanAbsolutePercentageError",
    mse: "MeanSquaredError",
    MSE: "MeanSquaredError",
    msle: "MeanSquaredLogarithmicError",
    MSLE: "MeanSquaredLogarithmicError",
    logcosh: "LogCosh",
  },
});

/**
 * The loss that `identifier` stands for; `undefined` for none.
 * @throws when there is none of that name.
 * @see https://keras.io/api/losses/
 * @example
 * console.log(tf.keras.losses.get("mse")?.name); // => mean_squared_error
 */
export function get(identifier: LossIdentifier): Loss;
export function get(identifier: LossIdentifier | null | undefined): Loss | undefined;
export function get(identifier: LossIdentifier | null | undefined): Loss | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (identifier instanceof Loss) {
    checkGivenOptions(identifier);
    return identifier;
  }
  if (typeof identifier === "function" && !("fromConfig" in identifier)) return wrap(identifier);
  const found = family.find(identifier as string | SerializedObject);
  return found instanceof Loss ? found : wrap(found as LossFunction);
}

function wrap(fn: LossFunction): Loss {
  return new LossFunctionWrapper(fn, { name: fn.name || "loss" });
}
