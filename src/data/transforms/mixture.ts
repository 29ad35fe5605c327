/** Datasets drawn from in turns: by weights, where the order is a function of an element's number, or as another dataset chooses. */
import { mapNest, type Nest } from "../../base/nests.ts";
import { mixSeeds } from "../../base/seeds.ts";
import { isFullyDefined, mostGeneralShape } from "../../base/shapes.ts";
import type { ConcreteFunction } from "../../runtime/concrete-function.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows, mapStream, skipTo } from "../by-index.ts";
import { type ElementSpec, shapesOf, specsOf } from "../element.ts";
import { indexSpec, trace } from "../element-function.ts";
import { type Mixture, NUM_ARRANGEMENTS, type Phase, scheduleOf } from "../mixture-schedule.ts";
import { constant, datasetOp, gather, int64, int64s, range, reshape } from "../ops.ts";
import { drawBelow } from "../permutation.ts";
import { type Indexed, type Plan, sourcesOf } from "../plan.ts";

/** Rounds are counted within an epoch; no epoch has more. */
const ROUNDS = 2 ** 32;
const ENDLESS = 2 ** 62;

const add = (a: Tensor, b: Tensor): Tensor => executeOne("AddV2", [a, b]);
const times = (a: Tensor, b: Tensor): Tensor => executeOne("Mul", [a, b]);

/** How {@link mixture} draws. */
export interface MixtureSettings extends Omit<Mixture, "lengths"> {
  /** Whether each epoch has another order. */
  readonly reshuffles: boolean;
}

/** Draws from `plans` by weights. By index where all of them have numbers and their elements can be stacked, else as a stream. */
export function mixture(plans: readonly Plan[], { reshuffles, ...settings }: MixtureSettings): Plan {
  const spec = commonSpec(plans);
  const parts = plans.flatMap((plan) => plan.indexed ?? []);
  const lengths = plans.map((plan) => plan.cardinality);
  const isStacked = parts.every(({ rows }) => rows) && shapesOf(spec).every(isFullyDefined);
  if (parts.length < plans.length || lengths.includes(undefined) || !isStacked)
    return mixtureOfStreams(plans, spec, { reshuffles, ...settings });
  const { phases, length } = scheduleOf({ ...settings, lengths: lengths as number[] });
  const turnsOf = (indices: Tensor, epochs: Tensor): Turns =>
    turnsAt(phases, settings.seed, indices, reshuffles ? epochs : int64(0));
  const parallelism = Math.max(...plans.map((plan) => plan.parallelism ?? 0)) || undefined;
  return byIndex({
    spec,
    cardinality: length,
    varies: reshuffles || plans.some((plan) => plan.varies),
    parallelism,
    sources: sourcesOf(plans),
    parents: plans,
    indexed: mixedIndex(plans, parts, turnsOf),
  });
}

/** Which dataset each element comes from, and its number there: int64 [m]. */
interface Turns {
  readonly choices: Tensor;
  readonly numbers: Tensor;
}

/** Looks up the turns of elements `indices` [m]. */
function turnsAt(phases: readonly Phase[], seed: number, indices: Tensor, epochs: Tensor): Turns {
  const column = (values: readonly number[]): Tensor => int64s(values);
  const starts = column(phases.map(({ start }) => start));
  const after = executeOne("UpperBound", [reshape(starts, [1, -1]), reshape(indices, [1, -1])], { out_type: "int64" });
  const phase = reshape(executeOne("Sub", [after, int64(1)]), [-1]);
  const ofPhase = (value: (phase: Phase) => number): Tensor => gather(column(phases.map(value)), phase);
  const turns = ofPhase((p) => p.turns);
  const inside = executeOne("Sub", [indices, gather(starts, phase)]);
  const round = executeOne("FloorDiv", [inside, turns]);
  const isLast = executeOne("Equal", [round, ofPhase((p) => p.lastRound)]);
  // Phases draw from one stream of numbers: rounds are counted from the beginning of the mixture on.
  const key = add(times(epochs, int64(ROUNDS)), add(round, gather(int64s(firstRounds(phases)), phase)));
  const arrangement = executeOne("SelectV2", [isLast, int64(0), drawBelow(NUM_ARRANGEMENTS, mixSeeds(seed, 5), key)]);
  const turn = add(times(arrangement, turns), executeOne("FloorMod", [inside, turns]));
  const at = add(gather(int64s(tableStarts(phases)), phase), turn);
  const choices = wide(gather(table(phases.map((p) => p.choices)), at));
  const numDatasets = phases[0]?.counts.length ?? 1;
  const cell = add(times(phase, int64(numDatasets)), choices);
  const perRound = gather(column(phases.flatMap(({ counts }) => counts)), cell);
  const before = add(gather(column(phases.flatMap(({ drawn }) => drawn)), cell), times(round, perRound));
  return { choices, numbers: add(before, wide(gather(table(phases.map((p) => p.ranks)), at))) };
}

function firstRounds(phases: readonly Phase[]): number[] {
  let rounds = 0;
  return phases.map(({ lastRound }) => {
    const first = rounds;
    rounds += lastRound + 1;
    return first;
  });
}

function tableStarts(phases: readonly Phase[]): number[] {
  let entries = 0;
  return phases.map(({ choices }) => {
    const first = entries;
    entries += choices.length;
    return first;
  });
}

function table(parts: readonly Int32Array[]): Tensor {
  const values = Int32Array.from(parts.flatMap((part) => Array.from(part)));
  return constant("int32", [values.length], values);
}

