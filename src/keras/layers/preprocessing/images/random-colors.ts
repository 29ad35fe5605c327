/** RandomBrightness and RandomContrast: images lighter, darker, flatter or harder at random. */
import { describe, invalidArgument } from "../../../../base/errors.ts";
import { convert } from "../../../../runtime/convert.ts";
import { executeOne } from "../../../../runtime/executor.ts";
import type { Tensor } from "../../../../runtime/tensor.ts";
import type { Config } from "../../../object-registry.ts";
import { configOf } from "../../arguments.ts";
import { type Factor, factorOf, RandomImageLayer, type RandomImageOptions } from "./image-layer.ts";

/** Options of layers that change colors. */
export interface RandomColorOptions extends RandomImageOptions {
  /** Limits of the images' values: 0 and 255 when not given. */
  valueRange?: readonly number[];
}

/** The whole config of layers that change colors. */
export interface RandomColorConfig extends RandomColorOptions {
  /** How much they change at most: one number, or `[lower, upper]`. */
  factor: Factor;
}

abstract class RandomColorLayer extends RandomImageLayer {
  readonly valueRange: readonly number[];

  constructor(options: RandomColorOptions) {
    super(options);
    this.valueRange = options.valueRange ?? [0, 255];
    const [low, high] = this.valueRange;
    if (this.valueRange.length !== 2 || !((low as number) < (high as number)))
      throw invalidArgument(this.label, "a valueRange of two ascending numbers", describe(options.valueRange));
  }

  protected clipped(images: Tensor): Tensor {
    const [low, high] = this.valueRange.map((value) => convert(this.label, value, images.dtype)) as [Tensor, Tensor];
    return executeOne("ClipByValue", [images, low, high]);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), value_range: this.valueRange };
  }
}

/**
 * Adds a random share of the value range while training, each image its own.
 * @throws when the factor is beyond -1 and 1.
 * @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/
 * @example
 * const layer = new tf.keras.layers.RandomBrightness([0.5, 0.5], { valueRange: [0, 1] });
 * console.log(layer.apply([[[0], [0.75]]], { training: true }).array()); // => [ [ [ 0.5 ], [ 1 ] ] ]
 */
export class RandomBrightness extends RandomColorLayer {
  static override readonly className: string = "RandomBrightness";
  readonly factor: readonly [number, number];

  constructor(factor: Factor | RandomColorConfig, options?: RandomColorOptions) {
    const config = configOf<RandomColorConfig>(factor, { factor }, options);
    super(config);
    this.factor = factorOf(this.label, config.factor, -1, 1);
  }

  protected override transform(images: Tensor): Tensor {
    const [low, high] = this.valueRange as [number, number];
    const change = this.draw(images, this.factor, 3).multiply(high - low);
    return this.clipped(images.add(change.cast(images.dtype)));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), factor: this.factor };
  }
}

/**
 * Multiplies distances from the mean of each channel by a random number while training, each image its own: from `1 - lower` to
 * `1 + upper`.
 * @throws when the factor is beyond 0 and 1.
 * @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/
 * @example
 * const layer = new tf.keras.layers.RandomContrast(0);
 * console.log(layer.apply([[[0], [2]]], { training: true }).array()); // => [ [ [ 0 ], [ 2 ] ] ]
 */
export class RandomContrast extends RandomColorLayer {
  static override readonly className: string = "RandomContrast";
  readonly factor: readonly [number, number];

  constructor(factor: Factor | RandomColorConfig, options?: RandomColorOptions) {
    const config = configOf<RandomColorConfig>(factor, { factor }, options);
    super(config);
    this.factor = factorOf(this.label, config.factor, 0, 1);
  }

  protected override transform(images: Tensor): Tensor {
    const [lower, upper] = this.factor;
    const scale = this.draw(images, [1 - lower, 1 + upper], 3).cast(images.dtype);
    const rows = executeOne("Mean", [images, convert(this.label, [1], "int32")], { keep_dims: true });
    const mean = executeOne("Mean", [rows, convert(this.label, [2], "int32")], { keep_dims: true });
    return this.clipped(images.subtract(mean).multiply(scale).add(mean));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), factor: this.factor };
  }
}
