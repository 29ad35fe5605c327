/** What every optimizer can be told. */
import { describe, invalidArgument } from "../../base/errors.ts";
import type { SerializedObject } from "../serialization.ts";
import type { LearningRate } from "./learning-rate.ts";

/** Options of every optimizer. */
export interface OptimizerOptions {
  learningRate?: LearningRate | SerializedObject;
  /** Each step takes this part, times the learning rate, off the weights; none when not given. */
  weightDecay?: number | null;
  /** Greatest length of each variable's gradient. */
  clipnorm?: number | null;
  /** Greatest size of each element of a gradient. */
  clipvalue?: number | null;
  /** Greatest length of all gradients together. */
  globalClipnorm?: number | null;
  /** Whether a moving average of the weights is kept; false when not given. */
  useEma?: boolean;
  /** How much of the average stays in each step; 0.99 when not given. */
  emaMomentum?: number;
  /** After how many steps the average takes the place of the weights; only at the end of training when not given. */
  emaOverwriteFrequency?: number | null;
  /** What the loss was multiplied by: gradients are divided by it. */
  lossScaleFactor?: number | null;
  /** How many steps' gradients are averaged for one update; 1 when not given. */
  gradientAccumulationSteps?: number | null;
  name?: string | null;
}

/** Options with their defaults, but for the learning rate and the name. */
export type OptimizerSettings = Required<Omit<OptimizerOptions, "learningRate" | "name">>;

/** The settings that options stand for. Throws when they contradict each other or are out of range. */
export function settingsOf(api: string, options: OptimizerOptions): OptimizerSettings {
  const settings = {
    weightDecay: options.weightDecay ?? null,
    clipnorm: options.clipnorm ?? null,
    clipvalue: options.clipvalue ?? null,
    globalClipnorm: options.globalClipnorm ?? null,
    useEma: options.useEma ?? false,
    emaMomentum: options.emaMomentum ?? 0.99,
    emaOverwriteFrequency: options.emaOverwriteFrequency ?? null,
    lossScaleFactor: options.lossScaleFactor ?? null,
    gradientAccumulationSteps: options.gradientAccumulationSteps ?? null,
  };
  checkClipping(api, settings);
  if (settings.useEma && !(settings.emaMomentum >= 0 && settings.emaMomentum <= 1)) {
    throw invalidArgument(api, "emaMomentum in [0, 1]", describe(settings.emaMomentum));
  }
  checkCount(api, "emaOverwriteFrequency", settings.emaOverwriteFrequency, 1);
  checkCount(api, "gradientAccumulationSteps", settings.gradientAccumulationSteps, 2);
  return settings;
}

function checkClipping(api: string, { clipnorm, globalClipnorm, clipvalue }: OptimizerSettings): void {
  const given = Object.entries({ clipnorm, globalClipnorm, clipvalue }).filter(([, limit]) => limit !== null);
  if (given.length > 1)
    throw invalidArgument(
      api,
      "one of clipnorm, clipvalue and globalClipnorm",
      given.map(([name]) => name).join(" and "),
    );
  for (const [name, limit] of given) {
    if (!(typeof limit === "number" && limit >= 0))
      throw invalidArgument(api, `${name} as a number of at least 0`, describe(limit));
  }
}

function checkCount(api: string, name: string, value: number | null, least: number): void {
  if (value === null || (Number.isInteger(value) && value >= least)) return;
  throw invalidArgument(api, `${name} as a whole number of at least ${least}`, describe(value));
}
