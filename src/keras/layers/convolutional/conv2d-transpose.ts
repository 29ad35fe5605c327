/** Conv2DTranspose: the transpose of a convolution, which makes images larger. */
import { invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import { conv2dTranspose } from "../../../ops/nn/transposed-convolution.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { type Constraint, type ConstraintIdentifier, get as getConstraint } from "../../constraints/index.ts";
import { get as getInitializer, type Initializer, type InitializerIdentifier } from "../../initializers/index.ts";
import type { Config } from "../../object-registry.ts";
import { get as getRegularizer, type Regularizer, type RegularizerIdentifier } from "../../regularizers/index.ts";
import { serialize } from "../../serialization.ts";
import { configOf, type Pair, pairOf, positive } from "../arguments.ts";
import { lengthOf, packLengths } from "../reshaping.ts";
import { BaseConvolution2D, type BaseConvolutionOptions } from "./base-convolution2d.ts";
import { imageShape } from "./windows.ts";

/** Options of {@link Conv2DTranspose}. */
export interface Conv2DTransposeOptions extends BaseConvolutionOptions {
  /** Rows and columns added to the output; chosen by strides and padding when not given. */
  outputPadding?: Pair | null;
  kernelInitializer?: InitializerIdentifier;
  kernelRegularizer?: RegularizerIdentifier | null;
  kernelConstraint?: ConstraintIdentifier | null;
}

/** The whole config of {@link Conv2DTranspose}. */
export interface Conv2DTransposeConfig extends Conv2DTransposeOptions {
  /** Number of output channels. */
  filters: number;
  /** Height and width of the window. */
  kernelSize: Pair;
}

/**
 * Transposed convolution of images `[batch, height, width, channels]` with a kernel `[height, width, filters, channels]`: with strides
 * of 2 the image becomes twice as large.
 * @throws when a number is out of range, or `outputPadding` is not below the strides.
 * @see https://keras.io/api/layers/convolution_layers/convolution2d_transpose/
 * @example
 * const layer = new tf.keras.layers.Conv2DTranspose(8, 3, { strides: 2, padding: "same" });
 * console.log(layer.apply(tf.zeros([1, 7, 7, 4])).shape); // => [ 1, 14, 14, 8 ]
 */
export class Conv2DTranspose extends BaseConvolution2D {
  static override readonly className: string = "Conv2DTranspose";
  readonly filters: number;
  readonly outputPadding: [number, number] | null;
  readonly kernelInitializer: Initializer;
  readonly kernelRegularizer: Regularizer | undefined;
  readonly kernelConstraint: Constraint | undefined;

  constructor(filters: number | Conv2DTransposeConfig, kernelSize?: Pair, options?: Conv2DTransposeOptions) {
    const config = configOf<Conv2DTransposeConfig>(filters, { filters, kernelSize }, options);
    super(config);
    this.filters = positive(this.label, "filters", config.filters);
    const { outputPadding = null } = config;
    this.outputPadding = outputPadding === null ? null : pairOf(this.label, "outputPadding", outputPadding, 0);
    this.kernelInitializer = getInitializer(config.kernelInitializer ?? "glorot_uniform");
    this.kernelRegularizer = getRegularizer(config.kernelRegularizer);
    this.kernelConstraint = getConstraint(config.kernelConstraint);
    if (this.outputPadding?.some((added, i) => added >= (this.strides[i] as number))) {
      throw invalidArgument(
        this.label,
        "outputPadding below strides",
        `outputPadding ${this.outputPadding.join(", ")} and strides ${this.strides.join(", ")}`,
      );
    }
  }

  override build(inputShape: Shape): void {
    this.addFilters(inputShape, [...this.kernelSize, this.filters, this.numChannels(inputShape)], this.filters, {
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
  }

  /** What the output is longer than `length * stride` along an axis. */
  #excess(i: number): number {
    const stride = this.strides[i] as number;
    const reach = ((this.kernelSize[i] as number) - 1) * (this.dilationRate[i] as number) + 1;
    const added = this.outputPadding?.[i];
    if (this.padding === "valid") return reach + (added ?? Math.max(reach, stride) - reach) - stride;
    return added === undefined ? 0 : (reach % 2) + added - stride;
  }

  protected override convolve(images: Tensor): Tensor {
    const lengths = [0, 1].map((i) => {
      const length = images.shape[i + 1] ?? null;
      const [stride, excess] = [this.strides[i] as number, this.#excess(i)];
      return length === null
        ? lengthOf(images, i + 1)
            .multiply(stride)
            .add(excess)
        : length * stride + excess;
    });
    const outputShape = packLengths([images.shape[0] ?? lengthOf(images, 0), ...lengths, this.filters]);
    const padding = this.padding === "same" ? "SAME" : "VALID";
    return conv2dTranspose(images, this.kernel.read(), outputShape, this.strides, {
      padding,
      dilations: this.dilationRate,
    });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const spatial = this.dataFormat === "channels_last" ? inputShape.slice(1, 3) : inputShape.slice(2, 4);
    const lengths = spatial.map((length, i) =>
      length === null ? null : length * (this.strides[i] as number) + this.#excess(i),
    );
    return imageShape(inputShape[0] ?? null, lengths, this.filters, this.dataFormat);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      filters: this.filters,
      output_padding: this.outputPadding,
      kernel_initializer: serialize(this.kernelInitializer),
      kernel_regularizer: serialize(this.kernelRegularizer),
      kernel_constraint: serialize(this.kernelConstraint),
    };
  }
}
