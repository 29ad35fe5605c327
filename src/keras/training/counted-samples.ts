/**
 * Counts the samples of a training twice: as they are read here, and as they arrive in the sums over all shards. What the shards of all
 * workers have added up must be what there was to read.
 */
import type { SampleCounts } from "../../distribute/report.ts";
import type { ShardedSteps } from "./sharded-steps.ts";
import type { Trainer } from "./trainer.ts";

const MOST_EXACT = 2 ** 24; // the metrics count in float32

/** What trainings came to. */
export interface TrainingCounts {
  readonly epochs: number;
  readonly steps: number;
  readonly samples: SampleCounts;
}

/** Steps of a model so far, and the samples that they have read. */
interface Mark {
  readonly steps: number;
  readonly rows: number;
}

/** Where counting stands. */
export interface CountState {
  readonly counts: TrainingCounts;
  readonly now: Mark;
  readonly atEpoch: Mark;
}

const none: TrainingCounts = { epochs: 0, steps: 0, samples: { expected: 0, seen: 0, missing: 0, duplicate: 0 } };
/** All trainings that have ended. */
let ended = none;

/** Counts one training. */
export class CountedSamples {
  readonly #trainer: Trainer;
  readonly #steps: ShardedSteps;
  #atEpoch: Mark;
  #counts = none;

  constructor(trainer: Trainer, steps: ShardedSteps) {
    this.#trainer = trainer;
    this.#steps = steps;
    this.#atEpoch = this.#now;
  }

  get #now(): Mark {
    return { steps: this.#steps.numSteps, rows: this.#steps.numRows };
  }

  /** What a newcomer goes on from. */
  get state(): CountState {
    return { counts: this.#counts, now: this.#now, atEpoch: this.#atEpoch };
  }

  set state({ counts, now, atEpoch }: CountState) {
    this.#steps.numSteps = now.steps;
    this.#steps.numRows = now.rows;
    this.#atEpoch = atEpoch;
    this.#counts = counts;
  }

  /** An epoch begins. */
  begin(): void {
    this.#atEpoch = this.#now;
  }

  /** The steps of an epoch are over: compares what was read with what the shards have added up. */
  endEpoch(): void {
    const { steps, rows } = this.#now;
    const expected = rows - this.#atEpoch.rows;
    const seen = expected > MOST_EXACT ? expected : this.#trainer.numSamples;
    const [missing, duplicate] = [Math.max(0, expected - seen), Math.max(0, seen - expected)];
    const samples = { expected, seen, missing, duplicate };
    this.#counts = sum(this.#counts, { epochs: 1, steps: steps - this.#atEpoch.steps, samples });
  }

  /** The training has ended; gives what all came to so far. */
  end(): TrainingCounts {
    ended = sum(ended, this.#counts);
    return ended;
  }
}

function sum(a: TrainingCounts, b: TrainingCounts): TrainingCounts {
  return {
    epochs: a.epochs + b.epochs,
    steps: a.steps + b.steps,
    samples: {
      expected: a.samples.expected + b.samples.expected,
      seen: a.samples.seen + b.samples.seen,
      missing: a.samples.missing + b.samples.missing,
      duplicate: a.samples.duplicate + b.samples.duplicate,
    },
  };
}
