/**
 * How layers learn from data before training: batch after batch, over the shards of the strategy. Each worker reads the batches of its
 * shards; the parts meet in the order of the shards, so that the result does not depend on how many workers there are.
 */
import { CollectiveCall, isInCall } from "../../../../distribute/collective-calls.ts";
import type { ShardRange } from "../../../../distribute/shard-group.ts";
import type { Strategy } from "../../../../distribute/strategy.ts";
import { tidy } from "../../../../runtime/scopes.ts";
import { Pacing } from "../../../training/pacing.ts";
import { type AdaptData, type AdaptOptions, type Batches, batchesOf } from "./batches.ts";
import { type ExchangePlace, exchange, ROUND_BYTES } from "./exchange.ts";
import type { Statistic } from "./statistic.ts";

export type { AdaptData, AdaptOptions };

/** What {@link adaptTo} is told. */
export interface Adapting<S> {
  /** The call as errors name it. */
  readonly api: string;
  readonly data: AdaptData;
  readonly options: AdaptOptions;
  readonly statistic: Statistic<S>;
  readonly strategy: Strategy | undefined;
}

/** The statistic of all data. @throws when the data have no end, no batch, or do not fit. */
export async function adaptTo<S>({ api, data, options, statistic, strategy }: Adapting<S>): Promise<S> {
  const numShards = strategy?.numReplicasInSync ?? 1;
  const batches = batchesOf(api, data, options, numShards);
  const merged = (states: readonly S[]): S => states.reduce((first, second) => statistic.merge(first, second));
  const alone = async (): Promise<S> => merged(await readAll(batches, statistic, numShards));
  if (!strategy?.workers || isInCall()) return alone();
  const place: ExchangePlace = { round: 0, lengths: undefined };
  using call = await CollectiveCall.enter({
    name: "adapt",
    strategy,
    identity: { layer: api, data: batches.identity },
    bucketBytes: ROUND_BYTES,
    variables: [],
    position: () => ({ round: place.round, lengths: place.lengths ?? null }),
  });
  const { begin } = call;
  if (begin.kind === "result") return alone(); // the others are further: what they have read is read again, alone
  if (begin.kind === "join") {
    begin.restore();
    const { round, lengths } = begin.position as { round: number; lengths: number[] | null };
    Object.assign(place, { round, lengths: lengths ?? undefined });
  }
  const known = new Map<number, Uint8Array>();
  const bytesOf = (range: ShardRange): Uint8Array[] => readKnown(batches, statistic, range, known);
  const { parts, isWhole } = await exchange(numShards, strategy.group, bytesOf, place, (round) =>
    call.at(`round ${round}`),
  );
  call.at("end");
  await call.complete(null, "nothing");
  return isWhole ? merged(parts.map((bytes) => statistic.fromBytes(bytes))) : alone();
}

/** The states of all shards, without holding up the event loop. */
async function readAll<S>(batches: Batches, statistic: Statistic<S>, numShards: number): Promise<S[]> {
  const states = Array.from({ length: numShards }, () => statistic.empty());
  const pacing = new Pacing();
  for (const step of adding(batches, statistic, { from: 0, to: numShards }, states)) {
    step();
    await pacing.yield();
  }
  return states;
}

/** The states of a range of shards as bytes: those that were read before are not read again. */
function readKnown<S>(
  batches: Batches,
  statistic: Statistic<S>,
  range: ShardRange,
  known: Map<number, Uint8Array>,
): Uint8Array[] {
  const shards = Array.from({ length: range.to - range.from }, (_, i) => range.from + i);
  if (shards.some((shard) => !known.has(shard))) {
    const states = shards.map(() => statistic.empty());
    for (const step of adding(batches, statistic, range, states)) step();
    states.forEach((state, i) => {
      known.set(range.from + i, statistic.toBytes(state));
    });
  }
  return shards.map((shard) => known.get(shard) as Uint8Array);
}

/** One step for each batch of a range of shards: adds it to the state of its shard. */
function* adding<S>(batches: Batches, statistic: Statistic<S>, range: ShardRange, states: S[]): Generator<() => void> {
  for (const [shard, batch] of batches.read(range)) {
    yield () => {
      const i = shard - range.from;
      tidy(() => {
        states[i] = statistic.add(states[i] as S, batch);
      });
      batch.dispose();
    };
  }
}
