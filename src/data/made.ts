/** Makes Datasets where the class itself cannot be imported: in its base classes, and of elements that are datasets. */
import type { Dataset } from "./dataset.ts";
import type { Plan } from "./plan.ts";

let make: ((plan: Plan) => Dataset<never>) | undefined;

/** Told once, by the class. */
export function installDataset(making: (plan: Plan) => Dataset<never>): void {
  make = making;
}

/** A dataset of `plan`. */
export function datasetOf<T>(plan: Plan): Dataset<T> {
  return (make as (plan: Plan) => unknown)(plan) as Dataset<T>;
}
