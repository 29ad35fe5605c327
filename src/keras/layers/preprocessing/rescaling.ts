/** Rescaling: inputs times a number plus a number. */
import type { Shape } from "../../../base/shapes.ts";
import { convert } from "../../../runtime/convert.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { configOf } from "../arguments.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** Options of {@link Rescaling}. */
export interface RescalingOptions extends LayerOptions {
  /** Added after scaling: one number, or one for each channel; 0 when not given. */
  offset?: number | readonly number[];
}

/** The whole config of {@link Rescaling}. */
export interface RescalingConfig extends RescalingOptions {
  /** What inputs are multiplied with: one number, or one for each channel. */
  scale: number | readonly number[];
}

/**
 * `inputs * scale + offset`, as floating point numbers.
 * @see https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/
 * @example
 * const layer = new tf.keras.layers.Rescaling(1 / 2, { offset: -1 });
 * console.log(layer.apply([0, 2, 4]).array()); // => [ -1, 0, 1 ]
 */
export class Rescaling extends Layer {
  static override readonly className: string = "Rescaling";
  readonly scale: number | readonly number[];
  readonly offset: number | readonly number[];

  constructor(scale: number | readonly number[] | RescalingConfig, options?: RescalingOptions) {
    const config = configOf<RescalingConfig>(scale, { scale }, options);
    super(config);
    this.scale = config.scale;
    this.offset = config.offset ?? 0;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    const dtype = this.computeDtype;
    const scale = convert(this.label, this.scale, dtype);
    return inputs
      .cast(dtype)
      .multiply(scale)
      .add(convert(this.label, this.offset, dtype));
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), scale: this.scale, offset: this.offset };
  }
}
