/** model.fit: epochs of training over a dataset or values, with validation and callbacks. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { flatten, type Nest } from "../../base/nests.ts";
import { shapeText } from "../../base/shapes.ts";
import { type DataIterator, type Dataset, INFINITE_CARDINALITY } from "../../data/index.ts";
import { argmax, gather, minimum } from "../../ops/index.ts";
import { globalSeed, isSeedGiven } from "../../runtime/random-state.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Callback, Logs } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import { History } from "../callbacks/history.ts";
import { ProgbarLogger } from "../callbacks/progbar-logger.ts";
import { type Batch, type BatchSource, batchesOf, isDataset, type Samples, sourceOf } from "./batches.ts";
import { evaluateSource } from "./evaluate.ts";
import { Interruption } from "./interruption.ts";
import { numBatches, runPass } from "./loop.ts";
import type { Trainable } from "./trainable.ts";
import type { Trainer } from "./trainer.ts";
import { type Verbose, verbosity } from "./verbosity.ts";

/** Options of `model.fit`. */
export interface FitOptions {
  /** Samples of a batch when values are given; 32 when not given. Datasets are batched already. */
  batchSize?: number;
  /** Number of the epoch at which the training ends; 1 when not given. */
  epochs?: number;
  verbose?: Verbose;
  callbacks?: readonly Callback[];
  /** The part of the values, at their end, that is kept for validation: 0 to 1. */
  validationSplit?: number;
  /** A dataset of batches, or `[x, y]`, or `[x, y, sampleWeight]`. */
  validationData?: Dataset<Nest<Tensor>> | readonly Samples[];
  /** Whether values are shuffled anew for each epoch; true when not given. */
  shuffle?: boolean;
  /** What the samples of each class count: `{ 0: 1, 1: 5 }`. */
  classWeight?: Readonly<Record<number, number>>;
  sampleWeight?: Samples;
  /** The epoch with which the training goes on; 0 when not given. */
  initialEpoch?: number;
  /** Batches of an epoch: needed for data without end; the data go on where the epoch before stopped. */
  stepsPerEpoch?: number;
  validationSteps?: number;
  validationBatchSize?: number;
  /** Epochs between validations; 1 when not given. */
  validationFreq?: number;
  /** Ends the training after the running step. */
  signal?: AbortSignal;
}

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
  const { training, validation } = sources(x, y, options);
  const { epochs = 1, initialEpoch = 0, stepsPerEpoch } = options;
  const verbose = verbosity(options.verbose);
  if (verbose > 0 && !isSeedGiven()) announceSeed();
  const history = new History();
  const progress = verbose > 0 ? new ProgbarLogger("train", () => trainer.logs()) : undefined;
  let steps = stepsPerEpoch ?? numBatches(training.dataset);
  const callbacks = new CallbackList([...(progress ? [progress] : []), ...(options.callbacks ?? []), history], model, {
    verbose,
    epochs,
    steps,
  });
  const feed = new EpochFeed(training.dataset, epochs, stepsPerEpoch !== undefined);
  model.stopTraining = false;
  try {
    await callbacks.notify("onTrainBegin");
    let logs: Logs = {};
    for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining; epoch++) {
      for (const callback of callbacks.callbacks) callback.setParams({ verbose, epochs, steps });
      trainer.resetMetrics();
      await callbacks.notify("onEpochBegin", epoch);
      const done = await runPass({
        api: "model.fit",
        kind: "train",
        trainer,
        iterator: feed.iterator(epoch),
        callbacks,
        progress,
        interruption,
        maxSteps: stepsPerEpoch ?? Number.POSITIVE_INFINITY,
        prepare: weightsByClass(options.classWeight),
        shouldStop: () => model.stopTraining,
      });
      if (done === 0) throw invalidArgument("model.fit", "at least one batch", "a dataset without any");
      steps ??= done;
      logs = trainer.logs();
      if (validation && (epoch + 1) % (options.validationFreq ?? 1) === 0 && !interruption.isRequested)
        Object.assign(logs, await validate(model, trainer, validation, callbacks, interruption, options));
      await callbacks.notify("onEpochEnd", epoch, logs);
    }
    await callbacks.notify("onTrainEnd", logs);
    return history;
  } finally {
    feed.dispose();
    training.dispose();
    validation?.dispose();
  }
}

async function validate(
  model: Trainable,
  trainer: Trainer,
  validation: BatchSource,
  callbackList: CallbackList,
  interruption: Interruption,
  options: FitOptions,
): Promise<Logs> {
  const logs = await evaluateSource(model, trainer, validation.dataset, {
    api: "model.fit: validation",
    verbose: 0,
    interruption,
    callbackList,
    ...(options.validationSteps !== undefined && { steps: options.validationSteps }),
  });
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
}

/** Iterators of the epochs: one that reads ahead from epoch to epoch, or, with a number of steps an epoch, one that goes on. */
class EpochFeed {
  readonly #dataset: Dataset<Nest<Tensor>>;
  readonly #epochs: number;
  readonly #goesOn: boolean;
  #current: DataIterator<Nest<Tensor>> | undefined;

