/** Samples for gradients/images.ts. */
import { floats, given, ints, type Sample, singles } from "../sample.ts";

const bicubicOnce = "its gradient op has no gradient in TensorFlow either";
const patches = { ksizes: [1, 2, 2, 1], strides: [1, 1, 1, 1], rates: [1, 1, 1, 1], padding: "VALID" };
const size = ints([3, 5]);
const halfPixels = { half_pixel_centers: true };

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  ResizeBilinear: [{ inputs: [singles([1, 2, 3, 1]), size] }, { inputs: [singles([1, 2, 3, 1]), size], attributes: halfPixels }],
  ResizeBilinearGrad: { inputs: [singles([1, 3, 5, 1]), singles([1, 2, 3, 1])], wrt: [0], attributes: halfPixels },
  ResizeBicubic: { inputs: [singles([1, 2, 3, 1]), size], attributes: halfPixels },
  ResizeBicubicGrad: { inputs: [singles([1, 3, 5, 1]), singles([1, 2, 3, 1])], wrt: [0], attributes: halfPixels },
  ResizeNearestNeighbor: { inputs: [singles([1, 2, 3, 1]), size], attributes: halfPixels },
  ResizeNearestNeighborGrad: { inputs: [singles([1, 4, 6, 1]), ints([2, 3])] },
  ScaleAndTranslate: {
    inputs: [singles([1, 3, 3, 1]), ints([5, 5]), given([2], [1.6, 1.6], "float32"), given([2], [0, 0], "float32")],
    attributes: { kernel_type: "triangle" }, wrt: [0], once: bicubicOnce,
  },
  CropAndResize: {
    inputs: [singles([1, 4, 4, 1]), given([1, 4], [0.1, 0.15, 0.8, 0.85], "float32"), ints([0]), ints([3, 3])], wrt: [0, 1], once: bicubicOnce, tolerance: 5e-2,
  },
  RGBToHSV: { inputs: [given([4, 3], [0.8, 0.3, 0.5, 0.2, 0.9, 0.4, 0.1, 0.3, 0.7, 0.9, 0.2, 0.6])] },
  ExtractImagePatches: [
    { inputs: [floats([1, 3, 3, 2])], attributes: patches, knownShapes: "the number of channels must be known" },
    { inputs: [floats([1, 4, 4, 1])], attributes: { ...patches, padding: "SAME", rates: [1, 2, 2, 1] }, knownShapes: "the number of channels must be known" },
  ],
  AdjustContrastv2: { inputs: [singles([1, 2, 2, 2]), given([], [1.5], "float32")] },
};
