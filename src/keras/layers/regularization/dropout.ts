/** Dropout: sets a random part of the inputs to 0 while training. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import { statelessUniform } from "../../../ops/random/stateless.ts";
import { convert } from "../../../runtime/convert.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { configOf } from "../arguments.ts";
import { Layer } from "../layer.ts";
import type { CallOptions, LayerOptions } from "../options.ts";
import { lengthOf, packLengths } from "../reshaping.ts";
import { SeedGenerator } from "../seed-generator.ts";

/** Options of {@link Dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** Shape of the mask, which is broadcast: 1 where an axis shares its fate, `null` for the input's length. */
  noiseShape?: Shape | null;
  /** A seed of the layer's own; random numbers follow `tf.random.setSeed` when not given. */
  seed?: number | null;
}

/** The whole config of {@link Dropout}. */
export interface DropoutConfig extends DropoutOptions {
  /** Which part is set to 0: 0 to 1. */
  rate: number;
}

/**
 * While training sets each input to 0 with probability `rate`, and multiplies the others by `1 / (1 - rate)` so that sums stay the
 * same on average. Otherwise gives the inputs as they are.
 * @throws when `rate` is not within 0 to 1.
 * @see https://keras.io/api/layers/regularization_layers/dropout/
 * @example
 * const layer = new tf.keras.layers.Dropout(0.5);
 * console.log(layer.apply([1, 2]).array()); // => [ 1, 2 ]
 * console.log(tf.reduceSum(layer.apply(tf.ones([1000]), { training: true })).item() > 800); // => true
 */
export class Dropout extends Layer {
  static override readonly className: string = "Dropout";
  readonly rate: number;
  readonly noiseShape: Shape | null;
  readonly seed: number | null;
  readonly seedGenerator: SeedGenerator;

  constructor(rate: number | DropoutConfig, options?: DropoutOptions) {
    const config = configOf<DropoutConfig>(rate, { rate }, options);
    super(config);
    this.rate = config.rate;
    if (!(this.rate >= 0 && this.rate <= 1))
      throw invalidArgument(this.label, "a rate of 0 to 1", describe(config.rate));
    this.noiseShape = config.noiseShape ?? null;
    this.seed = config.seed ?? null;
    this.seedGenerator = new SeedGenerator(this.seed);
    this.supportsMasking = true;
    this.built = true;
  }

  override call(inputs: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.rate === 0) return inputs;
    if (this.rate === 1) return executeOne("ZerosLike", [inputs]);
    const { dtype } = inputs;
    const shape = packLengths(
      (this.noiseShape ?? inputs.shape).map((length, axis) => length ?? lengthOf(inputs, axis)),
    );
    const noise = statelessUniform(shape, this.seedGenerator.next(), { dtype });
    const isKept = executeOne("GreaterEqual", [noise, convert(this.label, this.rate, dtype)]);
    return inputs.multiply(isKept.cast(dtype).multiply(1 / (1 - this.rate)));
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed, noise_shape: this.noiseShape };
  }
}
