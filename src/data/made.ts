/** Makes Datasets where the class itself cannot be imported: in its base classes, and of elements that are datasets. */
import type { Dataset } from "./dataset.ts";
import type { Plan } from "./plan.ts";

let make: ((plan: Plan) => Dataset<never>) | undefined;
let find: ((value: unknown) => Plan | undefined) | undefined;

/** Told once, by the class: how a dataset is made of a plan, and which plan is in a value that may be a dataset. */
export function installDataset(
  making: (plan: Plan) => Dataset<never>,
  finding: (value: unknown) => Plan | undefined,
): void {
  make = making;
  find = finding;
}

/** The plan of `value` when it is a dataset. */
export function planIn(value: unknown): Plan | undefined {
  return find?.(value);
}

/** A dataset of `plan`. */
export function datasetOf<T>(plan: Plan): Dataset<T> {
  return (make as (plan: Plan) => unknown)(plan) as Dataset<T>;
}
