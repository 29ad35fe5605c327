/** ZeroPadding2D: rows and columns of zeros around images. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import { pad } from "../../../ops/array/slicing.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { type DataFormat, dataFormatOf, type Pair, pairOf } from "../arguments.ts";
import { InputSpec } from "../input-spec.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** Options of {@link ZeroPadding2D}. */
export interface ZeroPadding2DOptions extends LayerOptions {
  /** One number, `[height, width]`, or `[[top, bottom], [left, right]]`; 1 when not given. */
  padding?: number | readonly [Pair, Pair];
  /** `"channels_last"` when not given. */
  dataFormat?: DataFormat | null;
}

/**
 * Adds rows and columns of zeros to images.
 * @throws when a number is not whole, or negative.
 * @see https://keras.io/api/layers/reshaping_layers/zero_padding2d/
 * @example
 * const layer = new tf.keras.layers.ZeroPadding2D({ padding: [[1, 0], [0, 1]] });
 * console.log(layer.apply([[[[5]]]]).at(0, "...", 0).array()); // => [ [ 0, 0 ], [ 5, 0 ] ]
 */
export class ZeroPadding2D extends Layer {
  static override readonly className: string = "ZeroPadding2D";
  /** `[[top, bottom], [left, right]]` */
  readonly padding: readonly [[number, number], [number, number]];
  readonly dataFormat: DataFormat;

  constructor(options: ZeroPadding2DOptions = {}) {
    super(options);
    const { padding = 1 } = options;
    const both = typeof padding === "number" ? [padding, padding] : padding;
    if (!Array.isArray(both) || both.length !== 2)
      throw invalidArgument(this.label, "padding as a number or two", describe(padding));
    this.padding = [
      pairOf(this.label, "padding", both[0] as Pair, 0),
      pairOf(this.label, "padding", both[1] as Pair, 0),
    ];
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
    this.inputSpec = new InputSpec({ ndim: 4 });
  }

  get #perAxis(): [number, number][] {
    const none: [number, number] = [0, 0];
    return this.dataFormat === "channels_last" ? [none, ...this.padding, none] : [none, none, ...this.padding];
  }

  override call(inputs: Tensor): Tensor {
    return pad(inputs, this.#perAxis);
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return this.#perAxis.map(([before, after], axis) => {
      const length = inputShape[axis] ?? null;
      return length === null ? null : length + before + after;
    });
  }

  override getConfig(): Config {
    return { ...super.getConfig(), padding: this.padding, data_format: this.dataFormat };
  }
}
