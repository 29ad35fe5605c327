/** The base of learning-rate schedules: a rate for each step. */
import { convert } from "../../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { type KerasObject, optionsOfConfig } from "../../serialization.ts";

/**
 * A learning rate for each step of training. Extend it and override `apply` for one of your own.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/
 * @example
 * class Halving extends tf.keras.optimizers.schedules.LearningRateSchedule {
 *   apply(step: tf.TensorLike) { return tf.pow(0.5, tf.cast(step, "float32")); }
 * }
 * console.log(new Halving().apply(2).item()); // => 0.25
 */
export abstract class LearningRateSchedule implements KerasObject {
  static readonly className: string = "LearningRateSchedule";

  /** The rate at `step`: a float32 scalar. Steps count from 0. */
  abstract apply(step: TensorLike): Tensor;

  getConfig(): Config {
    return {};
  }

  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return new this(optionsOfConfig(config) as never);
  }
}

/** A step as a float32 scalar. */
export function floatStep(api: string, step: TensorLike): Tensor {
  return convert(api, step).cast("float32");
}
