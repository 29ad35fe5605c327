/** What layers for images have in common: `[height, width, channels]`, one or a batch, and random numbers for each of them. */
import { describe, invalidArgument } from "../../../../base/errors.ts";
import type { Nest } from "../../../../base/nests.ts";
import type { Shape } from "../../../../base/shapes.ts";
import { shapeText } from "../../../../base/shapes.ts";
import { statelessUniform } from "../../../../ops/random/stateless.ts";
import { convert } from "../../../../runtime/convert.ts";
import { executeOne } from "../../../../runtime/executor.ts";
import type { Tensor } from "../../../../runtime/tensor.ts";
import type { Config } from "../../../object-registry.ts";
import { type DataFormat, dataFormatOf } from "../../arguments.ts";
import { Layer } from "../../layer.ts";
import type { CallOptions, LayerOptions } from "../../options.ts";
import { lengthOf, packLengths } from "../../reshaping.ts";
import { SeedGenerator } from "../../seed-generator.ts";

/** Options of every layer for images. */
export interface ImageLayerOptions extends LayerOptions {
  /** Order of the axes: `"channels_last"` when not given. */
  dataFormat?: DataFormat | null;
}

/** Options of layers that change images at random. */
export interface RandomImageOptions extends ImageLayerOptions {
  /** A seed of the layer's own; random numbers follow `tf.random.setSeed` when not given. */
  seed?: number | null;
}

/** One number, for both directions, or a range `[lower, upper]`. */
export type Factor = number | readonly number[];

/** `[lower, upper]` of a factor within bounds. @throws when it is beyond them. */
export function factorOf(api: string, value: Factor, least: number, most: number): readonly [number, number] {
  const both = typeof value === "number" ? [Math.max(-Math.abs(value), least), Math.abs(value)] : [...value];
  const given = typeof value === "number" ? [value] : both;
  if (both.length !== 2 || given.some((n) => !(n >= least && n <= most)))
    throw invalidArgument(api, `a factor of one or two numbers from ${least} to ${most}`, describe(value));
  return both.sort((a, b) => a - b) as [number, number];
}

/** The base of layers for images. `transform` gets a batch with channels last. */
export abstract class ImageLayer extends Layer {
  readonly dataFormat: DataFormat;

  constructor(options: ImageLayerOptions = {}) {
    super(options);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
  }

  /** @internal The images after the layer: `[batch, height, width, channels]` of the layer's element type. */
  protected abstract transform(images: Tensor): Tensor;

  /** @internal Whether images change in this call. */
  protected isActive(_options: CallOptions): boolean {
    return true;
  }

  override call(inputs: Nest<Tensor>, options: CallOptions = {}): Tensor {
    const given = inputs as Tensor;
    if (given.rank !== 3 && given.rank !== 4)
      throw invalidArgument(this.label, "images of rank 3 or 4", shapeText(given.shape));
    const images = given.cast(this.computeDtype);
    if (!this.isActive(options)) return images;
    const batch = images.rank === 3 ? executeOne("ExpandDims", [images, convert(this.label, 0, "int32")]) : images;
    const isFirst = this.dataFormat === "channels_first";
    const turn = (x: Tensor, order: readonly number[]): Tensor =>
      isFirst ? executeOne("Transpose", [x, convert(this.label, order, "int32")]) : x;
    const result = turn(this.transform(turn(batch, [0, 2, 3, 1])), [0, 3, 1, 2]).cast(this.computeDtype);
    return images.rank === 3 ? executeOne("Squeeze", [result], { squeeze_dims: [0] }) : result;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), data_format: this.dataFormat };
  }
}

/** The base of random changes: made while training, and wherever nobody says whether it is training. */
export abstract class RandomImageLayer extends ImageLayer {
  readonly seed: number | null;
  readonly generator: SeedGenerator;

  constructor(options: RandomImageOptions = {}) {
    super(options);
    this.seed = options.seed ?? null;
    this.generator = new SeedGenerator(this.seed);
  }

  protected override isActive({ training }: CallOptions): boolean {
    return training ?? true;
  }

  /** @internal Uniform numbers, one for each image: float32 `[batch, ...ones]`. */
  protected draw(images: Tensor, [minval, maxval]: readonly [number, number], ones: number): Tensor {
    const shape = packLengths([lengthOf(images, 0), ...Array.from({ length: ones }, () => 1)]);
    return statelessUniform(shape, this.generator.next(), { minval, maxval });
  }

  override getConfig(): Config {
    return { ...super.getConfig(), seed: this.seed };
  }
}
