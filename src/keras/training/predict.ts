/** model.predict: the outputs for a dataset or for values. */
import { flatten, mapNest, type Nest, packLike } from "../../base/nests.ts";
import type { Dataset } from "../../data/index.ts";
import { isInCall } from "../../distribute/collective-calls.ts";
import { LoneGroup, type ShardGroup } from "../../distribute/shard-group.ts";
import type { Rows } from "../../distribute/shared-rows.ts";
import type { Strategy } from "../../distribute/strategy.ts";
import { concat } from "../../ops/index.ts";
import { type TracedFunction, tfFunction } from "../../runtime/function.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Callback } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import { ProgbarLogger } from "../callbacks/progbar-logger.ts";
import type { BatchData } from "./array-data.ts";
import { type Samples, sourceOf, toBatch } from "./batches.ts";
import { Interruption } from "./interruption.ts";
import { numBatches } from "./loop.ts";
import { Pacing, readBatch } from "./pacing.ts";
import { firstRows, openRows } from "./pass-data.ts";
import { dataIdentity } from "./prepare-steps.ts";
import { ShardedPredictions } from "./sharded-predictions.ts";
import { SharedPass } from "./shared-pass.ts";
import type { CompileOptions, Trainable } from "./trainable.ts";
import { type Verbose, verbosity } from "./verbosity.ts";

/** Options of `model.predict`. */
export interface PredictOptions {
  /** Samples of a batch when values are given; 32 when not given. */
  batchSize?: number;
  verbose?: Verbose;
  /** Batches after which it ends. */
  steps?: number;
  callbacks?: readonly Callback[];
  signal?: AbortSignal;
}

/** The outputs for one batch: traced once for each kind of batch. */
export class PredictStep {
  readonly #body: ((x: Nest<Tensor>) => Nest<Tensor>) | TracedFunction<[Nest<Tensor>], Nest<Tensor>>;

  constructor(model: Trainable, options: Pick<CompileOptions, "runEagerly" | "jitCompile">) {
    const body = (x: Nest<Tensor>): Nest<Tensor> => model.apply(x, { training: false });
    const settings = { name: "predict_step", ...(options.jitCompile && { jitCompile: true }) };
    this.#body = options.runEagerly ? body : tfFunction(body, settings);
  }

