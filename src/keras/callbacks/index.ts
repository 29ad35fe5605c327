/** tf.keras.callbacks */
export { Callback, type Logs, type TrainingParams } from "./callback.ts";
export { CSVLogger, type CSVLoggerOptions } from "./csv-logger.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";
export { History } from "./history.ts";
export { LambdaCallback, type LambdaCallbackOptions } from "./lambda-callback.ts";
export { LearningRateScheduler, ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./learning-rate.ts";
export { ModelCheckpoint, type ModelCheckpointOptions } from "./model-checkpoint.ts";
export { ProgbarLogger } from "./progbar-logger.ts";
export { TerminateOnNaN } from "./terminate-on-nan.ts";
