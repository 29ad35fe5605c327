/** The base of initializers: what makes the first value of a weight. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Config, NamedFunction } from "../object-registry.ts";
import { type KerasObject, optionsOfConfig } from "../serialization.ts";

/** Options of {@link Initializer.apply}. */
export interface InitializerApplyOptions {
  /** Element type of the value; "float32" when not given. */
  dtype?: DType | undefined;
}

/**
 * Makes the first value of a weight. Extend it and override `apply` for one of your own.
 * @see https://keras.io/api/layers/initializers/
 * @example
 * class Halves extends tf.keras.initializers.Initializer {
 *   apply(shape: readonly number[]) { return tf.fill(shape, 0.5); }
 * }
 * console.log(new Halves().apply([2]).array()); // => [ 0.5, 0.5 ]
 */
export abstract class Initializer implements KerasObject {
  static readonly className: string = "Initializer";

  /** A value of the given shape: lengths of axes, all known. */
  abstract apply(shape: readonly number[], options?: InitializerApplyOptions): Tensor;

  getConfig(): Config {
    return {};
  }

  /** Another initializer of the same options. */
  clone(): Initializer {
    return (this.constructor as unknown as { fromConfig(config: Config): Initializer }).fromConfig(this.getConfig());
  }

  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return new this(optionsOfConfig(config) as never);
  }
}

/** A function as an initializer; it is saved under the function's name. */
export class FunctionInitializer extends Initializer {
  readonly savedAs: NamedFunction;
  readonly #fn: (shape: readonly number[], options: InitializerApplyOptions) => Tensor;

  constructor(fn: (shape: readonly number[], options: InitializerApplyOptions) => Tensor) {
    super();
    this.savedAs = fn;
    this.#fn = fn;
  }

  override apply(shape: readonly number[], options: InitializerApplyOptions = {}): Tensor {
    return this.#fn(shape, options);
  }
}

/** Throws unless every length is a whole number that is not negative. */
export function checkShape(api: string, shape: readonly number[]): void {
  if (!Array.isArray(shape) || !shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw invalidArgument(
      api,
      "a shape of whole numbers, such as [784, 10]",
      describe(shape),
      "build the layer on inputs whose last axis is known",
    );
  }
}
