/** Minimum: the smaller of its inputs. */
import { minimum } from "../../../ops/math/arithmetic.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { Merge } from "./merge.ts";

/**
 * The smallest of a list of tensors, element by element.
 * @throws when it is not given a list, or shapes do not broadcast.
 * @see https://keras.io/api/layers/merging_layers/minimum/
 * @example
 * console.log(new tf.keras.layers.Minimum().apply([tf.constant([[1, 2]]), tf.constant([[10, 20]])]).array()); // => [ [ 1, 2 ] ]
 */
export class Minimum extends Merge {
  static override readonly className: string = "Minimum";

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((smallest, input) => minimum(smallest, input));
  }
}
