/** Conv2D: filters that are moved over images. */
import { invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { type Constraint, type ConstraintIdentifier, get as getConstraint } from "../../constraints/index.ts";
import { get as getInitializer, type Initializer, type InitializerIdentifier } from "../../initializers/index.ts";
import type { Config } from "../../object-registry.ts";
import { get as getRegularizer, type Regularizer, type RegularizerIdentifier } from "../../regularizers/index.ts";
import { serialize } from "../../serialization.ts";
import { configOf, type Pair, positive } from "../arguments.ts";
import { BaseConvolution2D, type BaseConvolutionOptions } from "./base-convolution2d.ts";
import { convolve, convolveGroups } from "./convolve.ts";
import { windowedShape } from "./windows.ts";

/** Options of {@link Conv2D}. */
export interface Conv2DOptions extends BaseConvolutionOptions {
  /** In how many groups the channels are split, each with filters of its own; 1 when not given. */
  groups?: number;
  kernelInitializer?: InitializerIdentifier;
  kernelRegularizer?: RegularizerIdentifier | null;
  kernelConstraint?: ConstraintIdentifier | null;
}

/** The whole config of {@link Conv2D}. */
export interface Conv2DConfig extends Conv2DOptions {
  /** Number of output channels. */
  filters: number;
  /** Height and width of the window. */
  kernelSize: Pair;
}

/**
 * Convolution of images `[batch, height, width, channels]` with a kernel `[height, width, channels / groups, filters]`: gives
 * `[batch, newHeight, newWidth, filters]`.
 * @throws when filters or channels are no multiple of `groups`, or a number is out of range.
 * @see https://keras.io/api/layers/convolution_layers/convolution2d/
 * @example
 * const layer = new tf.keras.layers.Conv2D(8, 3, { activation: "relu" });
 * console.log(layer.apply(tf.zeros([1, 28, 28, 1])).shape); // => [ 1, 26, 26, 8 ]
 */
export class Conv2D extends BaseConvolution2D {
  static override readonly className: string = "Conv2D";
  readonly filters: number;
  readonly groups: number;
  readonly kernelInitializer: Initializer;
  readonly kernelRegularizer: Regularizer | undefined;
  readonly kernelConstraint: Constraint | undefined;

  constructor(filters: number | Conv2DConfig, kernelSize?: Pair, options?: Conv2DOptions) {
    const config = configOf<Conv2DConfig>(filters, { filters, kernelSize }, options);
    super(config);
    this.filters = positive(this.label, "filters", config.filters);
    this.groups = positive(this.label, "groups", config.groups ?? 1);
    this.kernelInitializer = getInitializer(config.kernelInitializer ?? "glorot_uniform");
    this.kernelRegularizer = getRegularizer(config.kernelRegularizer);
    this.kernelConstraint = getConstraint(config.kernelConstraint);
    if (this.filters % this.groups !== 0)
      throw invalidArgument(this.label, `filters as a multiple of groups = ${this.groups}`, `${this.filters}`);
  }

  override build(inputShape: Shape): void {
    const channels = this.numChannels(inputShape);
    if (channels % this.groups !== 0)
      throw invalidArgument(this.label, `channels as a multiple of groups = ${this.groups}`, `${channels}`);
    this.computeOutputShape(inputShape);
    this.addFilters(inputShape, [...this.kernelSize, channels / this.groups, this.filters], this.filters, {
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
  }

  protected override convolve(images: Tensor): Tensor {
    return convolveGroups(images, this.kernel.read(), this.groups, (part, kernel) =>
      convolve(this.label, part, kernel, this.window),
    );
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return windowedShape(this.label, inputShape, this.window, this.filters);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      filters: this.filters,
      groups: this.groups,
      kernel_initializer: serialize(this.kernelInitializer),
      kernel_regularizer: serialize(this.kernelRegularizer),
      kernel_constraint: serialize(this.kernelConstraint),
    };
  }
}
