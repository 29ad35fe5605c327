/** PiecewiseConstantDecay: one rate for each range of steps. */
import { isInteger } from "../../../base/dtypes.ts";
import { invalidArgument } from "../../../base/errors.ts";
import { where } from "../../../ops/array/gathering.ts";
import { lessEqual } from "../../../ops/math/comparisons.ts";
import { convert } from "../../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../../runtime/tensor.ts";
import { noteOptions } from "../../given-options.ts";
import type { Config } from "../../object-registry.ts";
import { LearningRateSchedule } from "./schedule.ts";

/** All that {@link PiecewiseConstantDecay} is made of. */
export interface PiecewiseConstantDecayConfig {
  boundaries: readonly number[];
  values: readonly number[];
  name?: string;
}

/**
 * `values[i]` up to step `boundaries[i]`, that step included, and the last value after all of them.
 * @throws when there is not one value more than boundaries.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/
 * @example
 * const schedule = new tf.keras.optimizers.schedules.PiecewiseConstantDecay([10, 20], [4, 2, 1]);
 * console.log([10, 11, 21].map((step) => schedule.apply(step).item())); // => [ 4, 2, 1 ]
 */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  static override readonly className: string = "PiecewiseConstantDecay";
  readonly boundaries: readonly number[];
  readonly values: readonly number[];
  readonly name: string;

  constructor(
    boundaries: readonly number[] | PiecewiseConstantDecayConfig,
    values?: readonly number[],
    options: { name?: string } = {},
  ) {
    super();
    const config = "boundaries" in boundaries ? boundaries : { ...options, boundaries, values: values ?? [] };
    noteOptions(this, config);
    this.boundaries = config.boundaries;
    this.values = config.values;
    this.name = config.name ?? "PiecewiseConstant";
    if (this.values.length !== this.boundaries.length + 1) {
      throw invalidArgument(
        "PiecewiseConstantDecay",
        "one value more than boundaries",
        `${this.boundaries.length} boundaries and ${this.values.length} values`,
      );
    }
  }

  override apply(step: TensorLike): Tensor {
    const given = convert(this.name, step);
    let rate = convert(this.name, this.values.at(-1) as number);
    for (let i = this.boundaries.length - 1; i >= 0; i--) {
      const boundary = this.boundaries[i] as number;
      const isWithin = lessEqual(given, isInteger(given.dtype) ? Math.trunc(boundary) : boundary);
      rate = where(isWithin, this.values[i] as number, rate);
    }
    return rate;
  }

  override getConfig(): Config {
    return { boundaries: this.boundaries, values: this.values, name: this.name };
  }
}
