/** Which elements come, and in which order: shuffle, repeat, take, skip, shard. By index they are arithmetic on the elements' numbers. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { aheadOfBlocks, aheadOfRepetition, aheadOfShard, aheadOfShuffle, aheadShifted } from "../ahead.ts";
import { type BlockLayout, permuteBlocks } from "../block-permutation.ts";
import { byIndex, skipTo } from "../by-index.ts";
import { indexSpec, trace } from "../element-function.ts";
import { datasetOp, functionAttribute, int64 } from "../ops.ts";
import { permute } from "../permutation.ts";
import {
  type Arrangement,
  type Cardinality,
  derive,
  type Indexed,
  type Part,
  type Plan,
  type Position,
  releasing,
} from "../plan.ts";

/** Numbers of the parent's elements, and the passes that they belong to, for numbers of this one's. */
type Renumber = (indices: Tensor, epochs: Tensor) => [indices: Tensor, epochs: Tensor];

function renumbered(parent: Indexed, renumber: Renumber): Indexed {
  const { rows, origins, batches } = parent;
  const originsOfRows = batches?.origins;
  return {
    element: (index, epoch) => parent.element(...renumber(index, epoch)),
    rows: rows && ((indices, epochs) => rows(...renumber(indices, epochs))),
    origins: origins && ((indices, epochs) => origins(...renumber(indices, epochs))),
    batches: batches && {
      size: batches.size,
      numRows: (index, epoch) => batches.numRows(...renumber(index, epoch)),
      rows: (index, epoch, begin, end) => batches.rows(...renumber(index, epoch), begin, end),
      origins: originsOfRows && ((index, epoch, begin, end) => originsOfRows(...renumber(index, epoch), begin, end)),
    },
  };
}

const add = (a: Tensor, b: Tensor): Tensor => executeOne("AddV2", [a, b]);
const multiply = (a: Tensor, b: Tensor): Tensor => executeOne("Mul", [a, b]);

/** What {@link shuffle} is told. */
export interface ShuffleSettings {
  readonly seed: number;
  readonly bufferSize?: number | undefined;
  readonly reshuffles: boolean;
  /** Shuffles blocks, and within windows of them; for elements with numbers. */
  readonly blocks?: Pick<BlockLayout, "blockSize" | "windowBlocks"> | undefined;
}

/** What is told of a shuffle behind `parent`: a shuffle before it counts, for it mixed single elements. */
function shuffled({ arrangement }: Plan, how: "exactly" | "blocks" | "buffer"): Arrangement {
  const what = arrangement?.batchRows === undefined ? how : "batches";
  return { ...arrangement, shuffled: arrangement?.shuffled ?? what };
}

/** All elements in another order: exact where they have numbers, else through TensorFlow's buffer. */
export function shuffle(parent: Plan, { seed, bufferSize, reshuffles, blocks }: ShuffleSettings): Plan {
  const { indexed, cardinality } = parent;
  if (!indexed || cardinality === undefined || cardinality === Number.POSITIVE_INFINITY)
    return shuffleStream(parent, { seed, bufferSize, reshuffles });
  if (blocks) return blockShuffle(parent, indexed, { n: cardinality, seed, ...blocks }, reshuffles);
  const epochOf = (epochs: Tensor): Tensor => (reshuffles ? epochs : int64(0));
  return byIndex({
    ...parent,
    cardinality,
    varies: parent.varies || reshuffles,
    arrangement: shuffled(parent, "exactly"),
    parents: [parent],
    indexed: renumbered(indexed, (indices, epochs) => [permute(cardinality, seed, indices, epochOf(epochs)), epochs]),
    ahead: aheadOfShuffle(parent.ahead, cardinality, seed, reshuffles),
  });
}

function blockShuffle(parent: Plan, indexed: Indexed, layout: BlockLayout, reshuffles: boolean): Plan {
  const renumber: Renumber = (indices, epochs) => [
    permuteBlocks(layout, indices, reshuffles ? epochs : int64(0)),
    epochs,
  ];
  return byIndex({
    ...parent,
    cardinality: layout.n,
    varies: parent.varies || reshuffles,
    arrangement: shuffled(parent, "blocks"),
    parents: [parent],
    indexed: renumbered(indexed, renumber),
    ahead: aheadOfBlocks(parent.ahead, layout, reshuffles),
  });
}

const WHOLE = -2; // UNKNOWN_CARDINALITY as the size of a buffer: all of the elements

function shuffleStream(parent: Plan, { seed, bufferSize, reshuffles }: ShuffleSettings): Plan {
  const { spec } = parent;
  return derive(parent, {
    varies: parent.varies || reshuffles,
    arrangement: shuffled(parent, "buffer"),
    partOf: partThrough(parent, (part) => shuffleStream(part, { seed, bufferSize, reshuffles })),
    stream: (position) => {
      const input = parent.stream({ epoch: position.epoch, start: 0 });
      // Two seeds of 0 would mean a random one.
      const pass = add(reshuffles ? position.epoch : int64(0), int64(1));
      const shuffled = datasetOp("ShuffleDataset", [input, int64(bufferSize ?? WHOLE), int64(seed), pass], spec, {
        reshuffle_each_iteration: false,
      });
      return skipTo(shuffled, position, spec);
    },
  });
}

