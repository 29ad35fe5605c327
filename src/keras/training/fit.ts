/** model.fit: epochs of training over a dataset or values, with validation and callbacks. */
import { invalidArgument } from "../../base/errors.ts";
import type { Nest } from "../../base/nests.ts";
import type { Dataset, IteratorOptions } from "../../data/index.ts";
import { globalSeed, isSeedGiven } from "../../runtime/random-state.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Logs } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import { History } from "../callbacks/history.ts";
import { ProgbarLogger } from "../callbacks/progbar-logger.ts";
import { type Arity, type BatchSource, batchesOf, isDataset, type Samples, sourceOf } from "./batches.ts";
import { weightsByClass } from "./class-weights.ts";
import { EpochFeed } from "./epoch-feed.ts";
import { evaluateSource } from "./evaluate.ts";
import { checkOptions, type FitOptions } from "./fit-options.ts";
import { Interruption } from "./interruption.ts";
import { numBatches, runPass } from "./loop.ts";
import { openPass, type PassData } from "./pass-data.ts";
import { SharedFit } from "./shared-fit.ts";
import type { Trainable } from "./trainable.ts";
import type { Trainer } from "./trainer.ts";
import { verbosity } from "./verbosity.ts";

/** Trains the model. @throws when data do not fit, a label is out of range, or it is interrupted. */
export async function fit(
  model: Trainable,
  trainer: Trainer,
  x: Samples | Dataset<Nest<Tensor>>,
  y: Samples | undefined,
  options: FitOptions,
): Promise<History> {
  checkOptions(x, options);
  using interruption = new Interruption("model.fit", options.signal);
  const { training, validation } = sources(model.arity, x, y, options);
  const { epochs = 1, initialEpoch = 0, stepsPerEpoch } = options;
  const verbose = verbosity(options.verbose);
  if (verbose > 0 && !isSeedGiven()) announceSeed();
  const history = new History();
  const progress = verbose > 0 ? new ProgbarLogger("train", () => trainer.logs()) : undefined;
  let steps = stepsPerEpoch ?? numBatches(training.data);
  const callbacks = new CallbackList([...(progress ? [progress] : []), ...(options.callbacks ?? []), history], model, {
    verbose,
    epochs,
    steps,
  });
  const prepare = weightsByClass("model.fit", options.classWeight);
  const common = { api: "model.fit", trainer, callbacks, progress, interruption, prepare } as const;
  let feed: EpochFeed | undefined;
  model.stopTraining = false;
  try {
    using shared =
      trainer.sharded &&
      (await SharedFit.enter({
        model,
        trainer,
        training: training.data,
        validation: validation?.data,
        callbacks,
        options,
        prepare,
      }));
    if (shared?.isDone) return await shared.replay(history);
    await callbacks.notify("onTrainBegin");
    await shared?.catchUp();
    const open = (position: IteratorOptions): PassData => openPass(trainer.sharded, training.data, position);
    feed = new EpochFeed(training.data, open, trainer.epochsRead, options, shared?.feedStart);
    const epochFeed = feed;
    shared?.follow(epochFeed);
    let logs: Logs = {};
    for (let epoch = shared?.firstEpoch ?? initialEpoch; epoch < epochs && !model.stopTraining; epoch++) {
      const resume = shared?.beginEpoch(epoch);
      callbacks.setParams({ verbose, epochs, steps });
      if (!resume) {
        trainer.resetMetrics();
        await callbacks.notify("onEpochBegin", epoch);
      }
      if (resume?.phase !== "test") {
        const done = await epochFeed.run(epoch, (data) =>
          runPass({
            ...common,
            kind: "train",
            data,
            maxSteps: stepsPerEpoch ?? Number.POSITIVE_INFINITY,
            startStep: resume?.step,
            onStep: (step) => shared?.at("train", step),
            shouldStop: () => model.stopTraining,
          }),
        );
        if (done === 0) throw invalidArgument("model.fit", "at least one batch", "a dataset without any");
        if (stepsPerEpoch !== undefined && done < stepsPerEpoch && !model.stopTraining) warnOfEnd(stepsPerEpoch, done);
        steps ??= done;
      }
      logs = resume?.trainLogs ?? trainer.logs();
      if (resume?.phase !== "test") shared?.trained(logs);
      if (validation && isValidated(epoch, options.validationFreq)) {
        const ofValidation = await validate(model, trainer, validation, callbacks, interruption, {
          ...options,
          startStep: resume?.phase === "test" ? resume.step : undefined,
          onStep: (step) => shared?.at("test", step),
        });
        logs = { ...logs, ...ofValidation };
      }
      const measured = { ...logs }; // callbacks add to the logs
      shared?.validated();
      await callbacks.notify("onEpochEnd", epoch, logs);
      shared?.endEpoch(epoch, measured);
    }
    shared?.finished();
    if (epochs > 0) trainer.optimizer.finalizeVariableValues();
    await callbacks.notify("onTrainEnd", logs);
    await shared?.complete(logs);
    interruption.finish();
    return history;
  } finally {
    feed?.dispose();
    training.dispose();
    validation?.dispose();
  }
}

