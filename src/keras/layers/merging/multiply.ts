/** Multiply: the product of its inputs. */
import type { Tensor } from "../../../runtime/tensor.ts";
import { Merge } from "./merge.ts";

/**
 * The product of a list of tensors.
 * @throws when it is not given a list, or shapes do not broadcast.
 * @see https://keras.io/api/layers/merging_layers/multiply/
 * @example
 * console.log(new tf.keras.layers.Multiply().apply([tf.constant([[1, 2]]), tf.constant([[10, 20]])]).array()); // => [ [ 10, 40 ] ]
 */
export class Multiply extends Merge {
  static override readonly className: string = "Multiply";

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((product, input) => product.multiply(input));
  }
}