  /** The outputs. The caller disposes them. */
  run(x: Nest<Tensor>): Nest<Tensor> {
    return tidy(() => this.#body(x));
  }

  /** The outputs, computed on another thread: the event loop stays free. */
  async runAsync(x: Nest<Tensor>): Promise<Nest<Tensor>> {
    return "callAsync" in this.#body ? this.#body.callAsync(x) : this.run(x);
  }
}

/** Batches, and what is computed for one; the caller disposes the outputs. */
interface Reader<B> extends Disposable {
  next(): B | undefined | Promise<B | undefined>;
  outputs(batch: B): Nest<Tensor> | Promise<Nest<Tensor>>;
  release(batch: B): void;
}

/** The outputs of all batches, joined along the first axis. @throws when interrupted, and when data do not fit the model. */
export async function predict(
  model: Trainable,
  predictStep: PredictStep,
  x: Samples | Dataset<Nest<Tensor>>,
  options: PredictOptions,
  strategy: Strategy | undefined,
): Promise<Nest<Tensor>> {
  using interruption = new Interruption("model.predict", options.signal);
  const source = sourceOf("model.predict", x, undefined, { arity: model.arity, batchSize: options.batchSize });
  const params = { verbose: verbosity(options.verbose), epochs: 1, steps: options.steps ?? numBatches(source.data) };
  const progress = params.verbose > 0 ? new ProgbarLogger("predict", () => ({})) : undefined;
  const callbacks = new CallbackList([...(progress ? [progress] : []), ...(options.callbacks ?? [])], model, params);
  const pass: PredictPass = { data: source.data, callbacks, progress, interruption, options };
  const results: Nest<Tensor>[] = [];
  try {
    if (strategy) await predictShards(model, predictStep, strategy, pass, results);
    else await runSteps(pass, wholeBatches(predictStep, source.data), results);
    return joined(results);
  } finally {
    for (const tensor of flatten(results)) tensor.dispose();
    source.dispose();
  }
}

interface PredictPass {
  readonly data: BatchData;
  readonly callbacks: CallbackList;
  readonly progress: ProgbarLogger | undefined;
  readonly interruption: Interruption;
  readonly options: PredictOptions;
}

function wholeBatches(predictStep: PredictStep, data: BatchData): Reader<Nest<Tensor>> {
  const iterator = data.iterator();
  const [pacing, reading] = [new Pacing(), new Pacing()];
  return {
    next: () => readBatch(iterator, reading),
    outputs: (element) => {
      const { x } = toBatch(element);
      return pacing.run(
        () => predictStep.run(x),
        () => predictStep.runAsync(x),
      );
    },
    release: (element) => {
      for (const tensor of flatten(element)) tensor.dispose();
    },
    [Symbol.dispose]: () => iterator.dispose(),
  };
}

/** The batches from number `startStep` on of the first pass over the data: whoever comes later reads the same. */
function rowsFor(group: ShardGroup, shards: ShardedPredictions, data: BatchData, startStep: number): Reader<Rows> {
  const iterator = openRows(data, () => group.shards, { epoch: 0, startStep }, "given");
  const reading = new Pacing();
  return {
    next: () => readBatch(iterator, reading),
    outputs: (batch) => shards.run(batch, group),
    release: (batch) => batch.dispose(),
    [Symbol.dispose]: () => iterator.dispose(),
  };
}

/** Each worker computes the rows of its shards; one that comes later computes alone what the others have computed before. */
async function predictShards(
  model: Trainable,
  predictStep: PredictStep,
  strategy: Strategy,
  pass: PredictPass,
  results: Nest<Tensor>[],
): Promise<void> {
  const { numReplicasInSync, workers, group } = strategy;
  const { data, options } = pass;
  const lone = new LoneGroup(numReplicasInSync);
  const shards = new ShardedPredictions(numReplicasInSync, (x) => predictStep.run(x));
  if (!workers || isInCall()) return runSteps(pass, rowsFor(lone, shards, data, 0), results);
  const first = await firstRows(data, numReplicasInSync, "given");
  const identity = { data: first ? dataIdentity(data, first) : "none", steps: String(options.steps) };
  const bucketBytes = first ? shards.bucketBytes(first) : 0;
  first?.dispose();
  using shared = await SharedPass.enter(model, { name: "predict", strategy, identity, bucketBytes, variables: [] });
  const { startStep = 0 } = shared;
  await runSteps(pass, rowsFor(shared.known ? lone : group, shards, data, startStep), results, shared);
  await shared.complete(null);
  if (startStep > 0) results.unshift(...(await outputsBefore(startStep, rowsFor(lone, shards, data, 0))));
}

/** Runs batch after batch. */
async function runSteps<B>(
  { callbacks, progress, interruption, options }: PredictPass,
  batches: Reader<B>,
  results: Nest<Tensor>[],
  shared?: SharedPass,
): Promise<void> {
  using reader = batches;
  const { startStep = 0 } = shared ?? {};
  const pacing = new Pacing();
  await callbacks.notify("onPredictBegin");
  for (let step = startStep; step < (options.steps ?? Number.POSITIVE_INFINITY); step++) {
    interruption.check(`after ${step} batches`);
    const batch = await reader.next();
    if (batch === undefined) break;
    shared?.at(step);
    await callbacks.notify("onPredictBatchBegin", step);
    try {
      results.push(await reader.outputs(batch));
    } finally {
      reader.release(batch);
    }
    await callbacks.notify("onPredictBatchEnd", step);
    progress?.step();
    await pacing.yield();
  }
  shared?.finished();
  await callbacks.notify("onPredictEnd");
}

/** The outputs of the batches before `end`. */
async function outputsBefore<B>(end: number, batches: Reader<B>): Promise<Nest<Tensor>[]> {
  using reader = batches;
  const outputs: Nest<Tensor>[] = [];
  while (outputs.length < end) {
    const batch = await reader.next();
    if (batch === undefined) break;
    outputs.push(await reader.outputs(batch));
    reader.release(batch);
  }
  return outputs;
}

function joined(results: readonly Nest<Tensor>[]): Nest<Tensor> {
  const [first] = results;
  if (first === undefined) return [];
  return tidy(() => {
    const leaves = flatten(first).map((_, i) =>
      concat(
        results.map((result) => flatten(result)[i] as Tensor),
        0,
      ),
    );
    return packLike(
      mapNest(first, () => null),
      leaves,
    );
  });
}