function isValidated(epoch: number, frequency: number | readonly number[] = 1): boolean {
  return typeof frequency === "number" ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);
}

function warnOfEnd(expected: number, got: number): void {
  console.warn(
    `model.fit: expected ${expected} batches for an epoch (stepsPerEpoch), got ${got} before the data ended; the epoch ends there, the next begins anew. Repeat the dataset (dataset.repeat()) to fill it`,
  );
}

async function validate(
  model: Trainable,
  trainer: Trainer,
  validation: BatchSource,
  callbackList: CallbackList,
  interruption: Interruption,
  options: FitOptions & { startStep?: number | undefined; onStep?: (step: number) => void },
): Promise<Logs> {
  const logs = await evaluateSource(model, trainer, validation.data, {
    api: "model.fit: validation",
    verbose: 0,
    interruption,
    callbackList,
    startStep: options.startStep,
    onStep: options.onStep,
    ...(options.validationSteps !== undefined && { steps: options.validationSteps }),
  });
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
}

function sources(
  arity: Arity,
  x: Samples | Dataset<Nest<Tensor>>,
  y: Samples | undefined,
  options: FitOptions,
): { training: BatchSource; validation: BatchSource | undefined } {
  const {
    batchSize,
    shuffle = true,
    sampleWeight,
    validationSplit,
    validationData,
    validationBatchSize = batchSize,
  } = options;
  if (validationSplit !== undefined && validationSplit > 0 && validationData === undefined) {
    if (isDataset(x))
      throw invalidArgument(
        "model.fit",
        "validationData beside a dataset",
        "validationSplit",
        "split the dataset with take and skip",
      );
    const border = 1 - validationSplit;
    return {
      training: batchesOf("model.fit", x, y, { arity, batchSize, shuffle, sampleWeight, range: [0, border] }),
      validation: batchesOf("model.fit", x, y, {
        arity,
        batchSize: validationBatchSize,
        sampleWeight,
        range: [border, 1],
      }),
    };
  }
  const training = sourceOf("model.fit", x, y, { arity, batchSize, shuffle, sampleWeight });
  if (validationData === undefined) return { training, validation: undefined };
  if (isDataset(validationData))
    return { training, validation: sourceOf("model.fit", validationData, undefined, { arity }) };
  const [vx, vy, weights] = validationData as readonly Samples[];
  return {
    training,
    validation: batchesOf("model.fit: validationData", vx as Samples, vy, {
      arity,
      batchSize: validationBatchSize,
      sampleWeight: weights,
    }),
  };
}

let announced = false;

/** A seed that was drawn is told once, so that the run can be repeated. */
function announceSeed(): void {
  if (announced) return;
  announced = true;
  process.stderr.write(`seed ${globalSeed()} (repeat this run with --seed ${globalSeed()}, or tf.random.setSeed)\n`);
}
