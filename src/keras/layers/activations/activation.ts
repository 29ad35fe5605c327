/** Activation: a function as a layer. */
import type { Shape } from "../../../base/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import {
  type Activation as ActivationFunction,
  type ActivationIdentifier,
  get as getActivation,
  serialize as serializeActivation,
} from "../../activations/index.ts";
import type { Config } from "../../object-registry.ts";
import { configOf } from "../arguments.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** The whole config of {@link Activation}. */
export interface ActivationConfig extends LayerOptions {
  /** A function, or a name such as "relu". */
  activation: ActivationIdentifier;
}

/**
 * Applies an activation function.
 * @throws when there is no activation of that name.
 * @see https://keras.io/api/layers/core_layers/activation/
 * @example
 * console.log(new tf.keras.layers.Activation("relu").apply([-1, 2]).array()); // => [ 0, 2 ]
 */
export class Activation extends Layer {
  static override readonly className: string = "Activation";
  readonly activation: ActivationFunction;

  constructor(activation: ActivationIdentifier | ActivationConfig, options?: LayerOptions) {
    const config = configOf<ActivationConfig>(activation, { activation }, options);
    super(config);
    this.activation = getActivation(config.activation);
    this.supportsMasking = true;
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return this.activation(inputs);
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), activation: serializeActivation(this.activation) };
  }
}
