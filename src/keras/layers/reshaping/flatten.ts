/** Flatten: all axes but the batch become one. */
import type { Nest } from "../../../base/nests.ts";
import type { Shape } from "../../../base/shapes.ts";
import { transpose } from "../../../ops/array/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { type DataFormat, dataFormatOf } from "../arguments.ts";
import { InputSpec } from "../input-spec.ts";
import { KerasTensor } from "../keras-tensor.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import { reshapeRest } from "../reshaping.ts";

/** Options of {@link Flatten}. */
export interface FlattenOptions extends LayerOptions {
  /** With `"channels_first"` channels are moved to the end before. */
  dataFormat?: DataFormat | null;
}

/**
 * All axes but the batch become one: `[batch, 2, 3]` gives `[batch, 6]`, and `[batch]` gives `[batch, 1]`.
 * @see https://keras.io/api/layers/reshaping_layers/flatten/
 * @example
 * console.log(new tf.keras.layers.Flatten().apply(tf.zeros([4, 2, 3])).shape); // => [ 4, 6 ]
 */
export class Flatten extends Layer {
  static override readonly className: string = "Flatten";
  readonly dataFormat: DataFormat;

  constructor(options: FlattenOptions = {}) {
    super(options);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
    this.inputSpec = new InputSpec({ minNdim: 1 });
  }

  override call(inputs: Tensor): Tensor {
    const { rank } = inputs;
    const rest = Array.from({ length: Math.max(0, rank - 2) }, (_, i) => i + 2);
    const x = this.dataFormat === "channels_first" && rank > 2 ? transpose(inputs, { perm: [0, ...rest, 1] }) : inputs;
    return reshapeRest(x, [product(x.shape.slice(1))]);
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return [inputShape[0] ?? null, product(inputShape.slice(1))];
  }

  override computeOutputSpec(inputs: Nest<KerasTensor>): KerasTensor {
    const { shape, dtype } = inputs as KerasTensor;
    return new KerasTensor({ shape: this.computeOutputShape(shape), dtype });
  }

  override getConfig(): Config {
    return { ...super.getConfig(), data_format: this.dataFormat };
  }
}

function product(lengths: Shape): number | null {
  return lengths.includes(null) ? null : lengths.reduce<number>((result, length) => result * (length as number), 1);
}
