/** What convolution layers have in common: the window, a kernel and a bias, the activation. */
import { invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import {
  type Activation,
  type ActivationIdentifier,
  get as getActivation,
  serialize as serializeActivation,
} from "../../activations/index.ts";
import { type Constraint, type ConstraintIdentifier, get as getConstraint } from "../../constraints/index.ts";
import { get as getInitializer, type Initializer, type InitializerIdentifier } from "../../initializers/index.ts";
import type { Config } from "../../object-registry.ts";
import { get as getRegularizer, type Regularizer, type RegularizerIdentifier } from "../../regularizers/index.ts";
import { serialize } from "../../serialization.ts";
import {
  channelAxis,
  type DataFormat,
  dataFormatOf,
  knownLength,
  type Padding,
  type Pair,
  paddingOf,
  pairOf,
} from "../arguments.ts";
import { InputSpec } from "../input-spec.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import type { Weight } from "../weight.ts";
import { channelsLast, type Window } from "./windows.ts";

/** Options of convolution layers. */
export interface BaseConvolutionOptions extends LayerOptions {
  /** Steps of the window; 1 when not given. */
  strides?: Pair;
  /** `"valid"` when not given. */
  padding?: Padding;
  /** `"channels_last"` when not given. */
  dataFormat?: DataFormat | null;
  /** Steps between the inputs within the window; 1 when not given. */
  dilationRate?: Pair;
  activation?: ActivationIdentifier | null;
  /** Whether a bias is added; true when not given. */
  useBias?: boolean;
  biasInitializer?: InitializerIdentifier;
  biasRegularizer?: RegularizerIdentifier | null;
  biasConstraint?: ConstraintIdentifier | null;
}

/** What is known of a layer's kernel. */
export interface KernelSettings {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | undefined;
  readonly constraint: Constraint | undefined;
}

/** A layer that moves a window over images `[batch, height, width, channels]`. */
export abstract class BaseConvolution2D extends Layer {
  readonly kernelSize: [number, number];
  readonly strides: [number, number];
  readonly padding: Padding;
  readonly dataFormat: DataFormat;
  readonly dilationRate: [number, number];
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly biasInitializer: Initializer;
  readonly biasRegularizer: Regularizer | undefined;
  readonly biasConstraint: Constraint | undefined;
  /** The filters, once the layer is built. */
  kernel!: Weight;
  /** One number for each output channel, once the layer is built. */
  bias: Weight | undefined;

  constructor(config: BaseConvolutionOptions & { kernelSize: Pair }) {
    super(config);
    this.kernelSize = pairOf(this.label, "kernelSize", config.kernelSize);
    this.strides = pairOf(this.label, "strides", config.strides ?? 1);
    this.dilationRate = pairOf(this.label, "dilationRate", config.dilationRate ?? 1);
    this.padding = paddingOf(this.label, config.padding);
    this.dataFormat = dataFormatOf(this.label, config.dataFormat);
    this.activation = getActivation(config.activation);
    this.useBias = config.useBias ?? true;
    this.biasInitializer = getInitializer(config.biasInitializer ?? "zeros");
    this.biasRegularizer = getRegularizer(config.biasRegularizer);
    this.biasConstraint = getConstraint(config.biasConstraint);
    this.inputSpec = new InputSpec({ ndim: 4 });
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw invalidArgument(
        this.label,
        "strides or dilationRate to be 1",
        `strides ${this.strides.join(", ")} and dilationRate ${this.dilationRate.join(", ")}`,
      );
    }
  }

  /** The window that moves over the images. */
  protected get window(): Window {
    const { kernelSize, strides, padding, dilationRate, dataFormat } = this;
    return { size: kernelSize, strides, padding, dilation: dilationRate, format: dataFormat };
  }

  /** Number of the input's channels, which must be known. */
  protected numChannels(inputShape: Shape): number {
    return knownLength(this.label, inputShape, channelAxis(this.dataFormat));
  }

  /** Adds kernel and bias, and checks the number of channels from now on. */
  protected addFilters(inputShape: Shape, kernelShape: Shape, numOutputs: number, kernel: KernelSettings): void {
    this.inputSpec = new InputSpec({ ndim: 4, axes: { [channelAxis(this.dataFormat)]: this.numChannels(inputShape) } });
    this.kernel = this.addWeight({ name: "kernel", shape: kernelShape, ...kernel });
    if (!this.useBias) return;
    this.bias = this.addWeight({
      name: "bias",
      shape: [numOutputs],
      initializer: this.biasInitializer,
      regularizer: this.biasRegularizer,
      constraint: this.biasConstraint,
    });
  }

  /** The window's sums for images with channels last. */
  protected abstract convolve(images: Tensor): Tensor;

  override call(inputs: Tensor): Tensor {
    const sums = channelsLast(inputs, this.dataFormat, (images) => {
      const products = this.convolve(images);
      return this.bias ? executeOne("BiasAdd", [products, this.bias.read()]) : products;
    });
    return this.activation(sums);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      kernel_size: this.kernelSize,
      strides: this.strides,
      padding: this.padding,
      data_format: this.dataFormat,
      dilation_rate: this.dilationRate,
      activation: serializeActivation(this.activation),
      use_bias: this.useBias,
      bias_initializer: serialize(this.biasInitializer),
      bias_regularizer: serialize(this.biasRegularizer),
      activity_regularizer: serialize(this.activityRegularizer),
      bias_constraint: serialize(this.biasConstraint),
    };
  }
}
