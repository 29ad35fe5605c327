/** Schedules along a half cosine: CosineDecay, with a warm-up if wanted, and CosineDecayRestarts. */
import { where } from "../../../ops/array/gathering.ts";
import { minimum, pow } from "../../../ops/math/arithmetic.ts";
import { less } from "../../../ops/math/comparisons.ts";
import { log } from "../../../ops/math/exponential.ts";
import { floor } from "../../../ops/math/rounding.ts";
import { cos } from "../../../ops/math/trigonometric.ts";
import type { Tensor, TensorLike } from "../../../runtime/tensor.ts";
import { noteOptions } from "../../given-options.ts";
import type { Config } from "../../object-registry.ts";
import { positive } from "./decays.ts";
import { floatStep, LearningRateSchedule } from "./schedule.ts";

/** From 1 to 0 along a half cosine, as `done` goes from 0 to 1. */
function halfCosine(done: Tensor): Tensor {
  return cos(done.multiply(Math.PI)).add(1).multiply(0.5);
}

/** Options of {@link CosineDecay}. */
export interface CosineDecayOptions {
  /** The rate at the end, as a part of the highest; 0 when not given. */
  alpha?: number;
  name?: string;
  /** The rate that a warm-up rises to; no warm-up when not given. */
  warmupTarget?: number | null;
  /** How many steps the warm-up takes, before the decay; 0 when not given. */
  warmupSteps?: number;
}

/** All that {@link CosineDecay} is made of. */
export interface CosineDecayConfig extends CosineDecayOptions {
  initialLearningRate: number;
  decaySteps: number;
}

/**
 * Along a half cosine from `initialLearningRate` to `alpha` times that, within `decaySteps`; after a straight rise to
 * `warmupTarget` when one is given.
 * @throws when `decaySteps` is not above 0.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/
 * @example
 * const schedule = new tf.keras.optimizers.schedules.CosineDecay(0, 10, { warmupTarget: 4, warmupSteps: 10 });
 * console.log(schedule.apply(5).item(), schedule.apply(10).item(), schedule.apply(20).item()); // => 2 4 0
 */
export class CosineDecay extends LearningRateSchedule {
  static override readonly className: string = "CosineDecay";
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly alpha: number;
  readonly name: string;
  readonly warmupTarget: number | null;
  readonly warmupSteps: number;

  constructor(initialLearningRate: number | CosineDecayConfig, decaySteps?: number, options: CosineDecayOptions = {}) {
    super();
    const config =
      typeof initialLearningRate === "object"
        ? initialLearningRate
        : { ...options, initialLearningRate, decaySteps: decaySteps as number };
    noteOptions(this, config);
    this.initialLearningRate = config.initialLearningRate;
    this.decaySteps = positive("CosineDecay", "decaySteps", config.decaySteps);
    this.alpha = config.alpha ?? 0;
    this.name = config.name ?? "CosineDecay";
    this.warmupTarget = config.warmupTarget ?? null;
    this.warmupSteps = config.warmupSteps ?? 0;
  }

  override apply(step: TensorLike): Tensor {
    const given = floatStep(this.name, step);
    if (this.warmupTarget === null) return this.#decay(minimum(given, this.decaySteps), this.initialLearningRate);
    const limited = minimum(given, this.decaySteps + this.warmupSteps);
    const decayed = this.#decay(limited.subtract(this.warmupSteps), this.warmupTarget);
    if (this.warmupSteps === 0) return decayed;
    const rise = limited.divide(this.warmupSteps).multiply(this.warmupTarget - this.initialLearningRate);
    return where(less(limited, this.warmupSteps), rise.add(this.initialLearningRate), decayed);
  }

  #decay(step: Tensor, from: number): Tensor {
    return halfCosine(step.divide(this.decaySteps))
      .multiply(1 - this.alpha)
      .add(this.alpha)
      .multiply(from);
  }

  override getConfig(): Config {
    return {
      initial_learning_rate: this.initialLearningRate,
      decay_steps: this.decaySteps,
      alpha: this.alpha,
      name: this.name,
      warmup_target: this.warmupTarget,
      warmup_steps: this.warmupSteps,
    };
  }
}

/** Options of {@link CosineDecayRestarts}. */
export interface CosineDecayRestartsOptions {
  /** How much longer each period is than the one before; 2 when not given. */
  tMul?: number;
  /** What the highest rate is multiplied by at each restart; 1 when not given. */
  mMul?: number;
  /** The rate at the end of a period, as a part of the initial one; 0 when not given. */
  alpha?: number;
  name?: string;
}

/** All that {@link CosineDecayRestarts} is made of. */
export interface CosineDecayRestartsConfig extends CosineDecayRestartsOptions {
  initialLearningRate: number;
  firstDecaySteps: number;
}

/**
 * Half cosines one after another: the first takes `firstDecaySteps`, each later one `tMul` times as long.
 * @throws when `firstDecaySteps` is not above 0.
 * @see https://arxiv.org/abs/1608.03983
 * @example
 * const schedule = new tf.keras.optimizers.schedules.CosineDecayRestarts(4, 10);
 * console.log(schedule.apply(5).item().toFixed(3), schedule.apply(10).item()); // => 2.000 4
 */
export class CosineDecayRestarts extends LearningRateSchedule {
  static override readonly className: string = "CosineDecayRestarts";
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
  readonly tMul: number;
  readonly mMul: number;
  readonly alpha: number;
  readonly name: string;

  constructor(
    initialLearningRate: number | CosineDecayRestartsConfig,
    firstDecaySteps?: number,
    options: CosineDecayRestartsOptions = {},
  ) {
    super();
    const config =
      typeof initialLearningRate === "object"
        ? initialLearningRate
        : { ...options, initialLearningRate, firstDecaySteps: firstDecaySteps as number };
    noteOptions(this, config);
    this.initialLearningRate = config.initialLearningRate;
    this.firstDecaySteps = positive("CosineDecayRestarts", "firstDecaySteps", config.firstDecaySteps);
    this.tMul = config.tMul ?? 2;
    this.mMul = config.mMul ?? 1;
    this.alpha = config.alpha ?? 0;
    this.name = config.name ?? "SGDRDecay";
  }

  override apply(step: TensorLike): Tensor {
    const { restarts, done } = this.#period(floatStep(this.name, step).divide(this.firstDecaySteps));
    const decayed = halfCosine(done).multiply(pow(this.mMul, restarts));
    return decayed
      .multiply(1 - this.alpha)
      .add(this.alpha)
      .multiply(this.initialLearningRate);
  }

  /** The number of the period that `elapsed` (in first periods) falls in, and how much of it is done. */
  #period(elapsed: Tensor): { restarts: Tensor; done: Tensor } {
    if (this.tMul === 1) {
      const restarts = floor(elapsed);
      return { restarts, done: elapsed.subtract(restarts) };
    }
    // Periods form a geometric series: n of them take (1 - tMul^n) / (1 - tMul) first periods.
    const restarts = floor(log(elapsed.multiply(this.tMul - 1).add(1)).divide(Math.log(this.tMul)));
    const length = pow(this.tMul, restarts);
    const before = length
      .negative()
      .add(1)
      .divide(1 - this.tMul);
    return { restarts, done: elapsed.subtract(before).divide(length) };
  }

  override getConfig(): Config {
    return {
      initial_learning_rate: this.initialLearningRate,
      first_decay_steps: this.firstDecaySteps,
      t_mul: this.tMul,
      m_mul: this.mMul,
      alpha: this.alpha,
      name: this.name,
    };
  }
}