  constructor(dataset: Dataset<Nest<Tensor>>, epochs: number, goesOn: boolean) {
    this.#dataset = dataset;
    this.#epochs = epochs;
    this.#goesOn = goesOn;
  }

  iterator(epoch: number): DataIterator<Nest<Tensor>> {
    const current = this.#current;
    if (current && (this.#goesOn || (current.epoch === epoch && current.position === 0))) return current;
    this.dispose();
    this.#current = this.#dataset.iterator({ epoch, numEpochs: this.#goesOn ? 1 : this.#epochs - epoch });
    return this.#current;
  }

  dispose(): void {
    this.#current?.dispose();
    this.#current = undefined;
  }
}

function sources(
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
  if (validationSplit !== undefined && validationSplit > 0) {
    if (isDataset(x))
      throw invalidArgument(
        "model.fit",
        "validationData beside a dataset",
        "validationSplit",
        "split the dataset with take and skip",
      );
    const border = 1 - validationSplit;
    return {
      training: batchesOf("model.fit", x, y, { batchSize, shuffle, sampleWeight, range: [0, border] }),
      validation: batchesOf("model.fit", x, y, { batchSize: validationBatchSize, sampleWeight, range: [border, 1] }),
    };
  }
  const training = sourceOf("model.fit", x, y, { batchSize, shuffle, sampleWeight });
  if (validationData === undefined) return { training, validation: undefined };
  if (isDataset(validationData)) return { training, validation: sourceOf("model.fit", validationData, undefined, {}) };
  const [vx, vy, weights] = validationData as readonly Samples[];
  return {
    training,
    validation: batchesOf("model.fit: validationData", vx as Samples, vy, {
      batchSize: validationBatchSize,
      sampleWeight: weights,
    }),
  };
}

function checkOptions(x: unknown, options: FitOptions): void {
  const whole = {
    epochs: options.epochs,
    initialEpoch: options.initialEpoch,
    stepsPerEpoch: options.stepsPerEpoch,
    validationFreq: options.validationFreq,
  };
  for (const [name, value] of Object.entries(whole)) {
    if (value !== undefined && (!Number.isInteger(value) || value < (name === "initialEpoch" ? 0 : 1)))
      throw invalidArgument(
        "model.fit",
        `${name}: a whole number of at least ${name === "initialEpoch" ? 0 : 1}`,
        describe(value),
      );
  }
  const { validationSplit } = options;
  if (validationSplit !== undefined && !(validationSplit >= 0 && validationSplit < 1))
    throw invalidArgument("model.fit", "validationSplit within [0, 1)", describe(validationSplit));
  if (isDataset(x) && options.sampleWeight !== undefined)
    throw invalidArgument(
      "model.fit",
      "no sampleWeight beside a dataset",
      describe(options.sampleWeight),
      "make a dataset of [x, y, sampleWeight]",
    );
  if (isDataset(x) && x.cardinality() === INFINITE_CARDINALITY && options.stepsPerEpoch === undefined)
    throw invalidArgument("model.fit", "stepsPerEpoch for a dataset without end", "none");
}

/** Batches with the weight of each sample's class, times its own. */
function weightsByClass(
  classWeight: Readonly<Record<number, number>> | undefined,
): ((batch: Batch) => Batch) | undefined {
  if (classWeight === undefined) return undefined;
  const classes = Object.keys(classWeight).map(Number);
  if (classes.some((label) => !Number.isInteger(label) || label < 0))
    throw invalidArgument("model.fit: classWeight", "weights by class number", describe(classWeight));
  const numClasses = Math.max(-1, ...classes) + 1;
  const table = Float32Array.from({ length: numClasses + 1 }, (_, i) => classWeight[i] ?? 1); // the last for all classes beyond
  return (batch) => {
    const [labels, ...others] = flatten(batch.y);
    if (!labels || others.length > 0)
      throw invalidArgument("model.fit: classWeight", "labels of one output", `those of ${flatten(batch.y).length}`);
    const sampleWeight = tidy(() => {
      const found = gather(table, minimum(classesOf(labels), numClasses));
      const own = flatten(batch.sampleWeight)[0];
      return own ? found.multiply(own.cast("float32")) : found;
    });
    return { ...batch, sampleWeight };
  };
}

/** The class of each sample: of class numbers `[batch]` or `[batch, 1]`, or of one-hot labels `[batch, classes]`. */
function classesOf(labels: Tensor): Tensor {
  if (labels.rank > 2)
    throw invalidArgument("model.fit: classWeight", "labels of one or two axes", shapeText(labels.shape));
  if (labels.rank < 2) return labels.cast("int32");
  return labels.shape[1] === 1 ? labels.reshape([-1]).cast("int32") : argmax(labels, { axis: -1, outputType: "int32" });
}

let announced = false;

/** A seed that was drawn is told once, so that the run can be repeated. */
function announceSeed(): void {
  if (announced) return;
  announced = true;
  process.stderr.write(`seed ${globalSeed()} (repeat this run with --seed ${globalSeed()}, or tf.random.setSeed)\n`);
}
