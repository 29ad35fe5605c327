/** Images moved, turned and scaled: each pixel comes from a place that is an affine function of its own. */
import { describe, invalidArgument } from "../../../../base/errors.ts";
import { convert } from "../../../../runtime/convert.ts";
import { executeOne } from "../../../../runtime/executor.ts";
import type { Tensor } from "../../../../runtime/tensor.ts";
import type { Config } from "../../../object-registry.ts";
import { lengthOf, packLengths } from "../../reshaping.ts";
import { RandomImageLayer, type RandomImageOptions } from "./image-layer.ts";

/** What is beyond the border: the image mirrored, repeated, one value, or the last pixel. */
export type FillMode = "reflect" | "wrap" | "constant" | "nearest";

/** Options of layers that move pixels. */
export interface AffineOptions extends RandomImageOptions {
  /** `"reflect"` when not given. */
  fillMode?: FillMode;
  /** `"bilinear"` when not given. */
  interpolation?: "nearest" | "bilinear";
  /** What is beyond the border with fillMode `"constant"`. */
  fillValue?: number;
}

/** The base of layers that move pixels. */
export abstract class RandomAffineLayer extends RandomImageLayer {
  readonly fillMode: FillMode;
  readonly interpolation: "nearest" | "bilinear";
  readonly fillValue: number;

  constructor(options: AffineOptions = {}) {
    super(options);
    this.fillMode = options.fillMode ?? "reflect";
    this.interpolation = options.interpolation ?? "bilinear";
    this.fillValue = options.fillValue ?? 0;
    if (!["reflect", "wrap", "constant", "nearest"].includes(this.fillMode))
      throw invalidArgument(
        this.label,
        'fillMode "reflect", "wrap", "constant" or "nearest"',
        describe(options.fillMode),
      );
    if (!["nearest", "bilinear"].includes(this.interpolation))
      throw invalidArgument(this.label, 'interpolation "nearest" or "bilinear"', describe(options.interpolation));
  }

  /**
   * @internal For each image the six numbers [a0, a1, a2, b0, b1, b2], float32 `[batch, 1]` each or a number for all: the pixel at (x, y)
   * comes from (a0 x + a1 y + a2, b0 x + b1 y + b2).
   */
  protected abstract matrix(images: Tensor, height: Tensor, width: Tensor): readonly (Tensor | number)[];

  protected override transform(images: Tensor): Tensor {
    const [height, width] = [lengthOf(images, 1), lengthOf(images, 2)];
    const rows = packLengths([lengthOf(images, 0), 1]);
    const column = (value: Tensor | number): Tensor =>
      typeof value === "number" ? executeOne("Fill", [rows, convert(this.label, value, "float32")]) : value;
    const columns = [...this.matrix(images, height.cast("float32"), width.cast("float32")), 0, 0].map(column);
    const moved = executeOne(
      "ImageProjectiveTransformV3",
      [
        images,
        executeOne("ConcatV2", [columns, convert(this.label, 1, "int32")]),
        packLengths([height, width]),
        convert(this.label, this.fillValue, "float32"),
      ],
      { interpolation: this.interpolation.toUpperCase(), fill_mode: this.fillMode.toUpperCase() },
    );
    return executeOne("EnsureShape", [moved], { shape: images.staticShape });
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      fill_mode: this.fillMode,
      interpolation: this.interpolation,
      fill_value: this.fillValue,
    };
  }
}
