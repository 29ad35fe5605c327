/** What pooling layers have in common: a window that is moved over images, and takes one number of each. */
import type { Shape } from "../../../base/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { type DataFormat, dataFormatOf, type Padding, type Pair, paddingOf, pairOf } from "../arguments.ts";
import { channelsLast, windowedShape } from "../convolutional/windows.ts";
import { InputSpec } from "../input-spec.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** Options of pooling layers. */
export interface Pooling2DOptions extends LayerOptions {
  /** Height and width of the window; 2 when not given. */
  poolSize?: Pair;
  /** Steps of the window; the window's size when not given. */
  strides?: Pair | null;
  /** `"valid"` when not given. */
  padding?: Padding;
  /** `"channels_last"` when not given. */
  dataFormat?: DataFormat | null;
}

/** A layer that moves a window over images. */
export abstract class BasePooling2D extends Layer {
  readonly poolSize: [number, number];
  readonly strides: [number, number];
  readonly padding: Padding;
  readonly dataFormat: DataFormat;

  constructor(options: Pooling2DOptions = {}) {
    super(options);
    this.poolSize = pairOf(this.label, "poolSize", options.poolSize ?? 2);
    this.strides = pairOf(this.label, "strides", options.strides ?? this.poolSize);
    this.padding = paddingOf(this.label, options.padding);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
    this.inputSpec = new InputSpec({ ndim: 4 });
    this.built = true;
  }

  /** One number of each window of images with channels last. */
  protected abstract pool(images: Tensor, padding: "SAME" | "VALID"): Tensor;

  override call(inputs: Tensor): Tensor {
    return channelsLast(inputs, this.dataFormat, (images) =>
      this.pool(images, this.padding === "same" ? "SAME" : "VALID"),
    );
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const { poolSize, strides, padding, dataFormat } = this;
    const channels = inputShape.at(dataFormat === "channels_last" ? -1 : 1) ?? null;
    return windowedShape(this.label, inputShape, { size: poolSize, strides, padding, format: dataFormat }, channels);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      pool_size: this.poolSize,
      padding: this.padding,
      strides: this.strides,
      data_format: this.dataFormat,
    };
  }
}
