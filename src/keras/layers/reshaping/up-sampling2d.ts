/** UpSampling2D: repeats the rows and columns of images. */
import { TensorfleetError } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import { repeat } from "../../../ops/array/repeating.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { type DataFormat, dataFormatOf, type Pair, pairOf } from "../arguments.ts";
import { InputSpec } from "../input-spec.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** Options of {@link UpSampling2D}. */
export interface UpSampling2DOptions extends LayerOptions {
  /** How often rows and columns are repeated; 2 when not given. */
  size?: Pair;
  /** `"channels_last"` when not given. */
  dataFormat?: DataFormat | null;
  /** Only `"nearest"`: rows and columns are repeated. */
  interpolation?: "nearest";
}

/**
 * Repeats the rows and columns of images.
 * @throws when `size` is not of whole numbers of at least 1, or the interpolation is another.
 * @see https://keras.io/api/layers/reshaping_layers/up_sampling2d/
 * @example
 * const layer = new tf.keras.layers.UpSampling2D({ size: [1, 2] });
 * console.log(layer.apply([[[[1], [2]]]]).reshape([-1]).array()); // => [ 1, 1, 2, 2 ]
 */
export class UpSampling2D extends Layer {
  static override readonly className: string = "UpSampling2D";
  readonly size: [number, number];
  readonly dataFormat: DataFormat;

  constructor(options: UpSampling2DOptions = {}) {
    super(options);
    this.size = pairOf(this.label, "size", options.size ?? 2);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
    const { interpolation = "nearest" } = options;
    if (interpolation !== "nearest") {
      throw new TensorfleetError(
        "unsupported",
        `${this.label}: expected interpolation "nearest", got ${JSON.stringify(interpolation)}; resize with tf.image.resize in a layer of your own`,
      );
    }
    this.inputSpec = new InputSpec({ ndim: 4 });
  }

  get #firstAxis(): number {
    return this.dataFormat === "channels_last" ? 1 : 2;
  }

  override call(inputs: Tensor): Tensor {
    const [height, width] = this.size;
    const rows = repeat(inputs, height, { axis: this.#firstAxis });
    return repeat(rows, width, { axis: this.#firstAxis + 1 });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape.map((length, axis) => {
      const factor = this.size[axis - this.#firstAxis] ?? 1;
      return length === null ? null : length * factor;
    });
  }

  override getConfig(): Config {
    return { ...super.getConfig(), size: this.size, data_format: this.dataFormat, interpolation: "nearest" };
  }
}