/** Passes of an endless repetition are counted within an epoch; no epoch has more. */
const PASSES = 2 ** 32;

/** The elements `count` times over; `Infinity` times without end. */
export function repeat(parent: Plan, count: number): Plan {
  const { cardinality: n, indexed, varies } = parent;
  const cardinality = n === undefined || n === 0 || count === 0 ? (count === 0 ? 0 : n) : n * count;
  const passOf = (epochs: Tensor, pass: Tensor): Tensor =>
    add(multiply(epochs, int64(count === Number.POSITIVE_INFINITY ? PASSES : count)), pass);
  if (!indexed || cardinality === undefined || n === undefined || n === 0 || n === Number.POSITIVE_INFINITY)
    return repeatStream(parent, count, cardinality, passOf);
  const renumber: Renumber = (indices, epochs) => {
    const pass = executeOne("FloorDiv", [indices, int64(n)]);
    return [executeOne("FloorMod", [indices, int64(n)]), varies ? passOf(epochs, pass) : epochs];
  };
  const ahead = aheadOfRepetition(parent.ahead, n, (epoch, pass) =>
    varies ? epoch * (count === Number.POSITIVE_INFINITY ? PASSES : count) + pass : epoch,
  );
  return byIndex({ ...parent, cardinality, parents: [parent], indexed: renumbered(indexed, renumber), ahead });
}

function repeatStream(
  parent: Plan,
  count: number,
  cardinality: Cardinality,
  passOf: (epoch: Tensor, pass: Tensor) => Tensor,
): Plan {
  const { spec, varies } = parent;
  const times = int64OrEndless(count);
  let onePass: ReturnType<typeof trace> | undefined;
  const repeated = derive(parent, {
    cardinality,
    stream: (position) => {
      const { epoch } = position;
      if (!varies)
        return skipTo(
          datasetOp("RepeatDataset", [parent.stream({ epoch, start: 0 }), int64(times)], spec),
          position,
          spec,
        );
      onePass ??= trace("pass", [indexSpec, indexSpec], (pass, outer) =>
        parent.stream({ epoch: passOf(outer, pass), start: 0 }),
      );
      const captured = [epoch, ...onePass.capturedInputs];
      const passes = datasetOp("RangeDataset", [int64(0), int64(times < 0 ? PASSES : times), int64(1)], indexSpec);
      const attributes = { f: functionAttribute(onePass), Targuments: captured.map((tensor) => tensor.dtype) };
      return skipTo(datasetOp("FlatMapDataset", [passes, captured], spec, attributes), position, spec);
    },
  });
  return releasing(repeated, () => onePass?.graph.releaseShares());
}

const int64OrEndless = (count: number): number => (count === Number.POSITIVE_INFINITY ? -1 : count);

/** The first `count` elements. */
export function take(parent: Plan, count: number): Plan {
  const { spec, cardinality: n } = parent;
  const left = ({ start }: Position): number => (count === Number.POSITIVE_INFINITY ? -1 : Math.max(0, count - start));
  return derive(parent, {
    cardinality: n === undefined ? (count === 0 ? 0 : undefined) : Math.min(n, count),
    indexed: parent.indexed,
    ahead: parent.ahead,
    stream: (position) => datasetOp("TakeDataset", [parent.stream(position), int64(left(position))], spec),
  });
}

/** All but the first `count` elements. */
export function skip(parent: Plan, count: number): Plan {
  const { cardinality: n, indexed } = parent;
  if (count === Number.POSITIVE_INFINITY) return take(parent, 0);
  return derive(parent, {
    cardinality: n === undefined ? undefined : Math.max(0, n - count),
    indexed: indexed && renumbered(indexed, (indices, epochs) => [add(indices, int64(count)), epochs]),
    ahead: aheadShifted(parent.ahead, count),
    stream: ({ epoch, start }) => parent.stream({ epoch, start: start + count }),
  });
}

/** Every `numShards`-th element, from number `index` on. */
export function shard(parent: Plan, numShards: number, index: number): Plan {
  const { cardinality: n, indexed, spec } = parent;
  const cardinality = n === undefined ? undefined : Math.max(0, Math.ceil((n - index) / numShards));
  if (indexed && cardinality !== undefined) {
    const renumber: Renumber = (indices, epochs) => [add(multiply(indices, int64(numShards)), int64(index)), epochs];
    const ahead = aheadOfShard(parent.ahead, numShards, index);
    return byIndex({ ...parent, cardinality, parents: [parent], indexed: renumbered(indexed, renumber), ahead });
  }
  return derive(parent, {
    cardinality,
    stream: ({ epoch, start }) => {
      const input = parent.stream({ epoch, start: start * numShards });
      return datasetOp("ShardDataset", [input, int64(numShards), int64(index)], spec);
    },
  });
}

/** The part of a plan that is made of `parent` element by element: the same made of the parent's part. */
export function partThrough(parent: Plan, make: (part: Plan) => Plan): (part: Part) => Plan | undefined {
  return (part) => {
    const before =
      parent.partOf?.(part) ?? (part.by === "elements" ? shard(parent, part.numShards, part.shard) : undefined);
    return before && make(before);
  };
}
