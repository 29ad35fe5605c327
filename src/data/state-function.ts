/** Functions that carry a state from element to element, for reduce and scan. */
import { describe, invalidArgument } from "../base/errors.ts";
import { flatten, mapNest, type Nest } from "../base/nests.ts";
import { mostGeneralShape, type Shape } from "../base/shapes.ts";
import { TensorSpec } from "../runtime/function.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { checkNotRandom, checkSameElements } from "./checks.ts";
import { type ElementSpec, specsOf } from "./element.ts";
import { type ElementFunction, traceElementFunction } from "./element-function.ts";
import type { Scanner } from "./transforms/scan.ts";

type StateCall = (state: never, element: never) => unknown;

/** A function from (state, element) to the next state. */
export interface Folder extends ElementFunction {
  readonly stateSpec: ElementSpec;
}

/** Traces `fn(state, element)` that gives the next state. @throws when its structure or a dtype changes. */
export function traceFolder(api: string, state: Nest<Tensor>, elements: ElementSpec, fn: StateCall): Folder {
  return withGeneralState(state, (stateSpec) => {
    const traced = traceWithState(api, stateSpec, elements, fn);
    checkSameElements(api, stateSpec, traced.spec);
    return { ...traced, stateSpec, nextSpec: traced.spec };
  });
}

/** Traces `fn(state, element)` that gives the next state and an element. @throws when it gives something else, or changes the state's kind. */
export function traceScanner(api: string, state: Nest<Tensor>, elements: ElementSpec, fn: StateCall): Scanner {
  return withGeneralState(state, (stateSpec) => {
    const traced = traceWithState(api, stateSpec, elements, (before, element) => pairOf(api, fn(before, element)));
    const [nextSpec, outputSpec] = traced.spec as unknown as [ElementSpec, ElementSpec];
    checkSameElements(api, stateSpec, nextSpec);
    return { ...traced, stateSpec, nextSpec, outputSpec };
  });
}

function pairOf(api: string, returned: unknown): unknown {
  if (Array.isArray(returned) && returned.length === 2) return returned;
  throw invalidArgument(api, "a function that returns [state, element]", describe(returned));
}

function traceWithState(api: string, stateSpec: ElementSpec, elements: ElementSpec, fn: StateCall): ElementFunction {
  const traced = traceElementFunction(api, [stateSpec, elements], (pair) => {
    const [before, element] = pair as unknown as [never, never];
    return fn(before, element);
  });
  checkNotRandom(api, traced);
  return traced;
}

/** Traces with the state's first shapes, and, where the next state has others, again with what they have in common. */
function withGeneralState<F extends { fn: ElementFunction["fn"]; nextSpec: ElementSpec }>(
  state: Nest<Tensor>,
  traceFor: (stateSpec: ElementSpec) => F,
): F {
  let shapes: readonly (Shape | null)[] = flatten(state).map((tensor) => tensor.staticShape);
  for (;;) {
    const traced = traceFor(mapNest(state, ({ dtype }, i) => new TensorSpec(shapes[i] ?? null, dtype)) as ElementSpec);
    const general = specsOf(traced.nextSpec).map(({ shape }, i) => mostGeneralShape(shapes[i] ?? null, shape));
    if (JSON.stringify(general) === JSON.stringify(shapes)) return traced;
    traced.fn.graph.releaseShares();
    shapes = general;
  }
}
