/** GlobalAveragePooling2D: the mean of each channel. */
import { reduceMean } from "../../../ops/math/reductions.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { BaseGlobalPooling2D } from "./base-global-pooling2d.ts";

/**
 * The mean of each channel: `[batch, height, width, channels]` gives `[batch, channels]`.
 * @see https://keras.io/api/layers/pooling_layers/global_average_pooling2d/
 * @example
 * const layer = new tf.keras.layers.GlobalAveragePooling2D();
 * console.log(layer.apply([[[[1], [2]], [[3], [4]]]]).array()); // => [ [ 2.5 ] ]
 */
export class GlobalAveragePooling2D extends BaseGlobalPooling2D {
  static override readonly className: string = "GlobalAveragePooling2D";

  override call(inputs: Tensor): Tensor {
    return reduceMean(inputs, { axis: this.spatialAxes, keepdims: this.keepdims });
  }
}
