/** Average: the mean of its inputs. */
import type { Tensor } from "../../../runtime/tensor.ts";
import { Merge } from "./merge.ts";

/**
 * The mean of a list of tensors.
 * @throws when it is not given a list, or shapes do not broadcast.
 * @see https://keras.io/api/layers/merging_layers/average/
 * @example
 * console.log(new tf.keras.layers.Average().apply([tf.constant([[1, 2]]), tf.constant([[10, 20]])]).array()); // => [ [ 5.5, 11 ] ]
 */
export class Average extends Merge {
  static override readonly className: string = "Average";

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, input) => sum.add(input)).divide(inputs.length);
  }
}
