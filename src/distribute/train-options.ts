/** What strategy.train takes and gives. */
import { checkFunction, describe, invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { ArgumentsOf } from "../data/element.ts";
import { planOf, type ReadableDataset } from "../data/reading.ts";
import type { Tensor } from "../runtime/tensor.ts";

/** Numbers of a step or an epoch, by name. */
export type TrainLogs = Readonly<Record<string, number>>;

/** A training as its hooks see it. */
export interface Training {
  /** Ends the training with this epoch. */
  stop(): void;
}

/** What {@link import("./strategy.ts").Strategy.train} takes. */
export interface TrainOptions<T> {
  /** Batches `[rows, ...]`, of which each shard gets its rows. Each epoch is a pass with a shuffle of its own. */
  readonly data: ReadableDataset<T>;
  /**
   * One step on a shard's rows, traced once for a number of rows: it changes variables, and returns scalars by name or nothing. Each
   * scalar is the mean over the shard's rows; logs are the means over all rows.
   */
  readonly step: (...batch: ArgumentsOf<T>) => Readonly<Record<string, Tensor>> | undefined;
  /** 1 when not given. */
  readonly epochs?: number | undefined;
  /** Steps of an epoch; a pass over the data when not given. Where the data end before, they begin anew. */
  readonly stepsPerEpoch?: number | undefined;
  /** Ends the training after the step that runs. */
  readonly signal?: AbortSignal | undefined;
  /** Before the steps of an epoch. A worker that comes later runs it, and `onEpochEnd`, for the epochs that are over. */
  onEpochBegin?(epoch: number, training: Training): void | Promise<void>;
  /** After a step, with what it returned. A worker that comes later runs it for the steps that it takes part in. */
  onStepEnd?(step: number, logs: TrainLogs, training: Training): void | Promise<void>;
  /** After the steps of an epoch, with their means. */
  onEpochEnd?(epoch: number, logs: TrainLogs, training: Training): void | Promise<void>;
}

/** What a training came to. */
export interface TrainResult {
  /** The means of each epoch, by name. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly epochs: number;
  readonly steps: number;
}

/** @throws when options are not what a training takes. */
export function checkTrainOptions<T>(api: string, options: TrainOptions<T>): void {
  const known = { data: true, step: true, epochs: true, stepsPerEpoch: true, signal: true } as const;
  checkOptions(api, options, { ...known, onEpochBegin: true, onStepEnd: true, onEpochEnd: true });
  if (options === undefined) throw invalidArgument(api, "{ data, step }", "nothing");
  planOf(api, options.data);
  checkFunction(api, "step to be a function", options.step);
  for (const name of ["epochs", "stepsPerEpoch"] as const) {
    const value = options[name];
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 1))
      throw invalidArgument(api, `${name} to be a whole number of at least 1`, describe(value));
  }
}
