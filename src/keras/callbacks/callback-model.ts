/** What callbacks and the training loop need of a model. */
import type { Nest } from "../../base/nests.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Metric } from "../metrics/metric.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";

/** A model as the training loop sees it. */
export interface CallbackModel {
  readonly name: string;
  /** Set it to end the training after the running batch's epoch bookkeeping. */
  stopTraining: boolean;
  readonly optimizer: Optimizer;
  readonly weights: Variable[];
  readonly trainableVariables: Variable[];
  /** The mean loss and the metrics, with their names in the logs. */
  readonly metrics: Metric[];
  readonly metricsNames: string[];
  getWeights(): Tensor[];
  setWeights(values: readonly TensorLike[]): void;
  save(path: string): Promise<void>;
  saveWeights(path: string): Promise<void>;
}

/** Inputs or outputs of a model. */
export type Values = Nest<Tensor>;
