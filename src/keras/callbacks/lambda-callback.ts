/** LambdaCallback: functions as a callback. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { Callback, type Logs } from "./callback.ts";

/** Functions by the methods of {@link Callback} that they stand for. */
export interface LambdaCallbackOptions {
  onTrainBegin?: (logs?: Logs) => void | Promise<void>;
  onTrainEnd?: (logs?: Logs) => void | Promise<void>;
  onEpochBegin?: (epoch: number, logs?: Logs) => void | Promise<void>;
  onEpochEnd?: (epoch: number, logs?: Logs) => void | Promise<void>;
  onTrainBatchBegin?: (batch: number, logs?: Logs) => void | Promise<void>;
  onTrainBatchEnd?: (batch: number, logs?: Logs) => void | Promise<void>;
}

const names = ["onTrainBegin", "onTrainEnd", "onEpochBegin", "onEpochEnd", "onTrainBatchBegin", "onTrainBatchEnd"];

/**
 * Calls the functions that it is given.
 * @see https://keras.io/api/callbacks/lambda_callback/
 * @throws when a name is not one of a callback's methods, or its value is not a function.
 * @example
 * const callback = new tf.keras.callbacks.LambdaCallback({ onEpochEnd: (epoch) => console.log(epoch) });
 * void callback.onEpochEnd(3); // => 3
 */
export class LambdaCallback extends Callback {
  constructor(options: LambdaCallbackOptions) {
    super();
    for (const [name, fn] of Object.entries(options)) {
      if (!names.includes(name) || typeof fn !== "function")
        throw invalidArgument("new LambdaCallback", `functions named ${names.join(", ")}`, `${name}: ${describe(fn)}`);
    }
    Object.assign(this, options);
  }
}
