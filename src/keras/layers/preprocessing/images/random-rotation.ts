/** RandomRotation: images turned at random. */
import { executeOne } from "../../../../runtime/executor.ts";
import type { Tensor } from "../../../../runtime/tensor.ts";
import type { Config } from "../../../object-registry.ts";
import { configOf } from "../../arguments.ts";
import { type AffineOptions, RandomAffineLayer } from "./affine.ts";
import { type Factor, factorOf } from "./image-layer.ts";

/** The whole config of {@link RandomRotation}. */
export interface RandomRotationConfig extends AffineOptions {
  /** Share of a full turn, clockwise below 0. */
  factor: Factor;
}

/**
 * Turns images by up to `factor` full turns while training, each for itself.
 * @throws when the factor is beyond -1 and 1.
 * @see https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/
 * @example
 * const layer = new tf.keras.layers.RandomRotation([0.25, 0.25], { fillMode: "constant" });
 * console.log(tf.round(layer.apply([[[1], [2]], [[3], [4]]], { training: true })).array()); // => [ [ [ 2 ], [ 4 ] ], [ [ 1 ], [ 3 ] ] ]
 */
export class RandomRotation extends RandomAffineLayer {
  static override readonly className: string = "RandomRotation";
  readonly factor: readonly [number, number];

  constructor(factor: Factor | RandomRotationConfig, options?: AffineOptions) {
    const config = configOf<RandomRotationConfig>(factor, { factor }, options);
    super(config);
    this.factor = factorOf(this.label, config.factor, -1, 1);
  }

  protected override matrix(images: Tensor, height: Tensor, width: Tensor): readonly (Tensor | number)[] {
    const [lower, upper] = this.factor.map((share) => share * 360) as [number, number];
    const angle = this.draw(images, [lower, upper], 1).multiply(Math.PI / 180);
    const [cos, sin] = [executeOne("Cos", [angle]), executeOne("Sin", [angle])];
    const [x, y] = [width.subtract(1).multiply(0.5), height.subtract(1).multiply(0.5)]; // the center
    const a2 = x.subtract(cos.multiply(x)).add(sin.multiply(y));
    const b2 = y.subtract(sin.multiply(x)).subtract(cos.multiply(y));
    return [cos, sin.multiply(-1), a2, sin, cos, b2];
  }

  override getConfig(): Config {
    return { ...super.getConfig(), factor: this.factor };
  }
}
