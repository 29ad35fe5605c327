/** Subtract: one input minus another. */
import { invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { ShapeNest } from "../shape-nests.ts";
import { Merge } from "./merge.ts";

/**
 * The first of two tensors minus the second.
 * @throws when it is not given a list, or shapes do not broadcast.
 * @see https://keras.io/api/layers/merging_layers/subtract/
 * @example
 * console.log(new tf.keras.layers.Subtract().apply([tf.constant([[1, 2]]), tf.constant([[10, 20]])]).array()); // => [ [ -9, -18 ] ]
 */
export class Subtract extends Merge {
  static override readonly className: string = "Subtract";

  protected override shapesOf(inputShape: ShapeNest): Shape[] {
    const shapes = super.shapesOf(inputShape);
    if (shapes.length !== 2) throw invalidArgument(this.label, "two tensors", `${shapes.length}`);
    return shapes;
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return (inputs[0] as Tensor).subtract(inputs[1] as Tensor);
  }
}
