/** What callbacks are told of. */
import type { Callback } from "./callback.ts";

/** Name of a method of a callback that training calls. */
export type Hook = Extract<keyof Callback, `on${string}`>;

/** All of them. */
export const hooks: readonly Hook[] = Object.keys({
  onTrainBegin: true,
  onTrainEnd: true,
  onEpochBegin: true,
  onEpochEnd: true,
  onTrainBatchBegin: true,
  onTrainBatchEnd: true,
  onTestBegin: true,
  onTestEnd: true,
  onTestBatchBegin: true,
  onTestBatchEnd: true,
  onPredictBegin: true,
  onPredictEnd: true,
  onPredictBatchBegin: true,
  onPredictBatchEnd: true,
} satisfies Record<Hook, true>) as Hook[];
