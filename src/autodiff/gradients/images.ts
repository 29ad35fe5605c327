/** Gradients of resizing, cropping and adjusting images `[batch, height, width, channels]`. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Rule, Rules } from "../rule.ts";
import { add, cast, ints, mul, onesLike, shapeOf, slice, sub, sumAll } from "../rule-ops.ts";

/** Height and width as a vector. */
const planeOf = (x: Tensor): Tensor => slice(shapeOf(x), [1], [2]);

/** The mean over height and width, which stay as axes of length 1. */
const planeMean = (x: Tensor): Tensor => executeOne("Mean", [x, ints([-3, -2])], { keep_dims: true });

/** Resizing by a kernel: the gradient op takes the images too, for their shape and dtype. */
const resize =
  (op: string): Rule =>
  (r) => [cast(executeOne(op, [cast(r.g, "float32"), r.x], r.shared(op)), r.x.dtype), null];

/** The gradient of resizing is linear in g: what arrives is resized as images are. */
const resizeAgain =
  (op: string): Rule =>
  (r) => [executeOne(op, [r.g, planeOf(r.x)], r.shared(op)), null];

// biome-ignore format: a table, one row a rule
export const images: Rules = {
  ResizeBilinear: resize("ResizeBilinearGrad"),
  ResizeBilinearGrad: resizeAgain("ResizeBilinear"),
  ResizeBicubic: resize("ResizeBicubicGrad"),
  ResizeBicubicGrad: resizeAgain("ResizeBicubic"),
  ResizeNearestNeighbor: (r) =>
    [executeOne("ResizeNearestNeighborGrad", [r.g, planeOf(r.x)], r.shared("ResizeNearestNeighborGrad")), null],
  ResizeNearestNeighborGrad: (r) =>
    [executeOne("ResizeNearestNeighbor", [r.g, planeOf(r.x)], r.shared("ResizeNearestNeighbor")), null],
  ScaleAndTranslate: (r) => [
    executeOne("ScaleAndTranslateGrad", [r.g, r.x, r.inputs[2], r.inputs[3]], r.shared("ScaleAndTranslateGrad")),
    null, null, null,
  ],
  CropAndResize: (r) => [
    () => executeOne("CropAndResizeGradImage", [r.g, r.inputs[1], r.inputs[2], shapeOf(r.x)], {
      ...r.shared("CropAndResizeGradImage"), T: r.x.dtype,
    }),
    () => executeOne("CropAndResizeGradBoxes", [r.g, r.x, r.inputs[1], r.inputs[2]]),
    null,
    null,
  ],
  // y = (x - mean) f + mean: f g + (1 - f) mean(g), and sum(g (x - mean))
  AdjustContrastv2: ({ g, inputs: [x, factor] }) => {
    const f = cast(factor, g.dtype);
    return [
      () => add(mul(f, g), mul(sub(onesLike(f), f), planeMean(g))),
      () => cast(sumAll(mul(g, sub(x, planeMean(x)))), factor.dtype),
    ];
  },
};
