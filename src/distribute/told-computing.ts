/** What a worker tells its agent before it computes shards: should it die of them, the agent knows whose rows they were. */
import type { WorkerLink } from "../cluster/worker-link.ts";
import type { Subject } from "../collective/transport.ts";
import type { ShardRange } from "../collective/tree.ts";
import type { Source } from "../data/plan.ts";
import type { BatchRows } from "./row-log.ts";
import { firstRow } from "./shard-rows.ts";

const maxNamed = 8;

/** The computations of one worker. */
export class ToldComputing {
  readonly #link: Pick<WorkerLink, "reached">;
  readonly #numShards: number;
  #batch: BatchRows | undefined;
  /** Whether workers have died at the open step: shards are computed one by one then, and their samples named. */
  isCareful = false;

  constructor(link: Pick<WorkerLink, "reached">, numShards: number) {
    this.#link = link;
    this.#numShards = numShards;
  }

  /** A step begins that reads `batch`. */
  begin(batch: BatchRows): void {
    this.#batch = batch;
  }

  /** The shards of a node are computed next. */
  tell(step: number, { from, to }: ShardRange): void {
    const batch = this.#batch;
    if (!batch) return;
    const rows = { begin: firstRow(batch.rows, from, this.#numShards), end: firstRow(batch.rows, to, this.#numShards) };
    const samples = this.isCareful ? samplesText(batch, rows.begin, rows.end) : "";
    this.#link.reached(step, "compute", { shards: { from, to }, rows, samples });
  }

  /** What the step reads: sums of different batches are none. */
  get subject(): Subject | undefined {
    const batch = this.#batch;
    return batch && { hash: hashOfBatch(batch), text: () => batchText(batch) };
  }

  /** The step is over. */
  commit(): void {
    this.#batch = undefined;
    this.isCareful = false;
  }
}

function hashOfBatch({ rows, place, purpose }: BatchRows): number {
  const numbers = [rows, place?.epoch ?? -1, place?.number ?? -1, purpose.length];
  return numbers.reduce((hash, number) => Math.imul(hash ^ number, 0x01000193), 0x811c9dc5) | 0;
}

function batchText({ rows, place, purpose }: BatchRows): string {
  const where = place ? `batch ${place.number} of pass ${place.epoch} over the data` : "a batch";
  return `${where}, ${rows} rows, to ${purpose}`;
}

/** Rows of a batch in words: the records behind them where they are known, else the place of the batch. */
function samplesText(batch: BatchRows, begin: number, end: number): string {
  const { sources = [], place } = batch;
  const origins = begin < end ? batch.origins?.(begin, end) : undefined;
  const named = origins && sources.length > 0 ? recordsText(sources, Array.from(origins, Number)) : "";
  if (named !== "") return named;
  return place ? `batch ${place.number} of pass ${place.epoch} over the data` : "";
}

/** `records` has a number for each source, row by row. */
function recordsText(sources: readonly Source[], records: readonly number[]): string {
  const texts = sources.map((source, column) => {
    const own = new Set(records.filter((record, i) => record >= 0 && i % sources.length === column));
    const [named, numMore] = [[...own].slice(0, maxNamed), own.size - maxNamed];
    const text = source.describeRecord
      ? named.map((record) => source.describeRecord?.(record)).join("; ")
      : `records ${named.join(", ")} of the ${source.kind}`;
    return own.size === 0 ? "" : text + (numMore > 0 ? ` and ${numMore} more` : "");
  });
  return texts.filter((text) => text !== "").join("; ");
}
