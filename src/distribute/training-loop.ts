/** strategy.train: a loop of the user's own steps that all workers run together; who comes later begins where the others are. */
import { setImmediate } from "node:timers/promises";
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { flatten, isNest, mapNest, type Nest } from "../base/nests.ts";
import { convert, isTensorOrVariable } from "../runtime/convert.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { CollectiveCall, type Json } from "./collective-calls.ts";
import { factsOfPlan } from "./data-facts.ts";
import { EpochMeans, type MeansState } from "./epoch-means.ts";
import { PerReplica } from "./per-replica.ts";
import { ReplicaArguments } from "./replica-arguments.ts";
import { getReplicaContext, type ReplicaContext } from "./replica-context.ts";
import { reportTraining } from "./report.ts";
import { ShardedFunction } from "./sharded-function.ts";
import { type BatchDataset, type DatasetRows, type RowsIterator, readRows } from "./shared-rows.ts";
import type { StepProgram } from "./step-program.ts";
import type { Strategy } from "./strategy.ts";
import { answerPlanRequest, type CallFacts, tellPlan } from "./told-plan.ts";
import { checkTrainOptions, type TrainLogs, type TrainOptions, type TrainResult } from "./train-options.ts";

const api = "strategy.train";
const ENDLESS = 2 ** 31; // passes over the data: epochs are counted here
const YIELD_EVERY_MS = 20;

/** Where a training stands: with the step that has been begun last. */
interface Position {
  readonly epoch: number;
  /** Number of the step within the epoch. */
  readonly step: number;
  readonly pass: number;
  /** Number of the batch within the pass. */
  readonly batch: number;
  readonly numRuns: number;
  readonly means: MeansState;
  readonly past: readonly TrainLogs[];
  readonly samples: SampleState;
}

interface SampleState {
  readonly expected: number;
  readonly seen: number;
}

interface Outcome {
  readonly past: readonly TrainLogs[];
  readonly steps: number;
  readonly nextPass: number;
  readonly numRuns: number;
}

/** What a strategy keeps of its trainings: how many passes over a dataset they have made. */
export type PassesRead = WeakMap<object, number>;

/** One training. */
export class TrainingLoop<T> {
  readonly #strategy: Strategy;
  readonly #options: TrainOptions<T>;
  readonly #passesRead: PassesRead;
  readonly #step: ShardedFunction;
  readonly #firstPass: number;
  #means = new EpochMeans();
  #past: TrainLogs[] = [];
  #epoch = 0;
  #stepInEpoch = 0;
  /** Where the batch comes from that was begun last. */
  #place: { pass: number; batch: number };
  #samples: SampleState = { expected: 0, seen: 0 };
  #isStopped = false;
  #lastYieldMs = performance.now();

