/** model.evaluate: loss and metrics over a dataset, without training. */
import type { Nest } from "../../base/nests.ts";
import type { Dataset } from "../../data/index.ts";
import { isInCall, isReplaying } from "../../distribute/collective-calls.ts";
import { once } from "../../distribute/once.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Callback, Logs } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import { ProgbarLogger } from "../callbacks/progbar-logger.ts";
import type { BatchData } from "./array-data.ts";
import { type Samples, sourceOf } from "./batches.ts";
import { Interruption } from "./interruption.ts";
import { numBatches, runPass } from "./loop.ts";
import { openPass } from "./pass-data.ts";
import { prepareSteps } from "./prepare-steps.ts";
import type { ShardedSteps } from "./sharded-steps.ts";
import { SharedPass } from "./shared-pass.ts";
import type { Trainable } from "./trainable.ts";
import type { Trainer } from "./trainer.ts";
import { type Verbose, verbosity } from "./verbosity.ts";

/** Options of `model.evaluate`. */
export interface EvaluateOptions {
  /** Samples of a batch when values are given; 32 when not given. */
  batchSize?: number;
  verbose?: Verbose;
  sampleWeight?: Samples;
  /** Batches after which it ends. */
  steps?: number;
  callbacks?: readonly Callback[];
  signal?: AbortSignal;
}

/** The logs of a pass over the data. @throws when interrupted, and when data do not fit the model. */
export async function evaluate(
  model: Trainable,
  trainer: Trainer,
  x: Samples | Dataset<Nest<Tensor>>,
  y: Samples | undefined,
  options: EvaluateOptions,
): Promise<Logs> {
  const api = "model.evaluate";
  using interruption = new Interruption(api, options.signal);
  const source = sourceOf(api, x, y, {
    arity: model.arity,
    batchSize: options.batchSize,
    sampleWeight: options.sampleWeight,
  });
  const run = (parts: PassParts = {}): Promise<Logs> =>
    evaluateSource(model, trainer, source.data, { ...options, ...parts, api, interruption });
  const { sharded } = trainer;
  try {
    if (!sharded?.strategy.workers) return await run();
    if (isInCall()) return await evaluateWithin(sharded, run);
    return await evaluateTogether(model, sharded, source.data, options, run);
  } finally {
    source.dispose();
  }
}

/** What a pass has in common with those of other workers. */
export interface PassParts {
  /** Its result, when the others have ended it: nothing is computed then. */
  readonly known?: Logs | undefined;
  /** The step at which the others are. */
  readonly startStep?: number | undefined;
  /** Told before each step which one it is. */
  readonly onStep?: ((step: number) => void) | undefined;
  /** Told when the steps are over. */
  readonly onEnd?: (() => void) | undefined;
}

/** All workers evaluate, each the rows of its shards. */
async function evaluateTogether(
  model: Trainable,
  steps: ShardedSteps,
  data: BatchData,
  options: EvaluateOptions,
  run: (parts: PassParts) => Promise<Logs>,
): Promise<Logs> {
  const identity = await prepareSteps(steps, "test", data, undefined);
  using pass = await SharedPass.enter(model, {
    name: "evaluate",
    strategy: steps.strategy,
    identity: { ...identity, steps: String(options.steps) },
    bucketBytes: steps.bucketBytes,
    variables: steps.variables,
  });
  const logs = await run({
    known: pass.known?.result as Logs | undefined,
    startStep: pass.startStep,
    onStep: (step) => pass.at(step),
    onEnd: () => pass.finished(),
  });
  await pass.complete(logs);
  return logs;
}

/** In a callback every worker evaluates all; a worker that is told of the epoch later takes what came of it. */
async function evaluateWithin(steps: ShardedSteps, run: () => Promise<Logs>): Promise<Logs> {
  const name = "model.evaluate in a callback";
  const alone = (): Promise<Logs> => steps.alone(run);
  if (isReplaying()) return once(name, alone);
  const logs = await alone();
  return once(name, () => logs);
}

/** One pass without training, by an interruption that is being watched already. */
export async function evaluateSource(
  model: Trainable,
  trainer: Trainer,
  data: BatchData,
  options: Omit<EvaluateOptions, "signal"> &
    PassParts & { api: string; interruption: Interruption; callbackList?: CallbackList },
): Promise<Logs> {
  const total = numBatches(data);
  const params = { verbose: verbosity(options.verbose), epochs: 1, steps: options.steps ?? total };
  const progress = params.verbose > 0 ? new ProgbarLogger("test", () => trainer.logs()) : undefined;
  const callbacks =
    options.callbackList ??
    new CallbackList([...(progress ? [progress] : []), ...(options.callbacks ?? [])], model, params);
  const { known, startStep, onStep, onEnd } = options;
  if (startStep === undefined && !known) trainer.resetMetrics();
  await callbacks.notify("onTestBegin");
  if (!known) {
    // Under a strategy always the first pass: whoever comes later reads the same.
    const first = trainer.sharded && { epoch: 0 };
    const batches = openPass(trainer.sharded, data, { startStep: startStep ?? 0, ...first });
    using _ = batches.iterator;
    await runPass({
      api: options.api,
      kind: "test",
      trainer,
      data: batches,
      callbacks,
      progress,
      interruption: options.interruption,
      maxSteps: options.steps ?? Number.POSITIVE_INFINITY,
      shouldStop: () => false,
      startStep,
      ...(onStep && { onStep }),
    });
  }
  onEnd?.();
  const logs = known ?? trainer.logs();
  await callbacks.notify("onTestEnd", logs);
  return logs;
}
