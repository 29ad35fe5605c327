/** VarianceScaling and its named settings: the spread of the values follows from how many inputs and outputs a unit has. */
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { named } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import type { InitializerApplyOptions } from "./initializer.ts";
import { RandomInitializer, type RandomInitializerOptions } from "./random.ts";

const modes = ["fan_in", "fan_out", "fan_avg"] as const;
const distributions = ["truncated_normal", "untruncated_normal", "uniform"] as const;

/** The standard deviation of a standard normal distribution cut off at two. */
const truncatedStddev = 0.8796256610342398;

/** Which axes of a weight count as inputs and which as outputs; by default the last two, and all before them count for both. */
export interface FanOptions extends RandomInitializerOptions {
  inputAxes?: readonly number[] | null;
  outputAxes?: readonly number[] | null;
}

/** Options of {@link VarianceScaling}. */
export interface VarianceScalingOptions extends FanOptions {
  /** Factor of the variance; 1 when not given. */
  scale?: number;
  /** What the variance is divided by: the inputs of a unit (the default), its outputs, or their mean. */
  mode?: "fan_in" | "fan_out" | "fan_avg";
  /** "truncated_normal" when not given; "normal" means the same. */
  distribution?: "truncated_normal" | "untruncated_normal" | "uniform" | "normal";
}

/**
 * Inputs and outputs of a unit of a weight: `[inputs, outputs]`, of a convolution `[..., inputs, outputs]`, each times the
 * size of its window.
 */
export function computeFans(
  shape: readonly number[],
  { inputAxes, outputAxes }: FanOptions = {},
): { fanIn: number; fanOut: number } {
  const product = (lengths: readonly number[]): number => lengths.reduce((a, b) => a * b, 1);
  if (inputAxes && outputAxes) {
    return {
      fanIn: product(inputAxes.map((axis) => shape.at(axis) ?? 1)),
      fanOut: product(outputAxes.map((axis) => shape.at(axis) ?? 1)),
    };
  }
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = product(shape.slice(0, -2));
  return { fanIn: window * (shape.at(-2) as number), fanOut: window * (shape.at(-1) as number) };
}

/**
 * Values whose variance is `scale / n`, where n is the number of inputs or outputs of a unit.
 * @throws when `scale` is not positive, or `mode` or `distribution` is not one of those listed.
 * @see https://keras.io/api/layers/initializers/#variancescaling-class
 * @example
 * const initializer = new tf.keras.initializers.VarianceScaling({ mode: "fan_out", distribution: "uniform", seed: 1 });
 * console.log(initializer.apply([3, 5]).shape); // => [ 3, 5 ]
 */
export class VarianceScaling extends RandomInitializer {
  static override readonly className: string = "VarianceScaling";
  readonly scale: number;
  readonly mode: "fan_in" | "fan_out" | "fan_avg";
  readonly distribution: "truncated_normal" | "untruncated_normal" | "uniform";
  readonly inputAxes: readonly number[] | null;
  readonly outputAxes: readonly number[] | null;

  constructor(options: VarianceScalingOptions = {}) {
    super(options);
    this.scale = options.scale ?? 1;
    this.mode = options.mode ?? "fan_in";
    const distribution = (options.distribution ?? "truncated_normal").toLowerCase();
    this.distribution = (
      distribution === "normal" ? "truncated_normal" : distribution
    ) as VarianceScaling["distribution"];
    this.inputAxes = options.inputAxes ?? null;
    this.outputAxes = options.outputAxes ?? null;
    if (!(this.scale > 0)) throw invalidArgument("VarianceScaling", "a positive scale", describe(options.scale));
    if (!modes.includes(this.mode))
      throw invalidArgument("VarianceScaling", `mode of ${modes.join(", ")}`, describe(options.mode));
    if (!distributions.includes(this.distribution)) {
      throw invalidArgument(
        "VarianceScaling",
        `distribution of ${distributions.join(", ")}`,
        describe(options.distribution),
      );
    }
  }

