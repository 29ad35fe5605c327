/** Schedules whose rate falls along a formula: ExponentialDecay, InverseTimeDecay, PolynomialDecay. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import { onesLike } from "../../../ops/array/creation.ts";
import { where } from "../../../ops/array/gathering.ts";
import { minimum, pow } from "../../../ops/math/arithmetic.ts";
import { equal } from "../../../ops/math/comparisons.ts";
import { ceil, floor } from "../../../ops/math/rounding.ts";
import { convert } from "../../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../../runtime/tensor.ts";
import { noteOptions } from "../../given-options.ts";
import type { Config } from "../../object-registry.ts";
import { floatStep, LearningRateSchedule } from "./schedule.ts";

/** Throws unless `value` is a number above 0. */
export function positive(api: string, name: string, value: number): number {
  if (!(typeof value === "number" && value > 0)) throw invalidArgument(api, `${name} above 0`, describe(value));
  return value;
}

/** Options of {@link ExponentialDecay} and {@link InverseTimeDecay}. */
export interface RateDecayOptions {
  /** Whether the rate changes only every `decaySteps` steps; false when not given. */
  staircase?: boolean;
  name?: string;
}

/** All that {@link ExponentialDecay} and {@link InverseTimeDecay} are made of. */
export interface RateDecayConfig extends RateDecayOptions {
  initialLearningRate: number;
  decaySteps: number;
  decayRate: number;
}

/** Schedules of a rate of decay per so many steps. */
abstract class RateDecay extends LearningRateSchedule {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;
  readonly name: string;

  constructor(api: string, config: RateDecayConfig) {
    super();
    noteOptions(this, config);
    this.initialLearningRate = config.initialLearningRate;
    this.decaySteps = positive(api, "decaySteps", config.decaySteps);
    this.decayRate = config.decayRate;
    this.staircase = config.staircase ?? false;
    this.name = config.name ?? api;
  }

  /** Steps in units of `decaySteps`, whole ones for a staircase. */
  protected periods(step: TensorLike): Tensor {
    const periods = floatStep(this.name, step).divide(this.decaySteps);
    return this.staircase ? floor(periods) : periods;
  }

  override getConfig(): Config {
    return {
      initial_learning_rate: this.initialLearningRate,
      decay_steps: this.decaySteps,
      decay_rate: this.decayRate,
      staircase: this.staircase,
      name: this.name,
    };
  }
}

function rateDecayConfig(
  first: number | RateDecayConfig,
  decaySteps?: number,
  decayRate?: number,
  options: RateDecayOptions = {},
): RateDecayConfig {
  if (typeof first === "object") return first;
  return { ...options, initialLearningRate: first, decaySteps: decaySteps as number, decayRate: decayRate as number };
}

/**
 * `initialLearningRate * decayRate ^ (step / decaySteps)`.
 * @throws when `decaySteps` is not above 0.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/
 * @example
 * const schedule = new tf.keras.optimizers.schedules.ExponentialDecay(8, 10, 0.5);
 * console.log(schedule.apply(20).item()); // => 2
 */
export class ExponentialDecay extends RateDecay {
  static override readonly className: string = "ExponentialDecay";

  constructor(
    initialLearningRate: number | RateDecayConfig,
    decaySteps?: number,
    decayRate?: number,
    options?: RateDecayOptions,
  ) {
    super("ExponentialDecay", rateDecayConfig(initialLearningRate, decaySteps, decayRate, options));
  }

  override apply(step: TensorLike): Tensor {
    return pow(this.decayRate, this.periods(step)).multiply(this.initialLearningRate);
  }
}

/**
 * `initialLearningRate / (1 + decayRate * step / decaySteps)`.
 * @throws when `decaySteps` is not above 0.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/
 * @example
 * const schedule = new tf.keras.optimizers.schedules.InverseTimeDecay(8, 10, 0.5);
 * console.log(schedule.apply(20).item()); // => 4
 */
export class InverseTimeDecay extends RateDecay {
  static override readonly className: string = "InverseTimeDecay";

  constructor(
    initialLearningRate: number | RateDecayConfig,
    decaySteps?: number,
    decayRate?: number,
    options?: RateDecayOptions,
  ) {
    super("InverseTimeDecay", rateDecayConfig(initialLearningRate, decaySteps, decayRate, options));
  }

  override apply(step: TensorLike): Tensor {
    const divisor = this.periods(step).multiply(this.decayRate).add(1);
    return convert(this.name, this.initialLearningRate).divide(divisor);
  }
}

/** Options of {@link PolynomialDecay}. */
export interface PolynomialDecayOptions {
  /** The rate at the end; 0.0001 when not given. */
  endLearningRate?: number;
  /** The polynomial's power: 1, a straight line, when not given. */
  power?: number;
  /** Whether the decay starts anew, over a longer time, when it has ended; false when not given. */
  cycle?: boolean;
  name?: string;
}

/** All that {@link PolynomialDecay} is made of. */
export interface PolynomialDecayConfig extends PolynomialDecayOptions {
  initialLearningRate: number;
  decaySteps: number;
}

/**
 * From `initialLearningRate` to `endLearningRate` within `decaySteps`, along `(1 - step / decaySteps) ^ power`.
 * @throws when `decaySteps` is not above 0.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/
 * @example
 * const schedule = new tf.keras.optimizers.schedules.PolynomialDecay(8, 10, { endLearningRate: 0 });
 * console.log(schedule.apply(5).item(), schedule.apply(20).item()); // => 4 0
 */
export class PolynomialDecay extends LearningRateSchedule {
  static override readonly className: string = "PolynomialDecay";
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly endLearningRate: number;
  readonly power: number;
  readonly cycle: boolean;
  readonly name: string;

  constructor(
    initialLearningRate: number | PolynomialDecayConfig,
    decaySteps?: number,
    options: PolynomialDecayOptions = {},
  ) {
    super();
    const config =
      typeof initialLearningRate === "object"
        ? initialLearningRate
        : { ...options, initialLearningRate, decaySteps: decaySteps as number };
    noteOptions(this, config);
    this.initialLearningRate = config.initialLearningRate;
    this.decaySteps = positive("PolynomialDecay", "decaySteps", config.decaySteps);
    this.endLearningRate = config.endLearningRate ?? 0.0001;
    this.power = config.power ?? 1;
    this.cycle = config.cycle ?? false;
    this.name = config.name ?? "PolynomialDecay";
  }

  override apply(step: TensorLike): Tensor {
    const given = floatStep(this.name, step);
    const done = this.cycle
      ? given.divide(this.cycleSteps(given))
      : minimum(given, this.decaySteps).divide(this.decaySteps);
    const left = pow(done.negative().add(1), this.power);
    return left.multiply(this.initialLearningRate - this.endLearningRate).add(this.endLearningRate);
  }

  /** The end of the cycle that a step is in. */
  protected cycleSteps(step: Tensor): Tensor {
    const cycles = where(equal(step, 0), onesLike(step), ceil(step.divide(this.decaySteps)));
    return cycles.multiply(this.decaySteps);
  }

  override getConfig(): Config {
    return {
      initial_learning_rate: this.initialLearningRate,
      decay_steps: this.decaySteps,
      end_learning_rate: this.endLearningRate,
      power: this.power,
      cycle: this.cycle,
      name: this.name,
    };
  }
}
