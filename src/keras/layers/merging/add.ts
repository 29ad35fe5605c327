/** Add: the sum of its inputs. */
import type { Tensor } from "../../../runtime/tensor.ts";
import { Merge } from "./merge.ts";

/**
 * The sum of a list of tensors.
 * @throws when it is not given a list, or shapes do not broadcast.
 * @see https://keras.io/api/layers/merging_layers/add/
 * @example
 * console.log(new tf.keras.layers.Add().apply([tf.constant([[1, 2]]), tf.constant([[10, 20]])]).array()); // => [ [ 11, 22 ] ]
 */
export class Add extends Merge {
  static override readonly className: string = "Add";

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, input) => sum.add(input));
  }
}
