/**
 * Which rows of which batch a worker adds to which step: what a ledger of samples listens to. A worker tells of its rows before others can
 * see what it has made of them, so none is added untold, whoever dies. When the group changes within a step, the step is told again by
 * its new members: its rows are those of the newest generation, up to that of its commit, in which all of them were told.
 */
import type { PassFacts } from "../data/pass-facts.ts";
import type { Source } from "../data/plan.ts";
import type { BatchPlace } from "../data/shared-batches.ts";
import type { ReadRows } from "./read-rows.ts";

/** What a step reads. */
export interface BatchRows {
  /** Rows of the whole batch. */
  readonly rows: number;
  /** What is done with it. */
  readonly purpose: "train" | "test" | "predict" | "run";
  /** The pass over the data, and the number of the batch in it; not for values that were handed over as they are. */
  readonly place?: BatchPlace | undefined;
  /** What the data are read from: the columns of {@link origins}. */
  readonly sources?: readonly Source[] | undefined;
  /** The records behind rows `[begin, end)`, row by row, one for each source, -1 for none; `undefined` where they are not known. */
  origins?(begin: number, end: number): BigInt64Array | undefined;
  /** The rows that this worker has read for the step; when not given, those of its shards are taken to be. */
  readonly read?: ReadRows | undefined;
  /** What the pass reads that the batch is a part of. */
  pass?(): PassFacts | undefined;
}

/** Where a job stands. */
export interface StepPlace {
  /** Number of the collective call, from 0. */
  readonly call: number;
  /** How many steps the job had committed before, in all its calls. */
  readonly step: number;
  readonly generation: number;
}

/** What a ledger is told. */
export interface RowLog {
  /** This worker adds rows `[begin, end)` of `batch` to a step. Runs before others see the sums. */
  gives(place: StepPlace, batch: BatchRows, begin: number, end: number): void;
  /** The step is committed: every worker tells so. */
  commits(place: StepPlace): void;
  /** All steps of a call are over. */
  ends(call: number, name: string): void;
}

let log: RowLog | undefined;

/** Sets who listens in this worker. */
export function setRowLog(listener: RowLog | undefined): void {
  log = listener;
}

/** Who listens. */
export function rowLog(): RowLog | undefined {
  return log;
}