  constructor(strategy: Strategy, options: TrainOptions<T>, passesRead: PassesRead) {
    checkTrainOptions(api, options);
    this.#strategy = strategy;
    this.#options = options;
    this.#passesRead = passesRead;
    this.#firstPass = passesRead.get(options.data) ?? 0;
    this.#place = { pass: this.#firstPass, batch: 0 };
    const { step } = options;
    const averaged = (...batch: never[]): unknown => averagesOf(step(...(batch as never)));
    this.#step = new ShardedFunction(
      api,
      strategy,
      Object.defineProperty(averaged, "name", { value: step.name || "step" }),
    );
  }

  /** Trains; a worker that comes to a training that is over gets what it came to. */
  async run(): Promise<TrainResult> {
    answerPlanRequest(this.#strategy, () => this.#facts);
    const program = await this.#prepare();
    using call = await CollectiveCall.enter({
      name: "train",
      strategy: this.#strategy,
      identity: { step: this.#options.step.name },
      bucketBytes: Math.max(0, ...program.buckets.flat().map(({ bytes }) => bytes)),
      variables: program.variables,
      position: () => this.#position as unknown as Json,
    });
    const { begin } = call;
    if (begin.kind === "result") return await this.#replayed(call, begin.result as unknown as Outcome); // awaited within the call
    if (begin.kind === "begin") tellPlan(this.#strategy, () => this.#facts);
    if (begin.kind === "join") await this.#catchUp(call, begin.position as unknown as Position);
    if (begin.kind === "join") begin.restore();
    await this.#epochs(call, begin.kind === "join");
    return await this.#complete(call, program);
  }

  get #facts(): CallFacts {
    const { data, epochs = 1, stepsPerEpoch = null } = this.#options;
    return { call: api, epochs, stepsPerEpoch, training: factsOfPlan(data.plan), validation: null };
  }

  /** Traces the step for the first batch. */
  async #prepare(): Promise<StepProgram> {
    const none = { from: 0, to: 0, of: this.#strategy.numReplicasInSync };
    using iterator = readRows(this.#data, () => none, { epoch: this.#firstPass });
    const batch = await iterator.nextAsync();
    if (batch === undefined) throw invalidArgument(api, "at least one batch", "a dataset without any");
    const scalar = flatten<Tensor>(batch.own).find(({ shape }) => shape.length === 0);
    if (scalar) throw invalidArgument(api, "batches `[rows, ...]`", "a scalar", "batch the dataset: dataset.batch(n)");
    using args = this.#argumentsOf(batch);
    const program = this.#step.prepare(args);
    await this.#step.rehearse(args);
    batch.dispose();
    return program;
  }

  get #data(): BatchDataset {
    return this.#options.data as unknown as BatchDataset;
  }

  #argumentsOf(batch: DatasetRows): ReplicaArguments {
    const { numReplicasInSync } = this.#strategy;
    const leaves = PerReplica.ofBatch(batch, numReplicasInSync);
    return new ReplicaArguments(api, Array.isArray(leaves) ? leaves : [leaves], numReplicasInSync);
  }

  get #position(): Position {
    const { pass, batch } = this.#place;
    const means = this.#means.state;
    const [past, samples, numRuns] = [this.#past, this.#samples, this.#step.numRuns];
    return { epoch: this.#epoch, step: this.#stepInEpoch, pass, batch, numRuns, means, past, samples };
  }

  async #catchUp(call: CollectiveCall, position: Position): Promise<void> {
    await this.#replay(call, position.past);
    this.#epoch = position.epoch;
    this.#stepInEpoch = position.step;
    this.#place = { pass: position.pass, batch: position.batch };
    this.#step.numRuns = position.numRuns;
    this.#means = new EpochMeans(position.means);
    this.#samples = position.samples;
    call.at(`epoch ${position.epoch}`);
    await this.#options.onEpochBegin?.(position.epoch, this.#training);
  }

  /** Tells hooks of the epochs that are over. */
  async #replay(call: CollectiveCall, past: readonly TrainLogs[]): Promise<void> {
    for (const [epoch, logs] of past.entries()) {
      call.at(`epoch ${epoch}`);
      await this.#options.onEpochBegin?.(epoch, this.#training);
      call.at(`epoch ${epoch}, end`);
      await this.#options.onEpochEnd?.(epoch, { ...logs }, this.#training);
      this.#past.push(logs);
    }
  }

  get #training(): { stop(): void } {
    return {
      stop: () => {
        this.#isStopped = true;
      },
    };
  }

  async #epochs(call: CollectiveCall, isJoining: boolean): Promise<void> {
    const { pass: epoch, batch: startStep } = this.#place;
    const { group } = this.#strategy;
    using iterator = readRows(this.#data, () => group.shards, { epoch, startStep, numEpochs: ENDLESS });
    const { epochs = 1 } = this.#options;
    for (let isResumed = isJoining; this.#epoch < epochs && !this.#isStopped; isResumed = false) {
      if (!isResumed) await this.#beginEpoch(call);
      await this.#steps(call, iterator);
      const logs = this.#means.logs;
      call.at(`epoch ${this.#epoch}, end`);
      await this.#options.onEpochEnd?.(this.#epoch, { ...logs }, this.#training);
      this.#past.push(logs);
      this.#epoch++;
    }
    this.#passesRead.set(this.#options.data, iterator.epoch + (iterator.position > 0 ? 1 : 0));
  }

  async #beginEpoch(call: CollectiveCall): Promise<void> {
    this.#means = new EpochMeans();
    this.#stepInEpoch = 0;
    call.at(`epoch ${this.#epoch}`);
    await this.#options.onEpochBegin?.(this.#epoch, this.#training);
  }

  async #steps(call: CollectiveCall, iterator: RowsIterator<DatasetRows>): Promise<void> {
    const { stepsPerEpoch, signal, onStepEnd } = this.#options;
    while (stepsPerEpoch === undefined || this.#stepInEpoch < stepsPerEpoch) {
      if (signal?.aborted) throw this.#aborted();
      this.#place = { pass: iterator.epoch, batch: iterator.position };
      const batch = await iterator.nextAsync();
      if (batch === undefined && stepsPerEpoch === undefined) return;
      if (batch === undefined) continue;
      call.at(`epoch ${this.#epoch}, step ${this.#stepInEpoch}`);
      const logs = await this.#runStep(batch);
      await onStepEnd?.(this.#stepInEpoch, logs, this.#training);
      this.#stepInEpoch++;
      if (performance.now() - this.#lastYieldMs > YIELD_EVERY_MS) await this.#yield();
    }
  }

  /** Lets timers, signals and finalizers run. */
  async #yield(): Promise<void> {
    await setImmediate();
    this.#lastYieldMs = performance.now();
  }

  #aborted(): TensorfleetError {
    const { signal } = this.#options;
    return new TensorfleetError(
      "aborted",
      `${api}: aborted by its signal after ${this.#stepInEpoch} steps of epoch ${this.#epoch}; the variables are those after the last step`,
      { cause: signal?.reason },
    );
  }

  async #runStep(batch: DatasetRows): Promise<TrainLogs> {
    using args = this.#argumentsOf(batch);
    const { structure, tensors, rows } = await this.#step.run(args);
    const numbers = tensors.map((tensor) => Number(tensor.item()));
    for (const tensor of tensors) tensor.dispose();
    batch.dispose();
    const names = Object.keys(structure as object).sort();
    const logs = Object.fromEntries(names.flatMap((name, i) => (name === ROWS ? [] : [[name, numbers[i] as number]])));
    const { expected, seen } = this.#samples;
    this.#samples = { expected: expected + rows, seen: seen + (numbers[names.indexOf(ROWS)] as number) };
    this.#means.add(logs, rows);
    return logs;
  }

  async #replayed(call: CollectiveCall, outcome: Outcome): Promise<TrainResult> {
    await this.#replay(call, outcome.past);
    if (call.begin.kind === "result") call.begin.restore();
    this.#passesRead.set(this.#options.data, outcome.nextPass);
    this.#step.numRuns = outcome.numRuns;
    return resultOf(this.#past, outcome.steps);
  }

  async #complete(call: CollectiveCall, program: StepProgram): Promise<TrainResult> {
    const { numRuns } = this.#step;
    const { expected, seen } = this.#samples;
    const { variables } = program;
    call.at("end");
    if (this.#strategy.workers)
      reportTraining({
        shards: this.#strategy.numReplicasInSync,
        steps: numRuns,
        epochs: this.#past.length,
        samples: { expected, seen, missing: Math.max(0, expected - seen), duplicate: Math.max(0, seen - expected) },
        weights: variables.filter(({ trainable }) => trainable),
        optimizerVariables: variables.filter(({ trainable }) => !trainable),
        metrics: this.#past.at(-1) ?? {},
      });
    const nextPass = this.#passesRead.get(this.#options.data) ?? 0;
    const outcome: Outcome = { past: this.#past, steps: numRuns, nextPass, numRuns };
    await call.complete(outcome as unknown as Json, "variables");
    return resultOf(this.#past, numRuns);
  }
}

/** The rows that shards have added up ride with the logs under this name. */
const ROWS = " rows";

/** What a step returned, as means over all rows. */
function averagesOf(returned: unknown): Readonly<Record<string, Tensor>> {
  const replica = getReplicaContext() as ReplicaContext;
  const seen = { [ROWS]: replica.allReduce("sum", replica.rows.shard) };
  if (returned === undefined) return seen;
  const isRecord = isNest(returned) && !Array.isArray(returned);
  if (!isRecord) throw invalidArgument(api, "a step that returns scalars by name, as in { loss }", describe(returned));
  const logs = mapNest(returned as Nest<unknown>, (leaf) => {
    if (!isTensorOrVariable(leaf)) throw invalidArgument(api, "scalars by name from the step", describe(leaf));
    const tensor = convert(api, leaf as Tensor).cast("float32");
    if (tensor.staticShape?.length !== 0)
      throw invalidArgument(api, "scalars by name from the step", String(tensor), "reduce them: tf.reduceMean");
    return replica.isReduced(tensor) ? tensor : replica.allReduce("mean", tensor);
  });
  return { ...(logs as Record<string, Tensor>), ...seen };
}

function resultOf(past: readonly TrainLogs[], steps: number): TrainResult {
  const names = Object.keys(past[0] ?? {});
  const history = Object.fromEntries(names.map((name) => [name, past.map((logs) => logs[name] as number)]));
  return { history, epochs: past.length, steps };
}
