/** GlobalMaxPooling2D: the largest number of each channel. */
import { reduceMax } from "../../../ops/math/reductions.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { BaseGlobalPooling2D } from "./base-global-pooling2d.ts";

/**
 * The largest number of each channel: `[batch, height, width, channels]` gives `[batch, channels]`.
 * @see https://keras.io/api/layers/pooling_layers/global_max_pooling2d/
 * @example
 * const layer = new tf.keras.layers.GlobalMaxPooling2D();
 * console.log(layer.apply([[[[1], [2]], [[3], [4]]]]).array()); // => [ [ 4 ] ]
 */
export class GlobalMaxPooling2D extends BaseGlobalPooling2D {
  static override readonly className: string = "GlobalMaxPooling2D";

  override call(inputs: Tensor): Tensor {
    return reduceMax(inputs, { axis: this.spatialAxes, keepdims: this.keepdims });
  }
}
