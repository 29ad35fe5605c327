/** RandomZoom: images scaled at random around their center. */
import { invalidArgument } from "../../../../base/errors.ts";
import type { Tensor } from "../../../../runtime/tensor.ts";
import type { Config } from "../../../object-registry.ts";
import { configOf } from "../../arguments.ts";
import { type AffineOptions, RandomAffineLayer } from "./affine.ts";
import { type Factor, factorOf } from "./image-layer.ts";

/** Options of {@link RandomZoom}. */
export interface RandomZoomOptions extends AffineOptions {
  /** The same for the width; as the height is scaled when not given, so that proportions stay. */
  widthFactor?: Factor | null;
}

/** The whole config of {@link RandomZoom}. */
export interface RandomZoomConfig extends RandomZoomOptions {
  /** How much more of the height is seen; below 0 how much less. */
  heightFactor: Factor;
}

/**
 * Zooms into images or out of them while training, each for itself.
 * @throws when a factor is beyond -1 and 1, or is -1.
 * @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/
 * @example
 * const layer = new tf.keras.layers.RandomZoom(0.2, { seed: 1 });
 * console.log(layer.apply(tf.ones([2, 4, 4, 3]), { training: true }).shape); // => [ 2, 4, 4, 3 ]
 */
export class RandomZoom extends RandomAffineLayer {
  static override readonly className: string = "RandomZoom";
  readonly heightFactor: Factor;
  readonly widthFactor: Factor | null;

  constructor(heightFactor: Factor | RandomZoomConfig, options?: RandomZoomOptions) {
    const config = configOf<RandomZoomConfig>(heightFactor, { heightFactor }, options);
    super(config);
    this.heightFactor = config.heightFactor;
    this.widthFactor = config.widthFactor ?? null;
    for (const factor of [this.heightFactor, this.widthFactor ?? 0])
      if (factorOf(this.label, factor, -1, 1)[0] === -1)
        throw invalidArgument(this.label, "factors above -1, where nothing is seen", "-1");
  }

  protected override matrix(images: Tensor, height: Tensor, width: Tensor): readonly (Tensor | number)[] {
    const scaleOf = (factor: Factor): Tensor => {
      const [lower, upper] = factorOf(this.label, factor, -1, 1);
      return this.draw(images, [1 + lower, 1 + upper], 1);
    };
    const high = scaleOf(this.heightFactor);
    const wide = this.widthFactor === null ? high : scaleOf(this.widthFactor);
    const offset = (length: Tensor, scale: Tensor): Tensor =>
      length.subtract(1).multiply(0.5).multiply(scale.multiply(-1).add(1));
    return [wide, 0, offset(width, wide), 0, high, offset(height, high)];
  }

  override getConfig(): Config {
    return { ...super.getConfig(), height_factor: this.heightFactor, width_factor: this.widthFactor };
  }
}
