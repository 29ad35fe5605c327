/** tf.keras.callbacks */
export { Callback, type Logs, type TrainingParams } from "./callback.ts";
export { CSVLogger, type CSVLoggerOptions } from "./csv-logger.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";
export { History } from "./history.ts";
export { LambdaCallback, type LambdaCallbackOptions } from "./lambda-callback.ts";
export { LearningRateScheduler, type LearningRateSchedulerOptions } from "./learning-rate-scheduler.ts";
export { ModelCheckpoint, type ModelCheckpointOptions } from "./model-checkpoint.ts";
export type { MonitorMode } from "./monitor.ts";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduce-lr-on-plateau.ts";
export { TerminateOnNaN, type TerminateOnNaNOptions } from "./terminate-on-nan.ts";
