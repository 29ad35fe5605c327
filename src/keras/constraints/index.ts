/** tf.keras.constraints: what weights are projected onto after each step of an optimizer. */
import type { Tensor } from "../../runtime/tensor.ts";
import { checkGivenOptions } from "../given-options.ts";
import { defineFamily, type SerializedObject } from "../serialization.ts";
import { Constraint, FunctionConstraint } from "./constraint.ts";
import { MaxNorm, MinMaxNorm, NonNeg, UnitNorm } from "./norms.ts";

export { Constraint } from "./constraint.ts";
export {
  MaxNorm,
  type MaxNormOptions,
  MinMaxNorm,
  type MinMaxNormOptions,
  NonNeg,
  UnitNorm,
  type UnitNormOptions,
} from "./norms.ts";

/** What is taken where a constraint is expected: one, its name ("non_neg"), its config, or a function of the weight. */
export type ConstraintIdentifier = string | SerializedObject | Constraint | ((w: Tensor) => Tensor);

const family = defineFamily<Constraint>({
  api: "tf.keras.constraints.get",
  what: "a constraint",
  module: "keras.constraints",
  classes: [MaxNorm, MinMaxNorm, NonNeg, UnitNorm],
});

/**
 * The constraint that `identifier` stands for; `undefined` for none.
 * @throws when there is none of that name.
 * @see https://keras.io/api/layers/constraints/
 * @example
 * console.log(tf.keras.constraints.get("unit_norm")?.getConfig()); // => { axis: 0 }
 */
export function get(identifier: ConstraintIdentifier | null | undefined): Constraint | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (identifier instanceof Constraint) {
    checkGivenOptions(identifier);
    return identifier;
  }
  if (typeof identifier === "function" && !("fromConfig" in identifier)) return new FunctionConstraint(identifier);
  const found = family.find(identifier as string | SerializedObject);
  return found instanceof Constraint ? found : new FunctionConstraint(found as (w: Tensor) => Tensor);
}
