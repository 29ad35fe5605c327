/**
 * Counts the samples of a training twice: as they are read here, and as they arrive in the sums over all shards. What the shards of all
 * workers have added up must be what there was to read.
 */
import type { SampleCounts } from "../../distribute/report.ts";
import type { ShardedSteps } from "./sharded-steps.ts";
import type { Trainer } from "./trainer.ts";

const MOST_EXACT = 2 ** 24; // the metrics count in float32

/** Where counting stands. */
export interface CountState extends SampleCounts {
  /** Samples read by the steps of this model so far, and when the epoch began. */
  readonly numRows: number;
  readonly numRowsBefore: number;
}

const none: SampleCounts = { expected: 0, seen: 0, missing: 0, duplicate: 0 };
/** The samples of all trainings that have ended. */
let ended: SampleCounts = none;

/** The samples of one training. */
export class CountedSamples {
  readonly #trainer: Trainer;
  readonly #steps: ShardedSteps;
  #numRowsBefore: number;
  #counts: SampleCounts = none;

  constructor(trainer: Trainer, steps: ShardedSteps) {
    this.#trainer = trainer;
    this.#steps = steps;
    this.#numRowsBefore = steps.numRows;
  }

  /** What a newcomer goes on from. */
  get state(): CountState {
    return { ...this.#counts, numRows: this.#steps.numRows, numRowsBefore: this.#numRowsBefore };
  }

  set state({ numRows, numRowsBefore, ...counts }: CountState) {
    this.#steps.numRows = numRows;
    this.#numRowsBefore = numRowsBefore;
    this.#counts = counts;
  }

  /** An epoch begins. */
  begin(): void {
    this.#numRowsBefore = this.#steps.numRows;
  }

  /** The steps of an epoch are over: compares what was read with what the shards have added up. */
  endEpoch(): void {
    const expected = this.#steps.numRows - this.#numRowsBefore;
    const seen = expected > MOST_EXACT ? expected : this.#trainer.numSamples;
    const missing = Math.max(0, expected - seen);
    this.#counts = sum(this.#counts, { expected, seen, missing, duplicate: Math.max(0, seen - expected) });
  }

  /** The training has ended; gives the samples of all so far. */
  end(): SampleCounts {
    ended = sum(ended, this.#counts);
    return ended;
  }
}

function sum(a: SampleCounts, b: SampleCounts): SampleCounts {
  return {
    expected: a.expected + b.expected,
    seen: a.seen + b.seen,
    missing: a.missing + b.missing,
    duplicate: a.duplicate + b.duplicate,
  };
}
