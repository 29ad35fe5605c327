/** LeakyReLU: numbers below 0 become small instead of 0. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { leakyRelu } from "../../activations/index.ts";
import type { Config } from "../../object-registry.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Slope below 0; 0.3 when not given. */
  negativeSlope?: number;
}

/**
 * `x` where it is positive, `negativeSlope * x` elsewhere.
 * @throws when the slope is negative.
 * @see https://keras.io/api/layers/activation_layers/leaky_relu/
 * @example
 * console.log(new tf.keras.layers.LeakyReLU({ negativeSlope: 0.5 }).apply([-4, 3]).array()); // => [ -2, 3 ]
 */
export class LeakyReLU extends Layer {
  static override readonly className: string = "LeakyReLU";
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super(options);
    this.negativeSlope = options.negativeSlope ?? 0.3;
    if (!(this.negativeSlope >= 0))
      throw invalidArgument(this.label, "negativeSlope of at least 0", describe(options.negativeSlope));
    this.supportsMasking = true;
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return leakyRelu(inputs, { negativeSlope: this.negativeSlope });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), negative_slope: this.negativeSlope };
  }
}
