/** What training needs of a model, and what was given to `compile`. */
import type { Nest } from "../../base/nests.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { CallbackModel } from "../callbacks/callback-model.ts";
import type { Loss, LossFunction } from "../losses/loss.ts";
import type { Metric } from "../metrics/metric.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { SerializedObject } from "../serialization.ts";
import type { Arity } from "./batches.ts";

/** A model as training sees it. */
export interface Trainable extends CallbackModel {
  apply(inputs: Nest<Tensor>, options: { training: boolean }): Nest<Tensor>;
  readonly losses: Tensor[];
  /** How many inputs and outputs it has, where it knows. */
  readonly arity: Arity;
  /** Names of the outputs where the model knows them: keys for losses and metrics. */
  namesOfOutputs(): readonly string[] | undefined;
  readonly nonTrainableVariables: Variable[];
}

/** A loss: an object, a name as `"mse"`, or a function of labels and predictions. */
export type LossIdentifier = string | Loss | LossFunction | SerializedObject;
/** A metric: an object, a name as `"accuracy"`, or a function of labels and predictions. */
export type MetricIdentifier = string | Metric | ((yTrue: Tensor, yPred: Tensor) => Tensor) | SerializedObject;
/** One for each output: an array in the order of the outputs, or an object by their names. */
export type PerOutput<T> = T | readonly (T | null)[] | { readonly [output: string]: T | null };

/** Options of `model.compile`. */
export interface CompileOptions {
  /** `"rmsprop"` when not given, as in Keras. */
  optimizer?: string | Optimizer | SerializedObject;
  loss?: PerOutput<LossIdentifier> | null;
  /** What the loss of each output counts in their sum; 1 when not given. */
  lossWeights?: PerOutput<number> | null;
  metrics?: PerOutput<MetricIdentifier | readonly MetricIdentifier[]> | null;
  /** Metrics that take the weights of the samples into account. */
  weightedMetrics?: PerOutput<MetricIdentifier | readonly MetricIdentifier[]> | null;
  /** Runs every step op by op, for debugging. */
  runEagerly?: boolean;
  /** Compiles the steps with XLA: small dense models gain, convolutions lose. Off when not given. */
  jitCompile?: boolean;
}
