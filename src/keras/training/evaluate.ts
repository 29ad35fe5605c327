/** model.evaluate: loss and metrics over a dataset, without training. */
import type { Nest } from "../../base/nests.ts";
import type { Dataset } from "../../data/index.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Callback, Logs } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import { ProgbarLogger } from "../callbacks/progbar-logger.ts";
import type { BatchData } from "./array-data.ts";
import { type Samples, sourceOf } from "./batches.ts";
import { Interruption } from "./interruption.ts";
import { numBatches, runPass } from "./loop.ts";
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
  try {
    return await evaluateSource(model, trainer, source.data, { ...options, api, interruption });
  } finally {
    source.dispose();
  }
}

/** One pass without training, by an interruption that is being watched already. */
export async function evaluateSource(
  model: Trainable,
  trainer: Trainer,
  data: BatchData,
  options: Omit<EvaluateOptions, "signal"> & {
    api: string;
    interruption: Interruption;
    callbackList?: CallbackList;
    startStep?: number | undefined;
    onStep?: ((step: number) => void) | undefined;
  },
): Promise<Logs> {
  const total = numBatches(data);
  const params = { verbose: verbosity(options.verbose), epochs: 1, steps: options.steps ?? total };
  const progress = params.verbose > 0 ? new ProgbarLogger("test", () => trainer.logs()) : undefined;
  const callbacks =
    options.callbackList ??
    new CallbackList([...(progress ? [progress] : []), ...(options.callbacks ?? [])], model, params);
  const { startStep, onStep } = options;
  using iterator = data.iterator({ startStep: startStep ?? 0 });
  if (startStep === undefined) trainer.resetMetrics();
  await callbacks.notify("onTestBegin");
  await runPass({
    api: options.api,
    kind: "test",
    trainer,
    iterator,
    callbacks,
    progress,
    interruption: options.interruption,
    maxSteps: options.steps ?? Number.POSITIVE_INFINITY,
    shouldStop: () => false,
    startStep,
    ...(onStep && { onStep }),
  });
  const logs = trainer.logs();
  await callbacks.notify("onTestEnd", logs);
  return logs;
}
