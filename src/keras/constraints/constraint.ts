/** The base of constraints: what an optimizer applies to a weight after each step. */
import type { Tensor } from "../../runtime/tensor.ts";
import type { Config, NamedFunction } from "../object-registry.ts";
import { type KerasObject, optionsOfConfig } from "../serialization.ts";

/**
 * Projects a weight onto the values that it may have, after each step of an optimizer. Extend it and override `apply`.
 * @see https://keras.io/api/layers/constraints/
 * @example
 * class Below extends tf.keras.constraints.Constraint {
 *   apply(w: tf.Tensor) { return tf.minimum(w, 1); }
 * }
 * console.log(new Below().apply(tf.constant([0.5, 3])).array()); // => [ 0.5, 1 ]
 */
export abstract class Constraint implements KerasObject {
  static readonly className: string = "Constraint";

  /** The nearest value that is allowed: shape and dtype of the weight. */
  abstract apply(w: Tensor): Tensor;

  getConfig(): Config {
    return {};
  }

  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return new this(optionsOfConfig(config) as never);
  }
}

/** A function as a constraint; it is saved under the function's name. */
export class FunctionConstraint extends Constraint {
  readonly savedAs: NamedFunction;
  readonly #fn: (w: Tensor) => Tensor;

  constructor(fn: (w: Tensor) => Tensor) {
    super();
    this.savedAs = fn;
    this.#fn = fn;
  }

  override apply(w: Tensor): Tensor {
    return this.#fn(w);
  }
}
