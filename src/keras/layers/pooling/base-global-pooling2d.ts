/** What layers that take one number of each channel have in common. */
import type { Shape } from "../../../base/shapes.ts";
import type { Config } from "../../object-registry.ts";
import { type DataFormat, dataFormatOf } from "../arguments.ts";
import { InputSpec } from "../input-spec.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";

/** Options of global pooling layers. */
export interface GlobalPooling2DOptions extends LayerOptions {
  /** `"channels_last"` when not given. */
  dataFormat?: DataFormat | null;
  /** Whether height and width stay, with length 1; false when not given. */
  keepdims?: boolean;
}

/** A layer that takes one number of each channel of images. */
export abstract class BaseGlobalPooling2D extends Layer {
  readonly dataFormat: DataFormat;
  readonly keepdims: boolean;

  constructor(options: GlobalPooling2DOptions = {}) {
    super(options);
    this.dataFormat = dataFormatOf(this.label, options.dataFormat);
    this.keepdims = options.keepdims ?? false;
    this.inputSpec = new InputSpec({ ndim: 4 });
    this.built = true;
  }

  /** The axes of height and width. */
  protected get spatialAxes(): [number, number] {
    return this.dataFormat === "channels_last" ? [1, 2] : [2, 3];
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const { spatialAxes, keepdims } = this;
    return inputShape.flatMap((length, axis) => (spatialAxes.includes(axis) ? (keepdims ? [1] : []) : [length]));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), data_format: this.dataFormat, keepdims: this.keepdims };
  }
}
