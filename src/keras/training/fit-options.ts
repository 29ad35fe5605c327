/** What `fit` is told, and what of it is checked at once. */
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Nest } from "../../base/nests.ts";
import { type Dataset, INFINITE_CARDINALITY } from "../../data/index.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Callback } from "../callbacks/callback.ts";
import { isDataset, type Samples } from "./batches.ts";
import type { ClassWeight } from "./class-weights.ts";
import type { Verbose } from "./verbosity.ts";

/** Options of `model.fit`. */
export interface FitOptions {
  /** Samples of a batch when values are given; 32 when not given. Datasets are batched already. */
  batchSize?: number;
  /** Number of the epoch at which the training ends; 1 when not given. */
  epochs?: number;
  /** 0 nothing, 1 a progress line that is drawn anew, 2 a line an epoch; "auto": 1 on a terminal, 2 elsewhere. */
  verbose?: Verbose;
  callbacks?: readonly Callback[];
  /** The part of the values, at their end, that is kept for validation: 0 to 1. */
  validationSplit?: number;
  /** A dataset of batches, or `[x, y]`, or `[x, y, sampleWeight]`. */
  validationData?: Dataset<Nest<Tensor>> | readonly Samples[];
  /** Whether values are shuffled anew for each epoch; true when not given. */
  shuffle?: boolean;
  /** What the samples of each class count: `{ 0: 1, 1: 5 }`. */
  classWeight?: ClassWeight;
  /** What single samples count: values of as many samples as there are. */
  sampleWeight?: Samples;
  /** The epoch with which the training goes on; 0 when not given. */
  initialEpoch?: number;
  /** Batches of an epoch: needed for data without end; the data go on where the epoch before stopped. */
  stepsPerEpoch?: number;
  /** Batches after which a validation ends. */
  validationSteps?: number;
  /** Samples of a batch of validation values; `batchSize` when not given. */
  validationBatchSize?: number;
  /** Epochs from validation to validation, 1 when not given; or the epochs, counted from 1, after which there is one. */
  validationFreq?: number | readonly number[];
  /** Ends the training after the running step. */
  signal?: AbortSignal;
}

/** @throws when an option is out of its range, or does not go with the data. */
export function checkOptions(x: unknown, options: FitOptions): void {
  const whole = {
    epochs: options.epochs,
    initialEpoch: options.initialEpoch,
    stepsPerEpoch: options.stepsPerEpoch,
    ...(typeof options.validationFreq === "number" && { validationFreq: options.validationFreq }),
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
  if (isEndless(x) && options.stepsPerEpoch === undefined)
    throw invalidArgument("model.fit", "stepsPerEpoch for a dataset without end", "none");
  checkValidation(options);
}

function isEndless(data: unknown): boolean {
  return isDataset(data) && data.cardinality() === INFINITE_CARDINALITY;
}

function checkValidation({ validationData, validationSteps }: FitOptions): void {
  if (isEndless(validationData) && validationSteps === undefined)
    throw invalidArgument("model.fit", "validationSteps for validation data without end", "none");
  const isList = Array.isArray(validationData) && (validationData.length === 2 || validationData.length === 3);
  if (validationData !== undefined && !isDataset(validationData) && !isList)
    throw invalidArgument(
      "model.fit",
      "validationData as a dataset of batches, [x, y] or [x, y, sampleWeight]",
      describe(validationData),
    );
}
