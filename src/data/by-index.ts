/** Plans whose elements are a function of their number: the stream is a range of numbers, mapped by one traced function. */
import { availableParallelism } from "node:os";
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import { executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { aheadOfSource } from "./ahead.ts";
import type { ElementSpec } from "./element.ts";
import { indexSpec, trace } from "./element-function.ts";
import { elementNumbers, Gate } from "./feeding/gate.ts";
import { datasetOp, functionAttribute, int64, reshape } from "./ops.ts";
import {
  type Ahead,
  type Arrangement,
  type Indexed,
  type Plan,
  type Position,
  type Source,
  sourcesOf,
} from "./plan.ts";

/** What {@link byIndex} makes a plan of. */
export interface ByIndex {
  readonly spec: ElementSpec;
  /** Number of elements; `Infinity` without end. */
  readonly cardinality: number;
  readonly varies: boolean;
  /** That of the parents when not given. */
  readonly arrangement?: Arrangement | undefined;
  readonly parallelism?: number | undefined;
  /** The origins of a plan of one source without parents are its numbers, when they are not given. */
  readonly indexed: Indexed;
  /** Those of the parents when not given. */
  readonly sources?: readonly Source[] | undefined;
  /** That of the source when not given. */
  readonly ahead?: Ahead | undefined;
  /** Those of the parents when not given. */
  readonly functions?: readonly ConcreteFunction[] | undefined;
  /** Plans that this one is made of. */
  readonly parents: readonly Plan[];
}

/** The number at which a range without end ends. */
export const ENDLESS: number = 2 ** 62;

/** A plan of elements by their numbers. Numbers beyond the last are those of the epochs to come. */
export function byIndex({ spec, cardinality, varies, parallelism, parents, ...given }: ByIndex): Plan {
  const { sources = sourcesOf(parents), functions = parents.flatMap((parent) => parent.functions ?? []) } = given;
  const arrangement = given.arrangement ?? parents.find((parent) => parent.arrangement)?.arrangement;
  const isSource = parents.length === 0 && sources.length === 1;
  const ahead = isSource ? aheadOfSource(sources[0] as Source) : given.ahead;
  const indexed = isSource ? { origins: numbersThemselves, ...given.indexed } : given.indexed;
  let fn: ConcreteFunction | undefined;
  const hasEnd = cardinality !== Number.POSITIVE_INFINITY && cardinality > 0;
  const elementOf = (): ConcreteFunction => {
    fn ??= trace("element", [indexSpec, indexSpec], (number, first) =>
      indexed.element(...placeInEpochs(cardinality, number, first)),
    );
    return fn;
  };
  let originsFn: ConcreteFunction | undefined;
  const originsOf = (): ConcreteFunction | undefined => {
    const { origins } = indexed;
    if (origins)
      originsFn ??= trace("origins", [indexSpec, indexSpec], (number, first) => {
        const [index, epoch] = placeInEpochs(cardinality, number, first);
        return [origins(reshape(index, [1]), epoch)];
      });
    return originsFn;
  };
  const gate = Gate.for(sources, originsOf);
  const streamEpochs = ({ epoch, start }: Position, numEpochs: number): Tensor => {
    const stop = Math.min(cardinality * numEpochs, ENDLESS);
    const numbers = elementNumbers(gate, { epoch, start }, stop);
    return mapStream(numbers, elementOf(), [epoch], spec, { numParallelCalls: parallelism, inOrder: true });
  };
  return {
    spec,
    cardinality,
    varies,
    arrangement,
    parallelism,
    indexed,
    sources,
    functions,
    ahead,
    stream: (position) => streamEpochs(position, 1),
    streamEpochs: hasEnd ? streamEpochs : undefined,
    dispose: () => {
      for (const parent of parents) parent.dispose();
      fn?.graph.releaseShares();
      originsFn?.graph.releaseShares();
      gate?.dispose();
    },
  };
}

/** Which element of which epoch a number is that runs on from the epoch `first`, where epochs have `cardinality` elements. */
export function placeInEpochs(cardinality: number, number: Tensor, first: Tensor): [index: Tensor, epoch: Tensor] {
  if (cardinality === Number.POSITIVE_INFINITY || cardinality <= 0) return [number, first];
  const epoch = executeOne("AddV2", [first, executeOne("FloorDiv", [number, int64(cardinality)])]);
  return [executeOne("FloorMod", [number, int64(cardinality)]), epoch];
}

/** The origins of a source's elements. */
function numbersThemselves(indices: Tensor): Tensor {
  return reshape(indices, [-1, 1]);
}

/** Ways by index to elements that are got by rows; `parent`, of whose elements each is made, knows their origins. */
export function elementByRows(rows: NonNullable<Indexed["rows"]>, parent?: Indexed): Indexed {
  return {
    rows,
    ...(parent?.origins && { origins: parent.origins }),
    element: (index, epoch) =>
      rows(reshape(index, [1]), epoch).map((row) => executeOne("Squeeze", [row], { squeeze_dims: [0] })),
  };
}

/** How a map runs. */
export interface MapOptions {
  /** How many elements are computed at once; -1: as many as there are cores. */
  readonly numParallelCalls?: number | undefined;
  /** Whether elements come out in the order in which they went in. */
  readonly inOrder: boolean;
}

/** `fn` mapped over a stream; `others` and the function's captures follow the element's components. */
export function mapStream(
  input: Tensor,
  fn: ConcreteFunction,
  others: readonly Tensor[],
  spec: ElementSpec,
  options: MapOptions,
): Tensor {
  const captured = [...others, ...fn.capturedInputs];
  const attributes = { f: functionAttribute(fn), Targuments: captured.map((tensor) => tensor.dtype) };
  const calls = numCalls(options.numParallelCalls);
  // Alone, one thread runs a whole call: handing each small op to a pool costs more than the ops. Several calls at once are left to
  // the pool, whose threads must not wait for one another.
  if (calls <= 1)
    return datasetOp("MapDataset", [input, captured], spec, { ...attributes, use_inter_op_parallelism: false });
  const deterministic = options.inOrder ? "true" : "false";
  return datasetOp("ParallelMapDatasetV2", [input, captured, int64(calls)], spec, { ...attributes, deterministic });
}

/** `tf.data.AUTOTUNE` as a number of calls. */
export function numCalls(numParallelCalls: number | undefined): number {
  return numParallelCalls === -1 ? availableParallelism() : (numParallelCalls ?? 1);
}

/** `stream` from element `start` on, where there is no shorter way to it than reading. */
export function skipTo(stream: Tensor, { start }: Position, spec: ElementSpec): Tensor {
  return start === 0 ? stream : datasetOp("SkipDataset", [stream, int64(start)], spec);
}
