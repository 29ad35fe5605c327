/** LambdaCallback: functions as a callback. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { Callback } from "./callback.ts";
import { type Hook, hooks } from "./hooks.ts";

/** Functions by the methods of {@link Callback} that they stand for. */
export type LambdaCallbackOptions = { readonly [H in Hook]?: Callback[H] };

/**
 * Calls the functions that it is given, by the names of a callback's methods.
 * @throws when a name is not one of a callback's methods, or its value is not a function.
 * @see https://keras.io/api/callbacks/lambda_callback/
 * @example
 * const callback = new tf.keras.callbacks.LambdaCallback({ onEpochEnd: (epoch) => console.log(epoch) });
 * void callback.onEpochEnd(3); // => 3
 */
export class LambdaCallback extends Callback {
  constructor(options: LambdaCallbackOptions) {
    super();
    if (typeof options !== "object" || options === null)
      throw invalidArgument("new LambdaCallback", "functions by name, in one object", describe(options));
    for (const [name, fn] of Object.entries(options)) {
      if (!hooks.includes(name as Hook) || typeof fn !== "function")
        throw invalidArgument("new LambdaCallback", `functions named ${hooks.join(", ")}`, `${name}: ${describe(fn)}`);
    }
    Object.assign(this, options);
  }
}
