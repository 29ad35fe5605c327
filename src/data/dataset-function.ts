/** Functions from an element to a dataset, for flatMap and interleave: the inner pipeline is built inside the traced function. */
import type { Tensor } from "../runtime/tensor.ts";
import { type Element, type ElementSpec, specsOf } from "./element.ts";
import { indexSpec, trace } from "./element-function.ts";
import { elementOf } from "./inner-datasets.ts";
import type { Plan } from "./plan.ts";
import { planOf } from "./reading.ts";
import type { DatasetFunction } from "./transforms/select.ts";

/**
 * Traces `call` over elements of the spec `elements`. Shuffles inside follow from the epoch of the outer dataset.
 * @param api the method that errors name
 */
export function traceDatasetFunction(
  api: string,
  elements: ElementSpec,
  call: (element: Element) => unknown,
): DatasetFunction {
  let inner: Plan | undefined;
  const fn = trace(api, [...specsOf(elements), indexSpec], (...inputs) => {
    const made = planOf(api, call(elementOf(elements, inputs.slice(0, -1))));
    inner = made;
    return made.stream({ epoch: inputs.at(-1) as Tensor, start: 0 });
  });
  const { spec, varies, sources = [] } = inner as unknown as Plan;
  return { fn, spec, varies, sources };
}
