/** Tells the row log, if there is one, of the rows of the step that is open: once in each generation that works on it, and when it is committed. */
import type { ShardsOf } from "../data/own-rows.ts";
import { type BatchRows, rowLog, type StepPlace } from "./row-log.ts";
import { firstRow } from "./shard-rows.ts";

/** The rows of one worker's steps. */
export class ToldRows {
  #batch: BatchRows | undefined;
  #generation = 0;

  /** A step begins that reads `batch`. */
  begin(batch: BatchRows): void {
    this.#batch = batch;
    this.#generation = 0;
  }

  /** The sums of the step will have the rows of these shards from this worker. */
  give(place: StepPlace, { from, to, of }: ShardsOf): void {
    const batch = this.#batch;
    const log = rowLog();
    if (!log || !batch || this.#generation === place.generation) return;
    this.#generation = place.generation;
    const [begin, end] = [firstRow(batch.rows, from, of), firstRow(batch.rows, to, of)];
    if (begin === end) return;
    for (const [first, last] of batch.read?.within(begin, end) ?? [[begin, end] as const])
      log.gives(place, batch, first, last);
  }

  /** The step is over. */
  commit(place: StepPlace): void {
    if (this.#batch) rowLog()?.commits(place);
    this.#batch = undefined;
  }
}
