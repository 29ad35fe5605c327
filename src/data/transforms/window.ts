/** Elements gathered into datasets: windows that slide over a dataset, and windows of elements that have a key in common. */
import { mapNest, type Nest } from "../../base/nests.ts";
import type { TensorSpec } from "../../runtime/function.ts";
import { skipTo } from "../by-index.ts";
import { DatasetSpec, type ElementSpec } from "../element.ts";
import type { ElementFunction } from "../element-function.ts";
import { bool, datasetOp, functionAttribute, int64, int64s } from "../ops.ts";
import { type Cardinality, derive, type Plan, releasing } from "../plan.ts";
import { captures, type DatasetFunction } from "./select.ts";

/** Which elements a window takes. */
export interface WindowSettings {
  readonly size: number;
  /** How far it is from the first element of a window to the first of the next. */
  readonly shift: number;
  /** How far it is from one element of a window to the next. */
  readonly stride: number;
  readonly dropRemainder: boolean;
}

/** Windows: for each component a dataset of its values. */
export function window(parent: Plan, settings: WindowSettings): Plan {
  const { size, shift, stride, dropRemainder } = settings;
  const spec = mapNest(parent.spec as Nest<TensorSpec>, (leaf) => new DatasetSpec(leaf)) as ElementSpec;
  return derive(parent, {
    spec,
    cardinality: numWindows(parent.cardinality, settings),
    stream: ({ epoch, start }) => {
      const input = parent.stream({ epoch, start: start * shift });
      const places = [int64(size), int64(shift), int64(stride), bool(dropRemainder)];
      return datasetOp("WindowDataset", [input, ...places], spec);
    },
  });
}

function numWindows(n: Cardinality, { size, shift, stride, dropRemainder }: WindowSettings): Cardinality {
  if (n === undefined) return undefined;
  if (!dropRemainder) return Math.ceil(n / shift);
  const left = n - ((size - 1) * stride + 1); // behind the first window
  return left < 0 ? 0 : Math.floor(left / shift) + 1;
}

/** The functions of {@link groupByWindow}. */
export interface GroupFunctions {
  /** From an element to its key. */
  readonly key: ElementFunction;
  /** From a key to the size of its windows. */
  readonly windowSize: ElementFunction;
  /** From a key and the dataset of a window to a dataset. */
  readonly reduce: DatasetFunction;
}

/** Elements that have a key in common are gathered until a window is full, which a function turns into elements. */
export function groupByWindow(parent: Plan, { key, windowSize, reduce }: GroupFunctions): Plan {
  const { spec } = reduce;
  const plan = derive(parent, {
    spec,
    cardinality: parent.cardinality === 0 ? 0 : undefined,
    varies: parent.varies || reduce.varies,
    sources: [...(parent.sources ?? []), ...reduce.sources],
    stream: (position) => {
      const { epoch } = position;
      const input = parent.stream({ epoch, start: 0 });
      const [ofKey, ofReduce, ofSize] = [
        captures(key.fn, int64s([0, 0])),
        captures(reduce.fn, epoch),
        captures(windowSize.fn, int64s([0, 0])),
      ];
      const inputs = [input, ofKey.captured, ofReduce.captured, ofSize.captured];
      const grouped = datasetOp("GroupByWindowDataset", inputs, spec, {
        key_func: functionAttribute(key.fn),
        reduce_func: functionAttribute(reduce.fn),
        window_size_func: functionAttribute(windowSize.fn),
        Tkey_func_other_arguments: ofKey.Targuments,
        Treduce_func_other_arguments: ofReduce.Targuments,
        Twindow_size_func_other_arguments: ofSize.Targuments,
      });
      return skipTo(grouped, position, spec);
    },
  });
  return releasing(plan, () => {
    for (const { fn } of [key, windowSize, reduce]) fn.graph.releaseShares();
  });
}

/** Batches cut anew: of each of `sizes` in turn. */
export function rebatch(parent: Plan, spec: ElementSpec, sizes: readonly number[], dropRemainder: boolean): Plan {
  return derive(parent, {
    spec,
    cardinality: parent.cardinality === 0 ? 0 : undefined,
    stream: (position) => {
      const input = parent.stream({ epoch: position.epoch, start: 0 });
      const cut = datasetOp("RebatchDatasetV2", [input, int64s(sizes), bool(dropRemainder)], spec);
      return skipTo(cut, position, spec);
    },
  });
}
