/** Training of models: what `compile`, `fit`, `evaluate` and `predict` do. */
export type { Samples } from "./batches.ts";
export { type EvaluateOptions, evaluate } from "./evaluate.ts";
export { fit } from "./fit.ts";
export type { FitOptions } from "./fit-options.ts";
export { type PredictOptions, predict } from "./predict.ts";
export type { CompileOptions, LossIdentifier, MetricIdentifier, PerOutput, Trainable } from "./trainable.ts";
export { Trainer } from "./trainer.ts";
export type { Verbose } from "./verbosity.ts";
