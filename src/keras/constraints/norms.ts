/** Constraints on the length of the vectors in a weight, and on its sign. */
import { maximum } from "../../ops/math/arithmetic.ts";
import { clipByValue } from "../../ops/math/clipping.ts";
import { sqrt } from "../../ops/math/exponential.ts";
import { reduceSum } from "../../ops/math/reductions.ts";
import { square } from "../../ops/math/signs.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { noteOptions } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { Constraint } from "./constraint.ts";

const epsilon = 1e-7;

/** Axes along which the length of a vector is taken. */
type Axis = number | readonly number[];

function norms(w: Tensor, axis: Axis): Tensor {
  return sqrt(reduceSum(square(w), { axis, keepdims: true }));
}

/** `w` with its vectors, now as long as `lengths`, made as long as `desired`. */
function rescale(w: Tensor, lengths: Tensor, desired: Tensor): Tensor {
  return w.multiply(desired.divide(lengths.add(epsilon)));
}

/** Options of {@link MaxNorm}. */
export interface MaxNormOptions {
  /** The greatest length; 2 when not given. */
  maxValue?: number;
  /** Axes along which lengths are taken; 0 when not given: the inputs of each unit of a Dense layer. */
  axis?: Axis;
}

/**
 * Shortens vectors that are longer than `maxValue`.
 * @see https://keras.io/api/layers/constraints/#maxnorm-class
 * @example
 * const w = new tf.keras.constraints.MaxNorm({ maxValue: 5 }).apply([[6], [8]]);
 * console.log(tf.round(w).array()); // => [ [ 3 ], [ 4 ] ]
 */
export class MaxNorm extends Constraint {
  static override readonly className: string = "MaxNorm";
  readonly maxValue: number;
  readonly axis: Axis;

  constructor(options: MaxNormOptions = {}) {
    super();
    noteOptions(this, options);
    this.maxValue = options.maxValue ?? 2;
    this.axis = options.axis ?? 0;
  }

  override apply(value: TensorLike): Tensor {
    const w = convert("MaxNorm", value);
    const lengths = norms(w, this.axis);
    return rescale(w, lengths, clipByValue(lengths, 0, this.maxValue));
  }

  override getConfig(): Config {
    return { max_value: this.maxValue, axis: this.axis };
  }
}

/** Options of {@link MinMaxNorm}. */
export interface MinMaxNormOptions {
  /** The least length; 0 when not given. */
  minValue?: number;
  /** The greatest length; 1 when not given. */
  maxValue?: number;
  /** How much of the way is gone in one step, 0 to 1; 1 when not given. */
  rate?: number;
  /** Axes along which lengths are taken; 0 when not given. */
  axis?: Axis;
}

/**
 * Brings the length of vectors between `minValue` and `maxValue`.
 * @see https://keras.io/api/layers/constraints/#minmaxnorm-class
 * @example
 * const w = new tf.keras.constraints.MinMaxNorm({ minValue: 10, maxValue: 20 }).apply([[3], [4]]);
 * console.log(tf.round(w).array()); // => [ [ 6 ], [ 8 ] ]
 */
export class MinMaxNorm extends Constraint {
  static override readonly className: string = "MinMaxNorm";
  readonly minValue: number;
  readonly maxValue: number;
  readonly rate: number;
  readonly axis: Axis;

  constructor(options: MinMaxNormOptions = {}) {
    super();
    noteOptions(this, options);
    this.minValue = options.minValue ?? 0;
    this.maxValue = options.maxValue ?? 1;
    this.rate = options.rate ?? 1;
    this.axis = options.axis ?? 0;
  }

  override apply(value: TensorLike): Tensor {
    const w = convert("MinMaxNorm", value);
    const lengths = norms(w, this.axis);
    const allowed = clipByValue(lengths, this.minValue, this.maxValue).multiply(this.rate);
    return rescale(w, lengths, allowed.add(lengths.multiply(1 - this.rate)));
  }

  override getConfig(): Config {
    return { min_value: this.minValue, max_value: this.maxValue, rate: this.rate, axis: this.axis };
  }
}

/**
 * Makes negative values 0.
 * @see https://keras.io/api/layers/constraints/#nonneg-class
 * @example
 * console.log(new tf.keras.constraints.NonNeg().apply([-1, 2]).array()); // => [ 0, 2 ]
 */
export class NonNeg extends Constraint {
  static override readonly className: string = "NonNeg";

  override apply(value: TensorLike): Tensor {
    return maximum(convert("NonNeg", value), 0);
  }
}

/** Options of {@link UnitNorm}. */
export interface UnitNormOptions {
  /** Axes along which lengths are taken; 0 when not given. */
  axis?: Axis;
}

/**
 * Makes every vector one of length 1.
 * @see https://keras.io/api/layers/constraints/#unitnorm-class
 * @example
 * const w = new tf.keras.constraints.UnitNorm().apply([[3], [4]]);
 * console.log(tf.round(w.multiply(100)).array()); // => [ [ 60 ], [ 80 ] ]
 */
export class UnitNorm extends Constraint {
  static override readonly className: string = "UnitNorm";
  readonly axis: Axis;

  constructor(options: UnitNormOptions = {}) {
    super();
    noteOptions(this, options);
    this.axis = options.axis ?? 0;
  }

  override apply(value: TensorLike): Tensor {
    const w = convert("UnitNorm", value);
    return w.divide(norms(w, this.axis).add(epsilon));
  }

  override getConfig(): Config {
    return { axis: this.axis };
  }
}
