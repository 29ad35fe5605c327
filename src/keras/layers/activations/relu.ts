/** ReLU: numbers below 0 become 0. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { relu } from "../../activations/index.ts";
import type { Config } from "../../object-registry.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** Options of {@link ReLU}. */
export interface ReLUOptions extends LayerOptions {
  /** Outputs are at most this; no limit when not given. */
  maxValue?: number | null;
  /** Slope below the threshold; 0 when not given. */
  negativeSlope?: number;
  /** Inputs below it count as negative; 0 when not given. */
  threshold?: number;
}

/**
 * `max(x, 0)`, with options for a limit, a slope below 0 and a threshold.
 * @throws when an option is negative.
 * @see https://keras.io/api/layers/activation_layers/relu/
 * @example
 * console.log(new tf.keras.layers.ReLU({ maxValue: 2 }).apply([-1, 1, 5]).array()); // => [ 0, 1, 2 ]
 */
export class ReLU extends Layer {
  static override readonly className: string = "ReLU";
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  constructor(options: ReLUOptions = {}) {
    super(options);
    this.maxValue = options.maxValue ?? null;
    this.negativeSlope = options.negativeSlope ?? 0;
    this.threshold = options.threshold ?? 0;
    for (const [name, value] of Object.entries({
      maxValue: this.maxValue ?? 0,
      negativeSlope: this.negativeSlope,
      threshold: this.threshold,
    })) {
      if (!(value >= 0)) throw invalidArgument(this.label, `${name} of at least 0`, describe(value));
    }
    this.supportsMasking = true;
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this;
    return relu(inputs, { maxValue, negativeSlope, threshold });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override getConfig(): Config {
    const { maxValue, negativeSlope, threshold } = this;
    return { ...super.getConfig(), max_value: maxValue, negative_slope: negativeSlope, threshold };
  }
}
