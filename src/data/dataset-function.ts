/** Functions from an element to a dataset, for flatMap and interleave: the inner pipeline is built inside the traced function. */

import { packLike } from "../base/nests.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type Element, specsOf, structureOf } from "./element.ts";
import { indexSpec, trace } from "./element-function.ts";
import type { Plan } from "./plan.ts";
import { planOf } from "./reading.ts";
import type { DatasetFunction } from "./transforms/select.ts";

/**
 * Traces `call` over the elements of `plan`. Shuffles inside follow from the epoch of the outer dataset.
 * @param api the method that errors name
 */
export function traceDatasetFunction(api: string, plan: Plan, call: (element: Element) => unknown): DatasetFunction {
  let inner: Plan | undefined;
  const fn = trace(api, [...specsOf(plan.spec), indexSpec], (...inputs) => {
    const components: Tensor[] = inputs.slice(0, -1);
    const made = planOf(api, call(packLike(structureOf(plan.spec), components)));
    inner = made;
    return made.stream({ epoch: inputs.at(-1) as Tensor, start: 0 });
  });
  const { spec, varies, sources = [] } = inner as unknown as Plan;
  return { fn, spec, varies, sources };
}
