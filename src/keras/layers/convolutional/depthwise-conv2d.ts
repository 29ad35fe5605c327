/** DepthwiseConv2D: every channel of an image has filters of its own. */
import type { Shape } from "../../../base/shapes.ts";
import { depthwiseConv2d } from "../../../ops/nn/depthwise-convolution.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { type Constraint, type ConstraintIdentifier, get as getConstraint } from "../../constraints/index.ts";
import { get as getInitializer, type Initializer, type InitializerIdentifier } from "../../initializers/index.ts";
import type { Config } from "../../object-registry.ts";
import { get as getRegularizer, type Regularizer, type RegularizerIdentifier } from "../../regularizers/index.ts";
import { serialize } from "../../serialization.ts";
import { configOf, type Pair, positive } from "../arguments.ts";
import { BaseConvolution2D, type BaseConvolutionOptions } from "./base-convolution2d.ts";
import { windowedShape } from "./windows.ts";

/** Options of {@link DepthwiseConv2D}. */
export interface DepthwiseConv2DOptions extends BaseConvolutionOptions {
  /** Number of filters for each channel; 1 when not given. */
  depthMultiplier?: number;
  depthwiseInitializer?: InitializerIdentifier;
  depthwiseRegularizer?: RegularizerIdentifier | null;
  depthwiseConstraint?: ConstraintIdentifier | null;
}

/** The whole config of {@link DepthwiseConv2D}. */
export interface DepthwiseConv2DConfig extends DepthwiseConv2DOptions {
  /** Height and width of the window. */
  kernelSize: Pair;
}

/**
 * Convolution of each channel by itself: `[batch, height, width, channels]` with a kernel
 * `[height, width, channels, depthMultiplier]` gives `[batch, newHeight, newWidth, channels * depthMultiplier]`.
 * @throws when a number is out of range.
 * @see https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/
 * @example
 * const layer = new tf.keras.layers.DepthwiseConv2D(3, { depthMultiplier: 2 });
 * console.log(layer.apply(tf.zeros([1, 5, 5, 4])).shape); // => [ 1, 3, 3, 8 ]
 */
export class DepthwiseConv2D extends BaseConvolution2D {
  static override readonly className: string = "DepthwiseConv2D";
  readonly depthMultiplier: number;
  readonly depthwiseInitializer: Initializer;
  readonly depthwiseRegularizer: Regularizer | undefined;
  readonly depthwiseConstraint: Constraint | undefined;

  constructor(kernelSize: Pair | DepthwiseConv2DConfig, options?: DepthwiseConv2DOptions) {
    const config = configOf<DepthwiseConv2DConfig>(kernelSize, { kernelSize }, options);
    super(config);
    this.depthMultiplier = positive(this.label, "depthMultiplier", config.depthMultiplier ?? 1);
    this.depthwiseInitializer = getInitializer(config.depthwiseInitializer ?? "glorot_uniform");
    this.depthwiseRegularizer = getRegularizer(config.depthwiseRegularizer);
    this.depthwiseConstraint = getConstraint(config.depthwiseConstraint);
  }

  override build(inputShape: Shape): void {
    const channels = this.numChannels(inputShape);
    this.computeOutputShape(inputShape);
    this.addFilters(inputShape, [...this.kernelSize, channels, this.depthMultiplier], channels * this.depthMultiplier, {
      initializer: this.depthwiseInitializer,
      regularizer: this.depthwiseRegularizer,
      constraint: this.depthwiseConstraint,
    });
  }

  protected override convolve(images: Tensor): Tensor {
    const padding = this.padding === "same" ? "SAME" : "VALID";
    return depthwiseConv2d(images, this.kernel.read(), this.strides, padding, { dilations: this.dilationRate });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return windowedShape(this.label, inputShape, this.window, this.numChannels(inputShape) * this.depthMultiplier);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      depth_multiplier: this.depthMultiplier,
      depthwise_initializer: serialize(this.depthwiseInitializer),
      depthwise_regularizer: serialize(this.depthwiseRegularizer),
      depthwise_constraint: serialize(this.depthwiseConstraint),
    };
  }
}
