/** What a fit has in common with the other workers' fits: where it stands, so that a newcomer can begin there, and its result. */
import { CollectiveCall, type Json, replayed } from "../../distribute/collective-calls.ts";
import { reportTraining } from "../../distribute/report.ts";
import { answerPlanRequest, type CallFacts, tellPlan } from "../../distribute/told-plan.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Logs } from "../callbacks/callback.ts";
import type { CallbackList } from "../callbacks/callback-list.ts";
import type { History } from "../callbacks/history.ts";
import type { BatchData } from "./array-data.ts";
import type { Batch } from "./batches.ts";
import { CountedSamples, type CountState } from "./counted-samples.ts";
import type { EpochFeed, FeedPosition } from "./epoch-feed.ts";
import type { FitOptions } from "./fit-options.ts";
import { factsOf } from "./pass-data.ts";
import { prepareSteps } from "./prepare-steps.ts";
import type { ShardedSteps } from "./sharded-steps.ts";
import type { Trainable } from "./trainable.ts";
import type { Trainer } from "./trainer.ts";
import { verbosity } from "./verbosity.ts";

/** An epoch that is over. */
interface PastEpoch {
  readonly epoch: number;
  /** As callbacks were told them. */
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
  readonly past: readonly PastEpoch[];
  readonly samples: CountState;
  readonly callbacks: readonly Json[];
}

interface FitResult {
  readonly past: readonly PastEpoch[];
  readonly passesRead: number;
  readonly samples: CountState;
  readonly callbacks: readonly Json[];
  readonly logs: Logs;
}

/** What a fit is, for {@link SharedFit.enter}. */
export interface FitParts {
  readonly model: Trainable;
  readonly trainer: Trainer;
  readonly training: BatchData;
  readonly validation: BatchData | undefined;
  readonly callbacks: CallbackList;
  readonly options: FitOptions;
  readonly prepare: ((batch: Batch) => Batch) | undefined;
}

/** A fit that several workers run. */
export class SharedFit implements Disposable {
  readonly #parts: FitParts;
  readonly #steps: ShardedSteps;
  readonly #samples: CountedSamples;
  #call: CollectiveCall | undefined;
  #feed: EpochFeed | undefined;
  #past: PastEpoch[] = [];
  #epoch = 0;
  #place: Place = { phase: "train", step: 0, trainLogs: undefined };
  #resume: FitPosition | undefined;

  private constructor(parts: FitParts, steps: ShardedSteps) {
    this.#parts = parts;
    this.#steps = steps;
    this.#samples = new CountedSamples(parts.trainer, steps);
  }

