/** RandomTranslation: images moved at random. */
import type { Tensor } from "../../../../runtime/tensor.ts";
import type { Config } from "../../../object-registry.ts";
import { configOf } from "../../arguments.ts";
import { type AffineOptions, RandomAffineLayer } from "./affine.ts";
import { type Factor, factorOf } from "./image-layer.ts";

/** The whole config of {@link RandomTranslation}. */
export interface RandomTranslationConfig extends AffineOptions {
  /** Share of the height; up below 0. */
  heightFactor: Factor;
  /** Share of the width; left below 0. */
  widthFactor: Factor;
}

/**
 * Moves images by up to a share of their size while training, each for itself.
 * @throws when a factor is beyond -1 and 1.
 * @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/
 * @example
 * const layer = new tf.keras.layers.RandomTranslation(0, [0.5, 0.5], { fillMode: "constant" });
 * console.log(layer.apply([[[1], [2]]], { training: true }).array()); // => [ [ [ 0 ], [ 1 ] ] ]
 */
export class RandomTranslation extends RandomAffineLayer {
  static override readonly className: string = "RandomTranslation";
  readonly heightFactor: Factor;
  readonly widthFactor: Factor;

  constructor(heightFactor: Factor | RandomTranslationConfig, widthFactor?: Factor, options?: AffineOptions) {
    const config = configOf<RandomTranslationConfig>(heightFactor, { heightFactor, widthFactor }, options);
    super(config);
    this.heightFactor = config.heightFactor;
    this.widthFactor = config.widthFactor;
    for (const factor of [this.heightFactor, this.widthFactor]) factorOf(this.label, factor, -1, 1);
  }

  protected override matrix(images: Tensor, height: Tensor, width: Tensor): readonly (Tensor | number)[] {
    const down = this.draw(images, factorOf(this.label, this.heightFactor, -1, 1), 1).multiply(height);
    const right = this.draw(images, factorOf(this.label, this.widthFactor, -1, 1), 1).multiply(width);
    return [1, 0, right.multiply(-1), 0, 1, down.multiply(-1)];
  }

  override getConfig(): Config {
    return { ...super.getConfig(), height_factor: this.heightFactor, width_factor: this.widthFactor };
  }
}
