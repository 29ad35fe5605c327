/** MaxPooling2D: the largest number of each window. */
import { maxPool2d } from "../../../ops/nn/pooling.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { BasePooling2D } from "./base-pooling2d.ts";

/**
 * The largest number of each window of images `[batch, height, width, channels]`.
 * @throws when a number is out of range.
 * @see https://keras.io/api/layers/pooling_layers/max_pooling2d/
 * @example
 * const layer = new tf.keras.layers.MaxPooling2D();
 * console.log(layer.apply([[[[1], [2]], [[3], [4]]]]).item()); // => 4
 */
export class MaxPooling2D extends BasePooling2D {
  static override readonly className: string = "MaxPooling2D";

  protected override pool(images: Tensor, padding: "SAME" | "VALID"): Tensor {
    return maxPool2d(images, this.poolSize, this.strides, padding);
  }
}
