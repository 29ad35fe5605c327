/** How long the outputs of convolutions and poolings are. */
import { invalidArgument } from "../../../base/errors.ts";
import { type Shape, shapeText } from "../../../base/shapes.ts";
import { transpose } from "../../../ops/array/shapes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { DataFormat, Padding } from "../arguments.ts";

/** A window that is moved over an image. */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly dilation?: readonly [number, number];
  readonly format: DataFormat;
}

/**
 * The shape of an image after a window was moved over it.
 * @throws when the window is larger than the image.
 */
export function windowedShape(api: string, input: Shape, window: Window, numChannels: number | null): Shape {
  const { size, strides, padding, dilation = [1, 1], format } = window;
  const spatial = format === "channels_last" ? input.slice(1, 3) : input.slice(2, 4);
  const lengths = spatial.map((length, i) => {
    if (length === null) return null;
    const stride = strides[i] as number;
    const reach = ((size[i] as number) - 1) * (dilation[i] as number) + 1;
    return padding === "same" ? Math.ceil(length / stride) : Math.floor((length - reach) / stride) + 1;
  });
  if (lengths.some((length) => length !== null && length <= 0)) {
    throw invalidArgument(
      api,
      `an image of at least ${size.map((n, i) => (n - 1) * (dilation[i] as number) + 1).join(" x ")}`,
      shapeText(input),
      `use padding "same", or a smaller window`,
    );
  }
  return imageShape(input[0] ?? null, lengths, numChannels, format);
}

/** The shape of a batch of images. */
export function imageShape(
  batch: number | null,
  spatial: Shape,
  numChannels: number | null,
  format: DataFormat,
): Shape {
  return format === "channels_last" ? [batch, ...spatial, numChannels] : [batch, numChannels, ...spatial];
}

/** Runs `op`, which takes images with channels last, on images of either format. */
export function channelsLast(images: Tensor, format: DataFormat, op: (images: Tensor) => Tensor): Tensor {
  if (format === "channels_last") return op(images);
  const result = op(transpose(images, { perm: [0, 2, 3, 1] }));
  return transpose(result, { perm: [0, 3, 1, 2] });
}
