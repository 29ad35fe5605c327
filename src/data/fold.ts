/** Folds a dataset into one value, by one op. */
import { flatten, type Nest, packLike } from "../base/nests.ts";
import { convert } from "../runtime/convert.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import { type Element, mapParts, structureOf } from "./element.ts";
import type { ElementFunction } from "./element-function.ts";
import { componentsOf } from "./inner-datasets.ts";
import { DataIterator } from "./iterator.ts";
import { int64, int64s } from "./ops.ts";
import { feedsOf, type Plan } from "./plan.ts";
import { traceFolder } from "./state-function.ts";
import { reduce } from "./transforms/select.ts";

/** The state after `fn(state, element)` for each element of `epoch`. */
export function fold(
  plan: Plan,
  epoch: number,
  initialState: unknown,
  fn: (state: never, element: never) => unknown,
): Element {
  const api = "Dataset.reduce";
  return tidy(() => {
    const state = mapParts(initialState, (part) => convert(api, part as TensorLike)) as Nest<Tensor>;
    const folded = traceFolder(api, state, plan.spec, fn);
    if (feedsOf(plan).length > 0) return foldFed(plan, epoch, state, folded);
    const stream = plan.stream({ epoch: int64(epoch), start: 0 });
    return packLike(structureOf(folded.stateSpec), reduce(stream, flatten(state) as Tensor[], folded));
  });
}

/** The same, of elements that JavaScript makes: no op may wait for them, so each is folded by a call. */
function foldFed(plan: Plan, epoch: number, initial: Nest<Tensor>, { fn }: ElementFunction): Element {
  using iterator = new DataIterator<Element>(plan, { epoch });
  let state = flatten(initial) as Tensor[];
  for (let element = iterator.next(); element !== undefined; element = iterator.next()) {
    const components = componentsOf(element);
    const next = fn.call([...state, ...components, int64s([0, 0])]);
    for (const tensor of [...components, ...state]) tensor.dispose();
    state = next;
  }
  return packLike(initial, state);
}
