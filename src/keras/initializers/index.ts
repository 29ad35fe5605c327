/** tf.keras.initializers: what makes the first values of weights. */
import { Tensor } from "../../runtime/tensor.ts";
import { checkGivenOptions } from "../given-options.ts";
import { defineFamily, type SerializedObject } from "../serialization.ts";
import { Constant, Identity, Ones, Zeros } from "./constant.ts";
import { FunctionInitializer, Initializer, type InitializerApplyOptions } from "./initializer.ts";
import { Orthogonal } from "./orthogonal.ts";
import { RandomNormal, RandomUniform, TruncatedNormal } from "./random.ts";
import {
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
} from "./variance-scaling.ts";

export { Constant, type ConstantOptions, Identity, type IdentityOptions, Ones, Zeros } from "./constant.ts";
export { Initializer, type InitializerApplyOptions } from "./initializer.ts";
export { Orthogonal, type OrthogonalOptions } from "./orthogonal.ts";
export {
  type NormalOptions,
  type RandomInitializerOptions,
  RandomNormal,
  RandomUniform,
  type RandomUniformOptions,
  TruncatedNormal,
} from "./random.ts";
export {
  type FanOptions,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
  type VarianceScalingOptions,
} from "./variance-scaling.ts";

/** What is taken where an initializer is expected: one, its name ("glorot_uniform"), its config, a function, or the value itself. */
export type InitializerIdentifier =
  | string
  | SerializedObject
  | Initializer
  | Tensor
  | ((shape: readonly number[], options: InitializerApplyOptions) => Tensor);

const family = defineFamily<Initializer>({
  api: "tf.keras.initializers.get",
  what: "an initializer",
  module: "keras.initializers",
  classes: [
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Identity,
    LecunNormal,
    LecunUniform,
    Ones,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
    Zeros,
  ],
  aliases: {
    IdentityInitializer: "Identity",
    OrthogonalInitializer: "Orthogonal",
    normal: "RandomNormal",
    uniform: "RandomUniform",
    one: "Ones",
    zero: "Zeros",
  },
});

/**
 * The initializer that `identifier` stands for; `undefined` for none.
 * @throws when there is none of that name.
 * @see https://keras.io/api/layers/initializers/
 * @example
 * console.log(tf.keras.initializers.get("he_normal") instanceof tf.keras.initializers.HeNormal); // => true
 */
export function get(identifier: InitializerIdentifier): Initializer;
export function get(identifier: InitializerIdentifier | null | undefined): Initializer | undefined;
export function get(identifier: InitializerIdentifier | null | undefined): Initializer | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (identifier instanceof Initializer) {
    checkGivenOptions(identifier);
    return identifier;
  }
  if (identifier instanceof Tensor) return new Constant({ value: identifier });
  if (typeof identifier === "function" && !("fromConfig" in identifier)) return new FunctionInitializer(identifier);
  const found = family.find(identifier as string | SerializedObject);
  return found instanceof Initializer ? found : new FunctionInitializer(found as (shape: readonly number[]) => Tensor);
}
