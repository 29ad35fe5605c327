/** Gradients of resizing, cropping and adjusting images `[batch, height, width, channels]`. */
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Application, type Rule, type Rules, unsupportedGradient } from "../rule.ts";
import {
  add,
  cast,
  divNoNan,
  int,
  ints,
  mul,
  onesLike,
  reshape,
  scalar,
  scale,
  shapeOf,
  slice,
  sub,
  sum,
  sumAll,
} from "../rule-ops.ts";
import { convolutions } from "./convolutions.ts";

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

/** Ones where the last axis has its largest (or smallest) element, the first of several. */
function oneHotOf(op: "ArgMax" | "ArgMin", x: Tensor): Tensor {
  const index = executeOne(op, [x, int(-1)], { output_type: "int32" });
  return executeOne("OneHot", [index, int(3), scalar(1, x), scalar(0, x)]);
}

// h = (p - q) / 6 range + constant, p and q the channels behind and before the largest; s = range / largest; v = largest
const rgbToHsv: Rule = ({ g, x }) => {
  const [gh, gs, gv] = execute("Split", [int(-1), g], { num_split: 3 }) as [Tensor, Tensor, Tensor];
  const [isMax, isMin] = [oneHotOf("ArgMax", x), oneHotOf("ArgMin", x)];
  const pick = (mask: Tensor): Tensor => sum(mul(x, mask), [-1], true);
  const roll = (shift: number): Tensor => executeOne("Roll", [isMax, int(shift), int(-1)]);
  const [max, min, side] = [pick(isMax), pick(isMin), sub(roll(1), roll(-1))];
  const range = sub(max, min);
  const hue = sub(side, mul(divNoNan(pick(side), range), sub(isMax, isMin)));
  const saturation = sub(mul(divNoNan(min, max), isMax), isMin);
  return [add(mul(gv, isMax), add(mul(divNoNan(gs, max), saturation), mul(divNoNan(gh, scale(6, range)), hue)))];
};

// patches are what a convolution gives that has one filter for each element of a window
const patches: Rule = (r) => {
  const [, height, width] = r.attribute<number[]>("ksizes") as [number, number, number];
  const channels = r.x.staticShape?.at(-1);
  if (typeof channels !== "number") throw unsupportedGradient(r.op, "a known number of channels", String(r.x));
  const size = height * width * channels;
  const ones = executeOne("Fill", [ints([size]), scalar(1, r.g)]);
  const filter = reshape(executeOne("MatrixDiag", [ones]), [height, width, channels, size]);
  const { strides, padding, rates: dilations } = r.attributes;
  const attributes = { strides, padding, dilations };
  const convolution = new Application("Conv2D", [r.x, filter], attributes, r.outputs, r.upstream, [true, false]);
  return (convolutions.Conv2D as Rule)(convolution).slice(0, 1);
};

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
  RGBToHSV: rgbToHsv,
  ExtractImagePatches: patches,
  // y = (x - mean) f + mean: f g + (1 - f) mean(g), and sum(g (x - mean))
  AdjustContrastv2: ({ g, inputs: [x, factor] }) => {
    const f = cast(factor, g.dtype);
    return [
      () => add(mul(f, g), mul(sub(onesLike(f), f), planeMean(g))),
      () => cast(sumAll(mul(g, sub(x, planeMean(x)))), factor.dtype),
    ];
  },
};
