/** Initializers that draw every element alike: RandomNormal, RandomUniform, TruncatedNormal. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import { nextSeed } from "../../runtime/random-state.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { noteOptions } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { checkShape, Initializer, type InitializerApplyOptions } from "./initializer.ts";

/** How elements are distributed, before scaling. */
export type Distribution = "normal" | "truncatedNormal" | "uniform";

const ops: Readonly<Record<Distribution, string>> = {
  normal: "StatelessRandomNormal",
  truncatedNormal: "StatelessTruncatedNormal",
  uniform: "StatelessRandomUniform",
};

/** Options of all initializers that draw. */
export interface RandomInitializerOptions {
  /** The same seed gives the same bits, those of Python Keras too; when not given, one follows from `tf.random.setSeed`. */
  seed?: number | null;
}

/** An initializer that draws: the same object gives the same values each time. */
export abstract class RandomInitializer extends Initializer {
  readonly seed: number | null;
  readonly #pair: readonly [number, number];

  constructor(options: RandomInitializerOptions = {}) {
    super();
    noteOptions(this, options, ["scale", "mode", "distribution"]); // what classes of fixed scale hand on
    this.seed = options.seed ?? null;
    if (this.seed !== null && !Number.isInteger(this.seed)) {
      throw invalidArgument(this.constructor.name, "a whole number as seed", describe(this.seed));
    }
    this.#pair = this.seed === null ? nextSeed() : [this.seed | 0, 0];
  }

  /** Elements of the standard distribution. */
  protected draw(distribution: Distribution, shape: readonly number[], dtype: DType): Tensor {
    const api = `${this.constructor.name}.apply`;
    checkShape(api, shape);
    return executeOne(ops[distribution], [convert(api, shape, "int32"), convert(api, this.#pair, "int32")], { dtype });
  }

  override getConfig(): Config {
    return { seed: this.seed };
  }
}

/** Options of {@link RandomNormal} and {@link TruncatedNormal}. */
export interface NormalOptions extends RandomInitializerOptions {
  /** Mean; 0 when not given. */
  mean?: number;
  /** Standard deviation; 0.05 when not given. */
  stddev?: number;
}

/** Initializers of a mean and a standard deviation. */
abstract class NormalInitializer extends RandomInitializer {
  readonly mean: number;
  readonly stddev: number;
  protected abstract readonly distribution: Distribution;

  constructor(options: NormalOptions = {}) {
    super(options);
    this.mean = options.mean ?? 0;
    this.stddev = options.stddev ?? 0.05;
  }

  override apply(shape: readonly number[], { dtype = "float32" }: InitializerApplyOptions = {}): Tensor {
    return this.draw(this.distribution, shape, dtype).multiply(this.stddev).add(this.mean);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev };
  }
}

/**
 * A normal distribution.
 * @see https://keras.io/api/layers/initializers/#randomnormal-class
 * @example
 * const initializer = new tf.keras.initializers.RandomNormal({ mean: 1, stddev: 0, seed: 1 });
 * console.log(initializer.apply([2]).array()); // => [ 1, 1 ]
 */
export class RandomNormal extends NormalInitializer {
  static override readonly className: string = "RandomNormal";
  protected override readonly distribution = "normal";
}

/**
 * A normal distribution whose values beyond two standard deviations are drawn again.
 * @see https://keras.io/api/layers/initializers/#truncatednormal-class
 * @example
 * const values = new tf.keras.initializers.TruncatedNormal({ stddev: 1, seed: 1 }).apply([1000]);
 * console.log(tf.reduceMax(tf.abs(values)).item() <= 2); // => true
 */
export class TruncatedNormal extends NormalInitializer {
  static override readonly className: string = "TruncatedNormal";
  protected override readonly distribution = "truncatedNormal";
}

/** Options of {@link RandomUniform}. */
export interface RandomUniformOptions extends RandomInitializerOptions {
  /** The least value; -0.05 when not given. */
  minval?: number;
  /** Above all values; 0.05 when not given. */
  maxval?: number;
}

/**
 * A uniform distribution in [minval, maxval).
 * @see https://keras.io/api/layers/initializers/#randomuniform-class
 * @example
 * const values = new tf.keras.initializers.RandomUniform({ minval: 2, maxval: 3, seed: 1 }).apply([100]);
 * console.log(tf.reduceMin(values).item() >= 2, tf.reduceMax(values).item() < 3); // => true true
 */
export class RandomUniform extends RandomInitializer {
  static override readonly className: string = "RandomUniform";
  readonly minval: number;
  readonly maxval: number;

  constructor(options: RandomUniformOptions = {}) {
    super(options);
    this.minval = options.minval ?? -0.05;
    this.maxval = options.maxval ?? 0.05;
  }

  override apply(shape: readonly number[], { dtype = "float32" }: InitializerApplyOptions = {}): Tensor {
    return this.draw("uniform", shape, dtype)
      .multiply(this.maxval - this.minval)
      .add(this.minval);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), minval: this.minval, maxval: this.maxval };
  }
}
