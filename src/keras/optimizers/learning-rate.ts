/** The learning rate of an optimizer: a variable that can be set, a schedule, or a function. */
import { describe, invalidArgument } from "../../base/errors.ts";
import type { TensorLike } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import { checkGivenOptions } from "../given-options.ts";
import { deserialize, isSerializedObject, type SerializedObject } from "../serialization.ts";
import { LearningRateSchedule } from "./schedules/schedule.ts";

/** A learning rate: a number, which can be changed later, a schedule, or a function that gives the rate. */
export type LearningRate = number | LearningRateSchedule | (() => TensorLike);

/** Where the rate of each step comes from. */
export type RateSource = Variable | LearningRateSchedule | (() => TensorLike);

/** The source that an option stands for; a number becomes a float32 variable. Throws when it is none of them. */
export function rateSource(api: string, given: LearningRate | SerializedObject): RateSource {
  const rate = isSerializedObject(given) ? (deserialize(given) as LearningRate) : given;
  if (rate instanceof LearningRateSchedule) checkGivenOptions(rate);
  if (rate instanceof LearningRateSchedule || typeof rate === "function") return rate;
  if (typeof rate === "number" && !Number.isNaN(rate))
    return new Variable(rate, { trainable: false, name: "learning_rate", dtype: "float32" });
  throw invalidArgument(api, "learningRate as a number, a schedule or a function", describe(rate));
}
