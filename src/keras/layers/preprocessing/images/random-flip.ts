/** RandomFlip: images mirrored at random. */
import { describe, invalidArgument } from "../../../../base/errors.ts";
import { reversed } from "../../../../ops/image/geometry.ts";
import { convert } from "../../../../runtime/convert.ts";
import { executeOne } from "../../../../runtime/executor.ts";
import type { Tensor } from "../../../../runtime/tensor.ts";
import type { Config } from "../../../object-registry.ts";
import { configOf } from "../../arguments.ts";
import { RandomImageLayer, type RandomImageOptions } from "./image-layer.ts";

/** Along which axes images are mirrored. */
export type FlipMode = "horizontal" | "vertical" | "horizontal_and_vertical";

/** The whole config of {@link RandomFlip}. */
export interface RandomFlipConfig extends RandomImageOptions {
  mode?: FlipMode;
}

/**
 * Mirrors half of the images while training, each for itself.
 * @throws when the mode is unknown.
 * @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/
 * @example
 * const layer = new tf.keras.layers.RandomFlip("horizontal", { seed: 1 });
 * console.log(layer.apply(tf.ones([2, 4, 4, 3]), { training: true }).shape); // => [ 2, 4, 4, 3 ]
 */
export class RandomFlip extends RandomImageLayer {
  static override readonly className: string = "RandomFlip";
  readonly mode: FlipMode;

  constructor(mode: FlipMode | RandomFlipConfig = "horizontal_and_vertical", options?: RandomImageOptions) {
    const config = configOf<RandomFlipConfig>(mode, { mode }, options);
    super(config);
    this.mode = config.mode ?? "horizontal_and_vertical";
    if (!["horizontal", "vertical", "horizontal_and_vertical"].includes(this.mode))
      throw invalidArgument(this.label, 'mode "horizontal", "vertical" or "horizontal_and_vertical"', describe(mode));
  }

  protected override transform(images: Tensor): Tensor {
    const isFlipped = executeOne("LessEqual", [this.draw(images, [0, 1], 3), convert(this.label, 0.5, "float32")]);
    const axes = this.mode === "horizontal" ? [1] : this.mode === "vertical" ? [0] : [0, 1];
    // The older op chooses whole images at a time; the newer one broadcasts the choice to every pixel, which takes longer than decoding.
    return executeOne("Select", [isFlipped.reshape([-1]), reversed(images, ...axes), images]);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), mode: this.mode };
  }
}
