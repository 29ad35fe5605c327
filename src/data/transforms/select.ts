/** Transformations whose elements are not a function of their number: filter, takeWhile, flatMap, interleave. They are streams. */
import type { ConcreteFunction } from "../../runtime/concrete-function.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { numCalls, skipTo } from "../by-index.ts";
import { type ElementSpec, shapesOf, typesOf } from "../element.ts";
import type { ElementFunction } from "../element-function.ts";
import { datasetOp, functionAttribute, int64, int64s } from "../ops.ts";
import { derive, type Plan, type Position, releasing, type Source } from "../plan.ts";
import { partThrough, shard } from "./order.ts";

/** A stream made of the parent's stream by an op with a function. Positions are reached by reading. */
function streamed(
  parent: Plan,
  spec: ElementSpec,
  fn: ConcreteFunction,
  make: (input: Tensor, epoch: Tensor) => Tensor,
): Plan {
  const plan = derive(parent, {
    spec,
    cardinality: parent.cardinality === 0 ? 0 : undefined,
    stream: (position: Position) =>
      skipTo(make(parent.stream({ epoch: position.epoch, start: 0 }), position.epoch), position, spec),
  });
  return releasing(plan, () => fn.graph.releaseShares());
}

/** What an op hands to a function beside elements: `first`, and what the function captures. */
export const captures = (
  fn: ConcreteFunction,
  first: Tensor,
): { captured: Tensor[]; Targuments: Tensor["dtype"][] } => {
  const captured = [first, ...fn.capturedInputs];
  return { captured, Targuments: captured.map((tensor) => tensor.dtype) };
};

/** The elements for which `predicate` is true; with `isPrefix`, those before the first for which it is false. */
export function filter(parent: Plan, predicate: ElementFunction, isPrefix: boolean): Plan {
  const { fn } = predicate;
  const plan = streamed(parent, parent.spec, fn, (input) => {
    const { captured, Targuments } = captures(fn, int64s([0, 0]));
    const op = isPrefix ? "TakeWhileDataset" : "FilterDataset";
    return datasetOp(op, [input, captured], parent.spec, { predicate: functionAttribute(fn), Targuments });
  });
  return isPrefix ? plan : { ...plan, partOf: partThrough(parent, (part) => filter(part, predicate, false)) };
}

/** A function from an element to a dataset. Its inputs are the element's components, the epoch, and the captures. */
export interface DatasetFunction {
  readonly fn: ConcreteFunction;
  readonly spec: ElementSpec;
  readonly varies: boolean;
  readonly sources: readonly Source[];
}

/** How {@link interleave} mixes the datasets. */
export interface InterleaveSettings {
  /** How many datasets are open at once. */
  readonly cycleLength: number;
  /** How many elements come from one before it is the next one's turn. */
  readonly blockLength: number;
  readonly numParallelCalls?: number | undefined;
  readonly inOrder: boolean;
}

/** The elements of the datasets that the function makes of each element, in turns. */
export function interleave(parent: Plan, inner: DatasetFunction, settings: InterleaveSettings): Plan {
  const { fn, spec } = inner;
  const { cycleLength, blockLength, numParallelCalls, inOrder } = settings;
  const plan = streamed(parent, spec, fn, (input, epoch) => {
    const { captured, Targuments } = captures(fn, epoch);
    const attributes = { f: functionAttribute(fn), Targuments };
    const calls = Math.min(numCalls(numParallelCalls), cycleLength);
    const turns = [int64(cycleLength), int64(blockLength)];
    if (cycleLength === 1 && blockLength === 1) return datasetOp("FlatMapDataset", [input, captured], spec, attributes);
    if (calls <= 1) return datasetOp("InterleaveDataset", [input, captured, ...turns], spec, attributes);
    const buffers = [int64(blockLength), int64(0), int64(calls)];
    return datasetOp("ParallelInterleaveDatasetV4", [input, captured, ...turns, ...buffers], spec, {
      ...attributes,
      deterministic: inOrder ? "true" : "false",
    });
  });
  const { cardinality, arrangement } = parent;
  return {
    ...plan,
    varies: parent.varies || inner.varies,
    sources: [...(parent.sources ?? []), ...inner.sources],
    arrangement: { ...arrangement, batchRows: undefined, files: arrangement?.files ?? cardinality },
    partOf: (part) => {
      if (part.by !== "files") return undefined;
      return interleave(parent.partOf?.(part) ?? shard(parent, part.numShards, part.shard), inner, settings);
    },
  };
}

/** The state after the last element, as its components: the function takes the state's components, the element's, and the key. */
export function reduce(stream: Tensor, state: readonly Tensor[], { fn, spec }: ElementFunction): Tensor[] {
  const { captured, Targuments } = captures(fn, int64s([0, 0]));
  return execute("ReduceDataset", [stream, [...state], captured], {
    f: functionAttribute(fn),
    Targuments,
    Tstate: typesOf(spec),
    output_types: typesOf(spec),
    output_shapes: shapesOf(spec),
  });
}
