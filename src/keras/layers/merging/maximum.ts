/** Maximum: the larger of its inputs. */
import { maximum } from "../../../ops/math/arithmetic.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { Merge } from "./merge.ts";

/**
 * The largest of a list of tensors, element by element.
 * @throws when it is not given a list, or shapes do not broadcast.
 * @see https://keras.io/api/layers/merging_layers/maximum/
 * @example
 * console.log(new tf.keras.layers.Maximum().apply([tf.constant([[1, 2]]), tf.constant([[10, 20]])]).array()); // => [ [ 10, 20 ] ]
 */
export class Maximum extends Merge {
  static override readonly className: string = "Maximum";

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((largest, input) => maximum(largest, input));
  }
}
