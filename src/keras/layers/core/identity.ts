/** Identity: gives its inputs as they are. */
import { mapNest, type Nest } from "../../../base/nests.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { KerasTensor } from "../keras-tensor.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/**
 * Gives its inputs as they are.
 * @see https://keras.io/api/layers/core_layers/identity/
 * @example
 * console.log(new tf.keras.layers.Identity().apply([1, 2]).array()); // => [ 1, 2 ]
 */
export class Identity extends Layer {
  static override readonly className: string = "Identity";

  constructor(options: LayerOptions = {}) {
    super(options);
    this.supportsMasking = true;
    this.built = true;
  }

  override call(inputs: Nest<Tensor>): Nest<Tensor> {
    return inputs;
  }

  override computeOutputSpec(inputs: Nest<KerasTensor>): Nest<KerasTensor> {
    return mapNest(inputs, ({ shape, dtype }) => new KerasTensor({ shape, dtype }));
  }
}