  override apply(shape: readonly number[], { dtype = "float32" }: InitializerApplyOptions = {}): Tensor {
    const { fanIn, fanOut } = computeFans(shape, this);
    const count = { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[this.mode];
    const variance = this.scale / Math.max(1, count);
    if (this.distribution === "truncated_normal") {
      return this.draw("truncatedNormal", shape, dtype).multiply(Math.sqrt(variance) / truncatedStddev);
    }
    if (this.distribution === "untruncated_normal")
      return this.draw("normal", shape, dtype).multiply(Math.sqrt(variance));
    const limit = Math.sqrt(3 * variance);
    return this.draw("uniform", shape, dtype)
      .multiply(2 * limit)
      .subtract(limit);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      scale: this.scale,
      mode: this.mode,
      distribution: this.distribution,
      ...this.axesConfig(),
    };
  }

  /** The axes, under Keras's names. */
  protected axesConfig(): Config {
    return { input_axes: this.inputAxes, output_axes: this.outputAxes };
  }
}

/** A named setting of VarianceScaling: its config holds no scale, mode and distribution. */
abstract class NamedScaling extends VarianceScaling {
  override getConfig(): Config {
    return { seed: this.seed, ...this.axesConfig() };
  }
}

/**
 * Uniform in [-limit, limit], limit = sqrt(6 / (inputs + outputs)): what layers use unless told otherwise.
 * @see https://proceedings.mlr.press/v9/glorot10a.html
 * @example
 * const kernel = new tf.keras.initializers.GlorotUniform({ seed: 1 }).apply([2, 4]);
 * console.log(tf.reduceMax(tf.abs(kernel)).item() <= 1); // => true
 */
export class GlorotUniform extends NamedScaling {
  static override readonly className: string = "GlorotUniform";
  constructor(options: FanOptions = {}) {
    super({ ...named(new.target, options), scale: 1, mode: "fan_avg", distribution: "uniform" });
  }
}

/**
 * Truncated normal of standard deviation sqrt(2 / (inputs + outputs)).
 * @see https://proceedings.mlr.press/v9/glorot10a.html
 * @example
 * console.log(new tf.keras.initializers.GlorotNormal({ seed: 1 }).apply([2, 4]).shape); // => [ 2, 4 ]
 */
export class GlorotNormal extends NamedScaling {
  static override readonly className: string = "GlorotNormal";
  constructor(options: FanOptions = {}) {
    super({ ...named(new.target, options), scale: 1, mode: "fan_avg", distribution: "truncated_normal" });
  }
}

/**
 * Truncated normal of standard deviation sqrt(2 / inputs), made for relu.
 * @see https://arxiv.org/abs/1502.01852
 * @example
 * console.log(new tf.keras.initializers.HeNormal({ seed: 1 }).apply([2, 4]).shape); // => [ 2, 4 ]
 */
export class HeNormal extends NamedScaling {
  static override readonly className: string = "HeNormal";
  constructor(options: FanOptions = {}) {
    super({ ...named(new.target, options), scale: 2, mode: "fan_in", distribution: "truncated_normal" });
  }
}

/**
 * Uniform in [-limit, limit], limit = sqrt(6 / inputs), made for relu.
 * @see https://arxiv.org/abs/1502.01852
 * @example
 * console.log(new tf.keras.initializers.HeUniform({ seed: 1 }).apply([2, 4]).shape); // => [ 2, 4 ]
 */
export class HeUniform extends NamedScaling {
  static override readonly className: string = "HeUniform";
  constructor(options: FanOptions = {}) {
    super({ ...named(new.target, options), scale: 2, mode: "fan_in", distribution: "uniform" });
  }
}

/**
 * Truncated normal of standard deviation sqrt(1 / inputs), made for selu.
 * @see https://arxiv.org/abs/1706.02515
 * @example
 * console.log(new tf.keras.initializers.LecunNormal({ seed: 1 }).apply([2, 4]).shape); // => [ 2, 4 ]
 */
export class LecunNormal extends NamedScaling {
  static override readonly className: string = "LecunNormal";
  constructor(options: FanOptions = {}) {
    super({ ...named(new.target, options), scale: 1, mode: "fan_in", distribution: "truncated_normal" });
  }
}

/**
 * Uniform in [-limit, limit], limit = sqrt(3 / inputs).
 * @see https://arxiv.org/abs/1706.02515
 * @example
 * console.log(new tf.keras.initializers.LecunUniform({ seed: 1 }).apply([2, 4]).shape); // => [ 2, 4 ]
 */
export class LecunUniform extends NamedScaling {
  static override readonly className: string = "LecunUniform";
  constructor(options: FanOptions = {}) {
    super({ ...named(new.target, options), scale: 1, mode: "fan_in", distribution: "uniform" });
  }
}
