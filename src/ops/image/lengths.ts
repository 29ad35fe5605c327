/** Arithmetic of heights and widths: in JavaScript where they are known, as ops where a traced function learns them at run time. */
import { invalidArgument } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { rankedShape } from "../operands.ts";

/** A length, or another number of pixels: known, or a scalar tensor. */
export type Length = number | Tensor;

type Binary = (a: Length, b: Length) => Length;

function binary(op: string, known: (a: number, b: number) => number): Binary {
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") return known(a, b);
    const { dtype } = (typeof a === "number" ? b : a) as Tensor;
    return executeOne(op, [convert("length", a, dtype), convert("length", b, dtype)]);
  };
}

/** Sum, difference and so on of whole numbers, or of numbers of float32's precision. */
export const plus: Binary = binary("AddV2", (a, b) => a + b);
export const minus: Binary = binary("Sub", (a, b) => a - b);
export const larger: Binary = binary("Maximum", Math.max);
export const smaller: Binary = binary("Minimum", Math.min);
export const halfOf = (a: Length): Length => binary("FloorDiv", (x, y) => Math.floor(x / y))(a, 2);
export const times: Binary = binary("Mul", (a, b) => Math.fround(a * b));
export const over: Binary = binary("RealDiv", (a, b) => Math.fround(a / b));

/** A length as a float32 number. */
export function real(a: Length): Length {
  return typeof a === "number" ? Math.fround(a) : a.cast("float32");
}

function halfToEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? below + (below % 2) : Math.round(x);
}

/** The nearest whole number, the even one where two are. */
export function rounded(a: Length): Length {
  return typeof a === "number" ? halfToEven(a) : executeOne("Round", [a]).cast("int32");
}

/** The whole number below. */
export function floored(a: Length): Length {
  return typeof a === "number" ? Math.floor(a) : executeOne("Floor", [a]).cast("int32");
}

/** Lengths as an int32 vector. */
export function vector(lengths: readonly (Length | readonly Length[])[]): Tensor {
  return convert("lengths", lengths as TensorLike, "int32");
}

/** An image `[height, width, channels]`, or a batch of them, as a tensor. Throws when it has another rank. */
export function imageOf(api: string, image: TensorLike): Tensor {
  const x = convert(api, image);
  const { length } = rankedShape(api, x);
  if (length !== 3 && length !== 4) {
    throw invalidArgument(api, "an image [height, width, channels] or a batch of them", shapeText(x.staticShape));
  }
  return x;
}

/** Height and width of an image or a batch of images. */
export function sizeOf(x: Tensor): [Length, Length] {
  const first = x.rank - 3;
  const length = (axis: number): Length => x.shape[axis] ?? executeOne("Shape", [x]).at(axis);
  return [length(first), length(first + 1)];
}

/** `op` on a batch of images; one image becomes a batch of one before, and one image again after. */
export function asBatch(x: Tensor, op: (images: Tensor) => Tensor): Tensor {
  if (x.rank === 4) return op(x);
  const batch = executeOne("ExpandDims", [x, convert("image", 0, "int32")]);
  return executeOne("Squeeze", [op(batch)], { squeeze_dims: [0] });
}
