/** How a pass reads its batches: whole, or, under a strategy, the rows of this worker's shards. */
import type { IteratorOptions } from "../../data/index.ts";
import type { ShardsOf } from "../../data/own-rows.ts";
import { factsOfPlan } from "../../distribute/data-facts.ts";
import type { DataFacts } from "../../distribute/data-plan.ts";
import { type Rows, type RowsIterator, type RowsOrder, readRows } from "../../distribute/shared-rows.ts";
import { ArrayData, type BatchData, type BatchIterator } from "./array-data.ts";
import type { ShardedSteps } from "./sharded-steps.ts";

/** The batches of a pass. */
export type PassData =
  | { readonly iterator: BatchIterator; readonly steps?: undefined }
  | { readonly iterator: RowsIterator; readonly steps: ShardedSteps };

/** What is known of data before they are read. */
export function factsOf(data: BatchData): DataFacts {
  return data instanceof ArrayData ? data.facts : factsOfPlan(data.plan);
}

/** Begins to read. */
export function openPass(steps: ShardedSteps | undefined, data: BatchData, options: IteratorOptions): PassData {
  if (!steps) return { iterator: data.iterator(options) };
  return { iterator: openRows(data, () => steps.group.shards, options), steps };
}

/** Begins to read rows. @param shardsNow the shards of this worker */
export function openRows(
  data: BatchData,
  shardsNow: () => ShardsOf,
  options: IteratorOptions,
  order?: RowsOrder,
): RowsIterator {
  return data instanceof ArrayData ? data.rows(options) : readRows(data, shardsNow, options, order);
}

/** The first batch, to look at: no more of it is read than must be. The caller disposes it. */
export async function firstRows(data: BatchData, numShards: number, order?: RowsOrder): Promise<Rows | undefined> {
  using iterator = openRows(data, () => ({ from: 0, to: 0, of: numShards }), { epoch: 0 }, order);
  return await iterator.nextAsync(); // awaited here: the iterator is disposed at the end
}
