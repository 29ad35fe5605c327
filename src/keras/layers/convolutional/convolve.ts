/** Convolutions whose gradients TensorFlow's CPU kernels do not have, dilated and grouped ones, made of plain ones. */
import { concat, split } from "../../../ops/array/joining.ts";
import { conv2d } from "../../../ops/nn/convolution.ts";
import { overHoles } from "../../../ops/nn/depthwise-convolution.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Window } from "./windows.ts";

/**
 * Convolution of images with channels last. A dilated one convolves every n-th row and column as an image of its own, unless height
 * or width are known only at run time.
 */
export function convolve(api: string, images: Tensor, kernel: Tensor, window: Window): Tensor {
  const { strides, padding, dilation = [1, 1] } = window;
  const isPlain = dilation.every((rate) => rate === 1) || images.shape.slice(1, 3).includes(null);
  if (isPlain) return conv2d(images, kernel, strides, padding === "same" ? "SAME" : "VALID", { dilations: dilation });
  return overHoles(api, images, kernel, dilation, padding === "same", (parts) => conv2d(parts, kernel, 1, "VALID"));
}

/** Splits channels and filters into groups, convolves each, and joins the results. */
export function convolveGroups(
  images: Tensor,
  kernel: Tensor,
  groups: number,
  op: (images: Tensor, kernel: Tensor) => Tensor,
): Tensor {
  if (groups === 1) return op(images, kernel);
  const kernels = split(kernel, groups, { axis: -1 });
  return concat(
    split(images, groups, { axis: -1 }).map((part, i) => op(part, kernels[i] as Tensor)),
    -1,
  );
}
