/** Permute: the axes of each example in another order. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import type { Shape } from "../../../base/shapes.ts";
import { transpose } from "../../../ops/array/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { configOf } from "../arguments.ts";
import { InputSpec } from "../input-spec.ts";
import { KerasTensor } from "../keras-tensor.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** The whole config of {@link Permute}. */
export interface PermuteConfig extends LayerOptions {
  /** The axes in their new order, counted from 1: the batch stays first. */
  dims: readonly number[];
}

/**
 * The axes of each example in another order: `[batch, 2, 3]` with `[2, 1]` gives `[batch, 3, 2]`.
 * @throws when `dims` are not the numbers from 1 on, each once.
 * @see https://keras.io/api/layers/reshaping_layers/permute/
 * @example
 * console.log(new tf.keras.layers.Permute([2, 1]).apply([[[1, 2, 3]]]).array()); // => [ [ [ 1 ], [ 2 ], [ 3 ] ] ]
 */
export class Permute extends Layer {
  static override readonly className: string = "Permute";
  readonly dims: readonly number[];

  constructor(dims: readonly number[] | PermuteConfig, options?: LayerOptions) {
    const config = configOf<PermuteConfig>(dims, { dims }, options);
    super(config);
    this.dims = config.dims;
    if (!Array.isArray(this.dims) || [...this.dims].sort((a, b) => a - b).some((axis, i) => axis !== i + 1)) {
      throw invalidArgument(this.label, "dims of the numbers from 1 on, each once", describe(config.dims));
    }
    this.inputSpec = new InputSpec({ ndim: this.dims.length + 1 });
  }

  override call(inputs: Tensor): Tensor {
    return transpose(inputs, { perm: [0, ...this.dims] });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return [0, ...this.dims].map((axis) => inputShape[axis] ?? null);
  }

  override computeOutputSpec(inputs: Nest<KerasTensor>): KerasTensor {
    const { shape, dtype } = inputs as KerasTensor;
    return new KerasTensor({ shape: this.computeOutputShape(shape), dtype });
  }

  override getConfig(): Config {
    return { ...super.getConfig(), dims: this.dims };
  }
}
