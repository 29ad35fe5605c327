/** AveragePooling2D: the mean of each window. */
import { avgPool2d } from "../../../ops/nn/pooling.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { configOf, type Pair } from "../arguments.ts";
import { BasePooling2D, type Pooling2DOptions } from "./base-pooling2d.ts";

/**
 * The mean of each window of images `[batch, height, width, channels]`; padding does not count.
 * @throws when a number is out of range.
 * @see https://keras.io/api/layers/pooling_layers/average_pooling2d/
 * @example
 * const layer = new tf.keras.layers.AveragePooling2D(2);
 * console.log(layer.apply([[[[1], [2]], [[3], [4]]]]).item()); // => 2.5
 */
export class AveragePooling2D extends BasePooling2D {
  static override readonly className: string = "AveragePooling2D";

  constructor(poolSize: Pair | Pooling2DOptions, options?: Pooling2DOptions) {
    super(configOf<Pooling2DOptions>(poolSize, { poolSize }, options));
  }

  protected override pool(images: Tensor, padding: "SAME" | "VALID"): Tensor {
    return avgPool2d(images, this.poolSize, this.strides, padding);
  }
}
