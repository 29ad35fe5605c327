/** TerminateOnNaN: stops a training whose loss is no number any more. */
import { TensorfleetError } from "../../base/errors.ts";
import { Callback, type Logs } from "./callback.ts";

/** Options of {@link TerminateOnNaN}. */
export interface TerminateOnNaNOptions {
  /** Whether it throws instead of ending the training after the batch. */
  raiseError?: boolean;
}

/**
 * Stops the training, saying so, when the loss of a batch is NaN or infinite.
 * @throws in `fit`, with `raiseError`.
 * @see https://keras.io/api/callbacks/terminate_on_nan/
 * @example
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const callbacks = [new tf.keras.callbacks.TerminateOnNaN({ raiseError: true })];
 * const error = await model.fit([[NaN]], [[1]], { verbose: 0, callbacks }).catch((error: Error) => error);
 * console.log(String(error)); // => TensorfleetError: TerminateOnNaN: expected a finite loss, got NaN in batch 0
 */
export class TerminateOnNaN extends Callback {
  readonly #raiseError: boolean;

  constructor(options: TerminateOnNaNOptions = {}) {
    super();
    this.#raiseError = options.raiseError ?? false;
  }

  override onTrainBatchEnd(batch: number, logs: Logs = {}): void {
    const { loss } = logs;
    if (loss === undefined || Number.isFinite(loss)) return;
    if (this.#raiseError)
      throw new TensorfleetError("outOfRange", `TerminateOnNaN: expected a finite loss, got ${loss} in batch ${batch}`);
    console.warn(`Batch ${batch}: the loss is ${loss}, stopping the training.`);
    this.model.stopTraining = true;
  }
}
