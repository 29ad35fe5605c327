/** Reshape: the same elements in other axes. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import { type Shape, shapeText } from "../../../base/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { configOf } from "../arguments.ts";
import { KerasTensor } from "../keras-tensor.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import { reshapeRest } from "../reshaping.ts";

/** The whole config of {@link Reshape}. */
export interface ReshapeConfig extends LayerOptions {
  /** Lengths of all axes but the batch; one may be -1. */
  targetShape: readonly number[];
}

/**
 * The elements of each example in another shape: `[batch, 6]` with `[3, -1]` gives `[batch, 3, 2]`.
 * @throws when `targetShape` has more than one -1, or does not fit the input.
 * @see https://keras.io/api/layers/reshaping_layers/reshape/
 * @example
 * console.log(new tf.keras.layers.Reshape([3, -1]).apply(tf.zeros([4, 6])).shape); // => [ 4, 3, 2 ]
 */
export class Reshape extends Layer {
  static override readonly className: string = "Reshape";
  readonly targetShape: readonly number[];

  constructor(targetShape: readonly number[] | ReshapeConfig, options?: LayerOptions) {
    const config = configOf<ReshapeConfig>(targetShape, { targetShape }, options);
    super(config);
    this.targetShape = config.targetShape;
    const isShape = Array.isArray(this.targetShape) && this.targetShape.every((n) => Number.isInteger(n) && n >= -1);
    if (!isShape || this.targetShape.filter((n) => n === -1).length > 1) {
      throw invalidArgument(
        this.label,
        "targetShape of whole numbers of which at most one is -1",
        describe(config.targetShape),
      );
    }
    this.built = true;
  }

  /** The target with -1 replaced where the input's lengths are known; `null` where not. */
  #resolve(rest: Shape): Shape {
    const known = this.targetShape.filter((n) => n !== -1).reduce((a, b) => a * b, 1);
    const size = rest.includes(null) ? null : rest.reduce<number>((a, b) => a * (b as number), 1);
    const fits = size === null || (this.targetShape.includes(-1) ? size % known === 0 : size === known);
    if (!fits) throw invalidArgument(this.label, `examples that fit ${shapeText(this.targetShape)}`, shapeText(rest));
    return this.targetShape.map((n) => (n !== -1 ? n : size === null ? null : size / known));
  }

  override call(inputs: Tensor): Tensor {
    return reshapeRest(inputs, this.#resolve(inputs.shape.slice(1)));
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return [inputShape[0] ?? null, ...this.#resolve(inputShape.slice(1))];
  }

  override computeOutputSpec(inputs: Nest<KerasTensor>): KerasTensor {
    const { shape, dtype } = inputs as KerasTensor;
    return new KerasTensor({ shape: this.computeOutputShape(shape), dtype });
  }

  override getConfig(): Config {
    return { ...super.getConfig(), target_shape: this.targetShape };
  }
}
