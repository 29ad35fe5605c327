/** Elements that are datasets themselves, as windows are: in TensorFlow's pipeline each is one variant tensor. */
import { flatten, mapNest, type Nest } from "../base/nests.ts";
import { executeOne, isTracing } from "../runtime/executor.ts";
import type { TensorSpec } from "../runtime/function.ts";
import { tidy } from "../runtime/scopes.ts";
import { Tensor } from "../runtime/tensor.ts";
import { DatasetSpec, type Element, type ElementSpec } from "./element.ts";
import { datasetOf, planIn } from "./made.ts";
import { datasetOp, int64 } from "./ops.ts";
import type { Plan } from "./plan.ts";

/** The element that `components` are, with a dataset in the place of each variant that is one. */
export function elementOf(spec: ElementSpec, components: readonly Tensor[]): Element {
  return mapNest(spec as Nest<TensorSpec>, (leaf, i) => {
    const component = components[i] as Tensor;
    return leaf instanceof DatasetSpec ? (datasetOf(planOfVariant(component, leaf.elementSpec)) as never) : component;
  });
}

/** The components of an element. */
export function componentsOf(element: Element): Tensor[] {
  const leaves = flatten(element as Nest<unknown>);
  return leaves.flatMap((leaf) => (leaf instanceof Tensor ? leaf : (planIn(leaf)?.held ?? [])));
}

/** The dataset that `variant` holds, which is freed with the element that it belongs to. */
function planOfVariant(variant: Tensor, spec: ElementSpec): Plan {
  let cardinality: number | undefined;
  return {
    spec,
    get cardinality(): number | undefined {
      if (isTracing()) return undefined;
      cardinality ??= tidy(() => Number(executeOne("DatasetCardinality", [variant]).item()));
      return cardinality === UNKNOWN ? undefined : cardinality < 0 ? Number.POSITIVE_INFINITY : cardinality;
    },
    varies: false,
    held: [variant],
    stream: ({ start }) => (start === 0 ? variant : datasetOp("SkipDataset", [variant, int64(start)], spec)),
    dispose: () => variant.dispose(),
  };
}

const UNKNOWN = -2;
