/** What a fit has in common with the other workers' fits: where it stands, so that a newcomer can begin there, and its result. */
import { flatten } from "../../base/nests.ts";
import { type Begin, enterCall, type Json } from "../../distribute/collective-calls.ts";
import { reportTraining } from "../../distribute/report.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Logs } from "../callbacks/callback.ts";
import type { CallbackList } from "../callbacks/callback-list.ts";
import type { History } from "../callbacks/history.ts";
import type { BatchData } from "./array-data.ts";
import type { Batch } from "./batches.ts";
import type { EpochFeed, FeedPosition } from "./epoch-feed.ts";
import { rowsOf, type ShardedSteps } from "./sharded-steps.ts";
import type { Trainable } from "./trainable.ts";
import type { Trainer } from "./trainer.ts";

/** An epoch that is over. */
interface PastEpoch {
  readonly epoch: number;
  readonly logs: Logs;
}

/** Where a fit stands within an epoch. */
interface Place {
  readonly phase: "train" | "test";
  readonly step: number;
  /** Logs of the training, while it is validated. */
  readonly trainLogs: Logs | undefined;
}

interface FitPosition extends Place {
  readonly epoch: number;
  readonly feed: FeedPosition;
  readonly numSteps: number;
  readonly past: readonly PastEpoch[];
}

interface FitResult {
  readonly past: readonly PastEpoch[];
  readonly passesRead: number;
  readonly numSteps: number;
}

/** A fit that several workers run. */
export class SharedFit {
  readonly #model: Trainable;
  readonly #trainer: Trainer;
  readonly #steps: ShardedSteps;
  readonly #data: BatchData;
  #begin: Begin = { kind: "begin" };
  #feed: EpochFeed | undefined;
  #past: PastEpoch[] = [];
  #epoch = 0;
  #place: Place = { phase: "train", step: 0, trainLogs: undefined };
  #resume: FitPosition | undefined;

  private constructor(model: Trainable, trainer: Trainer, steps: ShardedSteps, data: BatchData) {
    this.#model = model;
    this.#trainer = trainer;
    this.#steps = steps;
    this.#data = data;
  }

  /** Traces the step and comes to the others. */
  static async enter(
    model: Trainable,
    trainer: Trainer,
    data: BatchData,
    prepare: ((batch: Batch) => Batch) | undefined,
  ): Promise<SharedFit> {
    const steps = trainer.sharded as ShardedSteps;
    const shared = new SharedFit(model, trainer, steps, data);
    await prepareSteps(steps, "train", data, prepare);
    shared.#begin = await enterCall({
      name: "fit",
      strategy: steps.strategy,
      identity: {},
      bucketBytes: steps.bucketBytes,
      variables: shared.#variables(),
      position: () => shared.#position() as unknown as Json,
    });
    if (shared.#begin.kind === "join") shared.#resume = shared.#begin.position as unknown as FitPosition;
    return shared;
  }

  #variables(): Variable[] {
    const { trainableVariables, nonTrainableVariables } = this.#model;
    return [
      ...trainableVariables,
      ...nonTrainableVariables,
      ...this.#trainer.optimizer.variables,
      ...this.#steps.variables,
    ];
  }

  #position(): FitPosition {
    const { phase } = this.#place;
    const feed = (this.#feed as EpochFeed).position(this.#epoch, phase === "train" ? "last" : "next");
    return { ...this.#place, epoch: this.#epoch, feed, numSteps: this.#steps.numSteps, past: this.#past };
  }

  /** Whether the others have ended this call. */
  get isDone(): boolean {
    return this.#begin.kind === "result";
  }

  /** The history of a call that the others have ended. */
  async replayed(callbacks: CallbackList, history: History): Promise<History> {
    const result = (this.#begin as { result: unknown }).result as FitResult;
    this.#trainer.epochsRead.set(this.#data, result.passesRead);
    this.#steps.numSteps = result.numSteps;
    await callbacks.notify("onTrainBegin");
    await replay(callbacks, result.past);
    await callbacks.notify("onTrainEnd", result.past.at(-1)?.logs ?? {});
    return history;
  }

  /** A newcomer: tells callbacks of the epochs that are over, then takes over the others' state. */
  async catchUp(callbacks: CallbackList): Promise<void> {
    if (this.#begin.kind !== "join" || !this.#resume) return;
    const { past, numSteps } = this.#resume;
    await replay(callbacks, past);
    await callbacks.notify("onEpochBegin", this.#resume.epoch);
    this.#past = [...past];
    this.#steps.numSteps = numSteps;
    this.#begin.restore();
  }

  /** The epoch to begin with, for a newcomer. */
  get firstEpoch(): number | undefined {
    return this.#resume?.epoch;
  }

  /** Where the data begin, for a newcomer. */
  get feedStart(): FeedPosition | undefined {
    return this.#resume?.feed;
  }

  follow(feed: EpochFeed): void {
    this.#feed = feed;
  }

  /** An epoch begins; for a newcomer's first, where in it the others are. */
  beginEpoch(epoch: number): Place | undefined {
    const place = this.#resume;
    this.#resume = undefined;
    this.#epoch = epoch;
    this.#place = place ?? { phase: "train", step: 0, trainLogs: undefined };
    return place;
  }

  /** A step begins. */
  at(phase: "train" | "test", step: number): void {
    this.#place = { ...this.#place, phase, step };
  }

  /** The training of an epoch is over, its validation begins. */
  trained(trainLogs: Logs): void {
    this.#place = { phase: "test", step: 0, trainLogs };
  }

  endEpoch(epoch: number, logs: Logs): void {
    this.#past.push({ epoch, logs });
  }

  /** The fit is over. */
  async complete(logs: Logs): Promise<void> {
    const { workers } = this.#steps.strategy;
    if (!workers) return;
    const { trainableVariables, nonTrainableVariables } = this.#model;
    reportTraining({
      shards: this.#steps.strategy.numReplicasInSync,
      steps: this.#steps.numSteps,
      epochs: this.#past.length,
      weights: [...trainableVariables, ...nonTrainableVariables],
      optimizerVariables: this.#trainer.optimizer.variables,
      metrics: logs,
    });
    const passesRead = this.#trainer.epochsRead.get(this.#data) ?? 0;
    const result: FitResult = { past: this.#past, passesRead, numSteps: this.#steps.numSteps };
    await workers.complete(result as unknown as Json);
  }
}

async function replay(callbacks: CallbackList, past: readonly PastEpoch[]): Promise<void> {
  for (const { epoch, logs } of past) {
    await callbacks.notify("onEpochBegin", epoch);
    await callbacks.notify("onEpochEnd", epoch, logs);
  }
}

/** Traces a step for the first batch of `data`. */
export async function prepareSteps(
  steps: ShardedSteps,
  kind: "train" | "test",
  data: BatchData,
  prepare: ((batch: Batch) => Batch) | undefined,
): Promise<void> {
  using iterator = data.iterator();
  const element = await iterator.nextAsync();
  if (element === undefined) return;
  steps.prepare(kind, rowsOf(element), prepare ?? ((batch) => batch));
  for (const tensor of flatten(element)) tensor.dispose();
}
