/** The base of regularizers: a penalty on a weight that is added to the loss. */
import type { Tensor } from "../../runtime/tensor.ts";
import type { Config, NamedFunction } from "../object-registry.ts";
import { type KerasObject, optionsOfConfig } from "../serialization.ts";

/**
 * A penalty on a weight, added to the loss. Extend it and override `apply` for one of your own.
 * @see https://keras.io/api/layers/regularizers/
 * @example
 * class Peak extends tf.keras.regularizers.Regularizer {
 *   apply(x: tf.Tensor) { return tf.reduceMax(tf.abs(x)); }
 * }
 * console.log(new Peak().apply(tf.constant([1, -4, 2])).item()); // => 4
 */
export abstract class Regularizer implements KerasObject {
  static readonly className: string = "Regularizer";

  /** The penalty: a scalar of the weight's dtype. */
  abstract apply(x: Tensor): Tensor;

  getConfig(): Config {
    return {};
  }

  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return new this(optionsOfConfig(config) as never);
  }
}

/** A function as a regularizer; it is saved under the function's name. */
export class FunctionRegularizer extends Regularizer {
  readonly savedAs: NamedFunction;
  readonly #fn: (x: Tensor) => Tensor;

  constructor(fn: (x: Tensor) => Tensor) {
    super();
    this.savedAs = fn;
    this.#fn = fn;
  }

  override apply(x: Tensor): Tensor {
    return this.#fn(x);
  }
}
