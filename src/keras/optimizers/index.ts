/** tf.keras.optimizers: what changes a model's weights so that its loss becomes smaller. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkGivenOptions } from "../given-options.ts";
import { defineFamily, type SerializedObject } from "../serialization.ts";
import { Adadelta, Adagrad } from "./adagrad.ts";
import { Adam, AdamW } from "./adam.ts";
import { Adamax } from "./adamax.ts";
import { Ftrl } from "./ftrl.ts";
import { Lion } from "./lion.ts";
import { Nadam } from "./nadam.ts";
import { Optimizer } from "./optimizer.ts";
import { RMSprop } from "./rmsprop.ts";
import { SGD } from "./sgd.ts";

export { Adadelta, type AdadeltaOptions, Adagrad, type AdagradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions, AdamW } from "./adam.ts";
export { Adamax, type AdamaxOptions } from "./adamax.ts";
export { Ftrl, type FtrlOptions } from "./ftrl.ts";
export type { LearningRate } from "./learning-rate.ts";
export { Lion, type LionOptions } from "./lion.ts";
export { Nadam } from "./nadam.ts";
export { Optimizer } from "./optimizer.ts";
export type { OptimizerOptions, OptimizerSettings } from "./options.ts";
export { RMSprop, type RMSpropOptions } from "./rmsprop.ts";
export * as schedules from "./schedules/index.ts";
export { SGD, type SGDOptions } from "./sgd.ts";

/** What is taken where an optimizer is expected: one, its name ("adam"), or its config. */
export type OptimizerIdentifier = string | SerializedObject | Optimizer;

const classes = [Adadelta, Adagrad, Adam, AdamW, Adamax, Ftrl, Lion, Nadam, RMSprop, SGD];

const family = defineFamily<Optimizer>({
  api: "tf.keras.optimizers.get",
  what: "an optimizer",
  module: "keras.optimizers",
  classes,
});

/**
 * The optimizer that `identifier` stands for.
 * @throws when there is none of that name.
 * @see https://keras.io/api/optimizers/
 * @example
 * console.log(tf.keras.optimizers.get("sgd") instanceof tf.keras.optimizers.SGD); // => true
 */
export function get(identifier: OptimizerIdentifier): Optimizer {
  if (identifier instanceof Optimizer) {
    checkGivenOptions(identifier);
    return identifier;
  }
  const known = typeof identifier === "string" ? (names.get(identifier.toLowerCase()) ?? identifier) : identifier;
  const found = family.find(known);
  if (!(found instanceof Optimizer)) throw invalidArgument("tf.keras.optimizers.get", "an optimizer", describe(found));
  return found;
}

/** Keras finds optimizers however their names are capitalized. */
const names: ReadonlyMap<string, string> = new Map(
  classes.map(({ className }) => [className.toLowerCase(), className]),
);
