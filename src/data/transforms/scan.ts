/** Elements that depend on those before them: scan, unique; and elements that fail left out. */
import type { Tensor } from "../../runtime/tensor.ts";
import { skipTo } from "../by-index.ts";
import { type ElementSpec, typesOf } from "../element.ts";
import type { ElementFunction } from "../element-function.ts";
import { datasetOp, functionAttribute, int64s } from "../ops.ts";
import { derive, type Plan, releasing } from "../plan.ts";
import { captures } from "./select.ts";

/** A function from a state and an element to the next state and an element. */
export interface Scanner extends ElementFunction {
  readonly stateSpec: ElementSpec;
  /** What the elements become. */
  readonly outputSpec: ElementSpec;
}

/** Every element replaced by what the function makes of it and of the state that the elements before have left. */
export function scan(parent: Plan, { fn, stateSpec, outputSpec }: Scanner, initialState: readonly Tensor[]): Plan {
  const plan = derive(parent, {
    spec: outputSpec,
    stream: (position) => {
      const input = parent.stream({ epoch: position.epoch, start: 0 });
      const { captured, Targuments } = captures(fn, int64s([0, 0]));
      const scanned = datasetOp("ScanDataset", [input, [...initialState], captured], outputSpec, {
        f: functionAttribute(fn),
        Tstate: typesOf(stateSpec),
        Targuments,
        preserve_cardinality: true,
      });
      return skipTo(scanned, position, outputSpec);
    },
  });
  return releasing(plan, () => {
    fn.graph.releaseShares();
    for (const tensor of initialState) tensor.dispose();
  });
}

/** What an op makes of the stream of all elements. How many it leaves is not known. */
function remaining(parent: Plan, op: string, attributes: Readonly<Record<string, boolean>> = {}): Plan {
  const { spec, cardinality } = parent;
  return derive(parent, {
    cardinality: cardinality === 0 ? 0 : undefined,
    stream: (position) => {
      const input = parent.stream({ epoch: position.epoch, start: 0 });
      return skipTo(datasetOp(op, [input], spec, attributes), position, spec);
    },
  });
}

/** Every value once, where it comes first. */
export function unique(parent: Plan): Plan {
  return remaining(parent, "UniqueDataset");
}

/** The elements that can be computed. */
export function ignoreErrors(parent: Plan, logsWarnings: boolean): Plan {
  const { cardinality } = parent;
  const plan = remaining(parent, "IgnoreErrorsDataset", { log_warning: logsWarnings });
  return cardinality === Number.POSITIVE_INFINITY ? { ...plan, cardinality } : plan;
}
