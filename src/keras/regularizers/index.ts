/** tf.keras.regularizers: penalties on weights that are added to the loss. */
import type { Tensor } from "../../runtime/tensor.ts";
import { checkGivenOptions } from "../given-options.ts";
import { defineFamily, type SerializedObject } from "../serialization.ts";
import { L1, L1L2, L2, OrthogonalRegularizer } from "./norms.ts";
import { FunctionRegularizer, Regularizer } from "./regularizer.ts";

export { L1, L1L2, L2, OrthogonalRegularizer, type OrthogonalRegularizerOptions } from "./norms.ts";
export { Regularizer } from "./regularizer.ts";

/** What is taken where a regularizer is expected: one, its name ("l2"), its config, or a function of the weight. */
export type RegularizerIdentifier = string | SerializedObject | Regularizer | ((x: Tensor) => Tensor);

const family = defineFamily<Regularizer>({
  api: "tf.keras.regularizers.get",
  what: "a regularizer",
  module: "keras.regularizers",
  classes: [L1, L1L2, L2, OrthogonalRegularizer],
  aliases: { l1_l2: "L1L2" },
});

/**
 * The regularizer that `identifier` stands for; `undefined` for none.
 * @throws when there is none of that name.
 * @see https://keras.io/api/layers/regularizers/
 * @example
 * console.log(tf.keras.regularizers.get("l2")?.getConfig()); // => { l2: 0.01 }
 */
export function get(identifier: RegularizerIdentifier | null | undefined): Regularizer | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (identifier instanceof Regularizer) {
    checkGivenOptions(identifier);
    return identifier;
  }
  if (typeof identifier === "function" && !("fromConfig" in identifier)) return new FunctionRegularizer(identifier);
  const found = family.find(identifier as string | SerializedObject);
  return found instanceof Regularizer ? found : new FunctionRegularizer(found as (x: Tensor) => Tensor);
}
