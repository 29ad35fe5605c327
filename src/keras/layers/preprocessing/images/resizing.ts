/** Resizing: images of one size. */

import { isFloating } from "../../../../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../../../../base/errors.ts";
import type { Shape } from "../../../../base/shapes.ts";
import { type ResizeMethod, resize } from "../../../../ops/image/resizing.ts";
import type { Tensor } from "../../../../runtime/tensor.ts";
import type { Config } from "../../../object-registry.ts";
import { configOf, positive } from "../../arguments.ts";
import { ImageLayer, type ImageLayerOptions } from "./image-layer.ts";

/** Options of {@link Resizing}. */
export interface ResizingOptions extends ImageLayerOptions {
  /** `"bilinear"` when not given. */
  interpolation?: ResizeMethod;
  /** Whether images that get smaller are averaged over what is skipped. */
  antialias?: boolean;
  /** Cutting or padding to keep proportions is not supported: false. See `tf.image.resizeWithPad`. */
  cropToAspectRatio?: boolean;
  padToAspectRatio?: boolean;
  fillMode?: "constant";
  fillValue?: number;
}

/** The whole config of {@link Resizing}. */
export interface ResizingConfig extends ResizingOptions {
  height: number;
  width: number;
}

/**
 * Images of `height` and `width`, whatever their size was.
 * @throws when a length is not a whole number of at least 1.
 * @see https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/
 * @example
 * const layer = new tf.keras.layers.Resizing(1, 4);
 * console.log(layer.apply([[[0], [2]]]).array()); // => [ [ [ 0 ], [ 0.5 ], [ 1.5 ], [ 2 ] ] ]
 */
export class Resizing extends ImageLayer {
  static override readonly className: string = "Resizing";
  readonly height: number;
  readonly width: number;
  readonly interpolation: ResizeMethod;
  readonly antialias: boolean;

  constructor(height: number | ResizingConfig, width?: number, options?: ResizingOptions) {
    const config = configOf<ResizingConfig>(height, { height, width }, options);
    super(config);
    this.height = positive(this.label, "height", config.height);
    this.width = positive(this.label, "width", config.width);
    this.interpolation = config.interpolation ?? "bilinear";
    this.antialias = config.antialias ?? false;
    if (config.cropToAspectRatio || config.padToAspectRatio)
      throw new TensorfleetError(
        "unsupported",
        `${this.label}: expected cropToAspectRatio and padToAspectRatio to be false, got true; use tf.image.resizeWithPad in a layer of your own`,
      );
    if (!isFloating(this.computeDtype))
      throw invalidArgument(this.label, "a floating dtype", describe(this.computeDtype));
  }

  protected override transform(images: Tensor): Tensor {
    return resize(images, [this.height, this.width], { method: this.interpolation, antialias: this.antialias });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const size = [this.height, this.width];
    const batch = inputShape.slice(0, inputShape.length - 3);
    const channels = inputShape.at(this.dataFormat === "channels_first" ? -3 : -1) as number | null;
    return this.dataFormat === "channels_first" ? [...batch, channels, ...size] : [...batch, ...size, channels];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      height: this.height,
      width: this.width,
      interpolation: this.interpolation,
      antialias: this.antialias,
      crop_to_aspect_ratio: false,
      pad_to_aspect_ratio: false,
      fill_mode: "constant",
      fill_value: 0,
    };
  }
}
