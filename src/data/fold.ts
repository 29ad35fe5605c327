/** Folds a dataset into one value, by one op. */
import { flatten, mapNest, type Nest, packLike } from "../base/nests.ts";
import { convert } from "../runtime/convert.ts";
import { TensorSpec } from "../runtime/function.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import { checkNotRandom, checkSameElements } from "./checks.ts";
import { type Element, type ElementSpec, mapParts, structureOf } from "./element.ts";
import { type ElementFunction, traceElementFunction } from "./element-function.ts";
import { DataIterator } from "./iterator.ts";
import { int64, int64s } from "./ops.ts";
import { feedsOf, type Plan } from "./plan.ts";
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
    const stateSpec = mapNest(state, (leaf) => new TensorSpec(leaf.staticShape, leaf.dtype)) as ElementSpec;
    const folded = traceElementFunction(api, [stateSpec, plan.spec], (pair) => {
      const [before, element] = pair as unknown as [never, never];
      return fn(before, element);
    });
    checkNotRandom(api, folded);
    checkSameElements(api, stateSpec, folded.spec);
    if (feedsOf(plan).length > 0) return foldFed(plan, epoch, state, folded);
    const stream = plan.stream({ epoch: int64(epoch), start: 0 });
    return packLike(structureOf(stateSpec), reduce(stream, flatten(state) as Tensor[], folded));
  });
}

/** The same, of elements that JavaScript makes: no op may wait for them, so each is folded by a call. */
function foldFed(plan: Plan, epoch: number, initial: Nest<Tensor>, { fn }: ElementFunction): Element {
  using iterator = new DataIterator<Element>(plan, { epoch });
  let state = flatten(initial) as Tensor[];
  for (let element = iterator.next(); element !== undefined; element = iterator.next()) {
    const components = flatten(element as Nest<Tensor>);
    const next = fn.call([...state, ...components, int64s([0, 0])]);
    for (const tensor of [...components, ...state]) tensor.dispose();
    state = next;
  }
  return packLike(initial, state);
}