  /** Traces the steps and comes to the others. */
  static async enter(parts: FitParts): Promise<SharedFit> {
    const { trainer, training, validation, prepare, options } = parts;
    const steps = trainer.sharded as ShardedSteps;
    answerPlanRequest(steps.strategy, () => factsOfFit(parts));
    const shared = new SharedFit(parts, steps);
    const identity = { ...fitIdentity(options), ...(await prepareSteps(steps, "train", training, prepare)) };
    const ofValidation = validation && (await prepareSteps(steps, "test", validation, undefined));
    shared.#call = await CollectiveCall.enter({
      name: "fit",
      strategy: steps.strategy,
      identity: { ...identity, ...(ofValidation && { validation: ofValidation.data }) },
      bucketBytes: steps.bucketBytes,
      variables: shared.#variables(),
      position: () => shared.#position() as unknown as Json,
    });
    const { begin } = shared.#call;
    if (begin.kind === "begin" && verbosity(options.verbose) > 0) tellPlan(steps.strategy, () => factsOfFit(parts));
    if (begin.kind === "join") shared.#resume = begin.position as unknown as FitPosition;
    return shared;
  }

  #variables(): Variable[] {
    const { model, trainer, callbacks } = this.#parts;
    return [
      ...model.trainableVariables,
      ...model.nonTrainableVariables,
      ...trainer.optimizer.variables,
      ...this.#steps.variables,
      ...callbacks.callbacks.flatMap((callback) => callback.variablesForJoin()),
    ];
  }

  #position(): FitPosition {
    const { phase } = this.#place;
    return {
      ...this.#place,
      epoch: this.#epoch,
      feed: (this.#feed as EpochFeed).position(this.#epoch, phase === "train" ? "last" : "next"),
      past: this.#past,
      samples: this.#samples.state,
      callbacks: this.#stateOfCallbacks(),
    };
  }

  #stateOfCallbacks(): Json[] {
    return this.#parts.callbacks.callbacks.map((callback) => callback.stateForJoin());
  }

  #takeCallbacks(states: readonly Json[]): void {
    for (const [i, callback] of this.#parts.callbacks.callbacks.entries()) callback.takeStateForJoin(states[i] ?? null);
  }

  /** Whether the others have ended this call. */
  get isDone(): boolean {
    return this.#call?.begin.kind === "result";
  }

  /** A call that the others have ended: its history, and what it has made of the variables. */
  async replay(history: History): Promise<History> {
    const { begin } = this.#call as CollectiveCall;
    if (begin.kind !== "result") return history;
    const { trainer, training, callbacks } = this.#parts;
    const result = begin.result as unknown as FitResult;
    trainer.epochsRead.set(training, result.passesRead);
    await replayed(async () => {
      await callbacks.notify("onTrainBegin");
      await this.#replay(result.past);
      this.#call?.at("end");
      this.#takeCallbacks(result.callbacks);
      await callbacks.notify("onTrainEnd", { ...result.logs });
    });
    this.#samples.state = result.samples;
    this.#samples.end();
    begin.restore();
    return history;
  }

  async #replay(past: readonly PastEpoch[]): Promise<void> {
    const { callbacks } = this.#parts;
    for (const { epoch, logs } of past) {
      this.#call?.at(`epoch ${epoch}`);
      await callbacks.notify("onEpochBegin", epoch);
      this.#call?.at(`epoch ${epoch}, end`);
      await callbacks.notify("onEpochEnd", epoch, { ...logs });
    }
  }

  /** A newcomer: tells callbacks of the epochs that are over, then takes over the others' state. */
  async catchUp(): Promise<void> {
    const begin = this.#call?.begin;
    if (begin?.kind !== "join" || !this.#resume) return;
    const { callbacks } = this.#parts;
    const { past, epoch } = this.#resume;
    await replayed(() => this.#replay(past));
    this.#call?.at(`epoch ${epoch}`);
    await callbacks.notify("onEpochBegin", epoch);
    this.#past = [...past];
    this.#samples.state = this.#resume.samples;
    this.#takeCallbacks(this.#resume.callbacks);
    begin.restore();
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
    if (!place) this.#samples.begin();
    this.#call?.at(`epoch ${epoch}${place?.phase === "test" ? ", validation" : ""}`);
    return place;
  }

  /** A step begins. */
  at(phase: "train" | "test", step: number): void {
    this.#place = { ...this.#place, phase, step };
    this.#call?.at(`epoch ${this.#epoch}, ${phase} ${step}`);
  }

  /** The training of an epoch is over. */
  trained(trainLogs: Logs): void {
    this.#samples.endEpoch();
    this.#place = { phase: "test", step: 0, trainLogs };
    this.#call?.at(`epoch ${this.#epoch}, validation`);
  }

  /** The validation of an epoch is over, or it has none. */
  validated(): void {
    this.#call?.at(`epoch ${this.#epoch}, end`);
  }

  endEpoch(epoch: number, logs: Logs): void {
    this.#past.push({ epoch, logs });
  }

  /** The last epoch is over. */
  finished(): void {
    this.#call?.at("end");
  }

  /** The fit is over. */
  async complete(logs: Logs): Promise<void> {
    const { model, trainer, training } = this.#parts;
    reportTraining({
      shards: this.#steps.strategy.numReplicasInSync,
      ...this.#samples.end(),
      weights: [...model.trainableVariables, ...model.nonTrainableVariables],
      optimizerVariables: trainer.optimizer.variables,
      metrics: logs,
    });
    const result: FitResult = {
      past: this.#past,
      passesRead: trainer.epochsRead.get(training) ?? 0,
      samples: this.#samples.state,
      callbacks: this.#stateOfCallbacks(),
      logs,
    };
    await this.#call?.complete(result as unknown as Json, "variables");
  }

  [Symbol.dispose](): void {
    this.#call?.[Symbol.dispose]();
  }
}

function factsOfFit({ training, validation, options }: FitParts): CallFacts {
  const { epochs = 1, initialEpoch = 0, stepsPerEpoch = null } = options;
  return {
    call: "model.fit",
    epochs: epochs - initialEpoch,
    stepsPerEpoch,
    training: factsOf(training),
    validation: validation ? factsOf(validation) : null,
  };
}

/** What of the options workers must have in common. */
function fitIdentity({
  epochs = 1,
  initialEpoch = 0,
  stepsPerEpoch,
  validationSteps,
  validationFreq,
}: FitOptions): Record<string, string> {
  return {
    epochs: String(epochs),
    initialEpoch: String(initialEpoch),
    stepsPerEpoch: String(stepsPerEpoch),
    validationSteps: String(validationSteps),
    validationFreq: String(validationFreq),
  };
}
