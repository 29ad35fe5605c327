/** tf.keras.optimizers.schedules: learning rates that change from step to step. */
import { defineFamily } from "../../serialization.ts";
import { CosineDecay, CosineDecayRestarts } from "./cosine.ts";
import { ExponentialDecay, InverseTimeDecay, PolynomialDecay } from "./decays.ts";
import { PiecewiseConstantDecay } from "./piecewise.ts";
import type { LearningRateSchedule } from "./schedule.ts";

export {
  CosineDecay,
  type CosineDecayConfig,
  type CosineDecayOptions,
  CosineDecayRestarts,
  type CosineDecayRestartsConfig,
  type CosineDecayRestartsOptions,
} from "./cosine.ts";
export {
  ExponentialDecay,
  InverseTimeDecay,
  PolynomialDecay,
  type PolynomialDecayConfig,
  type PolynomialDecayOptions,
  type RateDecayConfig,
  type RateDecayOptions,
} from "./decays.ts";
export { PiecewiseConstantDecay, type PiecewiseConstantDecayConfig } from "./piecewise.ts";
export { LearningRateSchedule } from "./schedule.ts";

defineFamily<LearningRateSchedule>({
  api: "tf.keras.optimizers.schedules.deserialize",
  what: "a schedule",
  module: "keras.optimizers.schedules",
  classes: [
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
  ],
});