const wide = (tensor: Tensor): Tensor => executeOne("Cast", [tensor], { SrcT: "int32", DstT: "int64" });

/** Each dataset gives its share of the rows at once, and they are put in their places. */
function mixedIndex(
  plans: readonly Plan[],
  parts: readonly Indexed[],
  turnsOf: (indices: Tensor, epochs: Tensor) => Turns,
): Indexed {
  type FromPart = (part: Indexed, which: number, numbers: Tensor, epochs: Tensor) => Tensor[];
  const stitched = (indices: Tensor, epochs: Tensor, read: FromPart): Tensor[] => {
    const { choices, numbers } = turnsOf(indices, epochs);
    const owners = executeOne("Cast", [choices], { SrcT: "int64", DstT: "int32" });
    const split = (values: Tensor): Tensor[] =>
      execute("DynamicPartition", [values, owners], { num_partitions: parts.length });
    const places = split(range(int64(0), executeOne("Size", [indices], { out_type: "int64" })));
    const own = split(numbers);
    const passes = epochs.rank === 0 ? own.map(() => epochs) : split(epochs);
    const drawn = parts.map((part, i) => read(part, i, own[i] as Tensor, passes[i] as Tensor));
    const positions = places.map((place) => executeOne("Cast", [place], { SrcT: "int64", DstT: "int32" }));
    return (drawn[0] as Tensor[]).map((_, component) =>
      stitch(
        positions,
        drawn.map((rows) => rows[component] as Tensor),
      ),
    );
  };
  const rows = (indices: Tensor, epochs: Tensor): Tensor[] =>
    stitched(indices, epochs, (part, _, numbers, passes) => part.rows?.(numbers, passes) ?? []);
  if (!parts.every(({ origins }) => origins)) return elementByRows(rows);
  const widths = plans.map(({ sources }) => sources?.length ?? 0);
  const origins = (indices: Tensor, epochs: Tensor): Tensor =>
    stitched(indices, epochs, (part, which, numbers, passes) => {
      const before = widths.slice(0, which).reduce((sum, width) => sum + width, 0);
      const behind = widths.slice(which + 1).reduce((sum, width) => sum + width, 0);
      const paddings = constant("int64", [2, 2], BigInt64Array.of(0n, 0n, BigInt(before), BigInt(behind)));
      return [executeOne("PadV2", [part.origins?.(numbers, passes) as Tensor, paddings, int64(-1)])];
    })[0] as Tensor;
  return { ...elementByRows(rows), origins };
}

function stitch(positions: Tensor[], parts: Tensor[]): Tensor {
  return executeOne("DynamicStitch", [positions, parts], { T: (parts[0] as Tensor).dtype });
}

function commonSpec(plans: readonly Plan[]): ElementSpec {
  const leaves = plans.map(({ spec }) => specsOf(spec));
  return mapNest((plans[0] as Plan).spec as Nest<TensorSpec>, ({ dtype }, i) => {
    const shapes = leaves.map((specs) => specs[i]?.shape ?? null);
    return new TensorSpec(
      shapes.reduce((a, b) => mostGeneralShape(a, b)),
      dtype,
    );
  }) as ElementSpec;
}

function mixtureOfStreams(plans: readonly Plan[], spec: ElementSpec, settings: MixtureSettings): Plan {
  const { reshuffles, seed, stopsOnEmpty, weights } = settings;
  const endless = weights.map(() => Number.POSITIVE_INFINITY);
  const { phases } = scheduleOf({ weights, lengths: endless, seed, stopsOnEmpty });
  let fn: ConcreteFunction | undefined;
  const choices: Plan = {
    spec: indexSpec,
    cardinality: Number.POSITIVE_INFINITY,
    varies: reshuffles,
    stream: ({ epoch }) => {
      fn ??= trace("choice", [indexSpec, indexSpec], (number, pass) => {
        const turns = turnsAt(phases, seed, reshape(number as Tensor, [1]), reshuffles ? (pass as Tensor) : int64(0));
        return [reshape(turns.choices, [])];
      });
      const numbers = datasetOp("RangeDataset", [int64(0), int64(ENDLESS), int64(1)], indexSpec);
      return mapStream(numbers, fn, [epoch], indexSpec, { inOrder: true });
    },
    dispose: () => fn?.graph.releaseShares(),
  };
  const lengths = plans.map(({ cardinality }) => cardinality);
  const cardinality =
    stopsOnEmpty || lengths.includes(undefined) ? undefined : (lengths as number[]).reduce((a, b) => a + b);
  return { ...directed(plans, spec, choices, stopsOnEmpty), cardinality };
}

/** Draws from `plans` as the elements of `choices`, int64 scalars, say. */
export function chosen(plans: readonly Plan[], choices: Plan, stopsOnEmpty: boolean): Plan {
  return directed(plans, commonSpec(plans), choices, stopsOnEmpty);
}

function directed(plans: readonly Plan[], spec: ElementSpec, choices: Plan, stopsOnEmpty: boolean): Plan {
  return {
    spec,
    cardinality: undefined,
    varies: choices.varies || plans.some((plan) => plan.varies),
    sources: sourcesOf([...plans, choices]),
    stream: (position) => {
      const begin = { epoch: position.epoch, start: 0 };
      const inputs = [choices.stream(begin), plans.map((plan) => plan.stream(begin))];
      const drawn = datasetOp("DirectedInterleaveDataset", inputs, spec, { stop_on_empty_dataset: stopsOnEmpty });
      return skipTo(drawn, position, spec);
    },
    dispose: () => {
      for (const plan of [...plans, choices]) plan.dispose();
    },
  };
}
