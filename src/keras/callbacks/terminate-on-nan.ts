/** TerminateOnNaN: stops a training whose loss is no number any more. */
import { Callback, type Logs } from "./callback.ts";

/**
 * Stops the training, saying so, when the loss of a batch is NaN or infinite.
 * @see https://keras.io/api/callbacks/terminate_on_nan/
 */
export class TerminateOnNaN extends Callback {
  override onTrainBatchEnd(batch: number, logs: Logs = {}): void {
    const { loss } = logs;
    if (loss === undefined || Number.isFinite(loss)) return;
    console.warn(`Batch ${batch}: the loss is ${loss}, stopping the training.`);
    this.model.stopTraining = true;
  }
}
