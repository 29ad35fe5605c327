/** The few operations that gradient rules are written with. All pass `execute`, so that outer tapes see them: this makes higher derivatives. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { isFullyDefined } from "../base/shapes.ts";
import { fromValue } from "../runtime/convert.ts";
import { executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";

type Unary = (x: Tensor) => Tensor;
type Binary = (x: Tensor, y: Tensor) => Tensor;

const unary =
  (op: string): Unary =>
  (x) =>
    executeOne(op, [x]);
const binary =
  (op: string): Binary =>
  (x, y) =>
    executeOne(op, [x, y]);

export const add: Binary = binary("AddV2");
export const sub: Binary = binary("Sub");
export const mul: Binary = binary("Mul");
export const div: Binary = binary("RealDiv");
export const divNoNan: Binary = binary("DivNoNan");
export const equal: Binary = binary("Equal");
export const greater: Binary = binary("Greater");
export const less: Binary = binary("Less");
export const neg: Unary = unary("Neg");
export const exp: Unary = unary("Exp");
export const log: Unary = unary("Log");
export const sqrt: Unary = unary("Sqrt");
export const square: Unary = unary("Square");
export const sign: Unary = unary("Sign");
export const zerosLike: Unary = unary("ZerosLike");
export const onesLike: Unary = unary("OnesLike");
export const identity: Unary = unary("Identity");

/** Whether elements are complex numbers. */
export function isComplex(x: Tensor): boolean {
  return dtypeFacts[x.dtype].kind === "complex";
}

/** The complex conjugate; real tensors stay as they are. */
export function conj(x: Tensor): Tensor {
  return isComplex(x) ? executeOne("Conj", [x]) : x;
}

/** A scalar of the dtype of `like`. */
export function scalar(value: number, like: Tensor): Tensor {
  return fromValue("gradient", value, like.dtype);
}

/** `value * x`. */
export function scale(value: number, x: Tensor): Tensor {
  return mul(scalar(value, x), x);
}

/** A whole number as a scalar. */
export function int(value: number, dtype: DType = "int32"): Tensor {
  return fromValue("gradient", value, dtype);
}

/** Whole numbers as a vector. */
export function ints(values: readonly number[], dtype: DType = "int32"): Tensor {
  return fromValue("gradient", values, dtype, [values.length]);
}

/** `x` in another dtype. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : executeOne("Cast", [x], { SrcT: x.dtype, DstT: dtype });
}

/** Where `condition` holds `x`, elsewhere `y`; all broadcast. */
export function select(condition: Tensor, x: Tensor, y: Tensor): Tensor {
  return executeOne("SelectV2", [condition, x, y]);
}

/** `x` where `condition` holds, elsewhere 0. */
export function where(condition: Tensor, x: Tensor): Tensor {
  return select(condition, x, scalar(0, x));
}

/** `x` where `condition` does not hold, elsewhere 0. */
export function unless(condition: Tensor, x: Tensor): Tensor {
  return select(condition, scalar(0, x), x);
}

/** The shape as a vector: a constant when all lengths are known, else computed at run time. */
export function shapeOf(x: Tensor, dtype: "int32" | "int64" = "int32"): Tensor {
  const shape = x.staticShape;
  return isFullyDefined(shape) ? ints(shape, dtype) : executeOne("Shape", [x], { out_type: dtype });
}

/** The number of elements as a scalar of the dtype of `like`. */
export function sizeOf(x: Tensor, like: Tensor): Tensor {
  const shape = x.staticShape;
  if (isFullyDefined(shape))
    return scalar(
      shape.reduce((product, length) => product * length, 1),
      like,
    );
  return cast(executeOne("Size", [x]), like.dtype);
}

/** The length of one axis as an int32 scalar. */
export function lengthOf(x: Tensor, axis: number): Tensor {
  const length = x.staticShape?.[axis];
  return typeof length === "number" ? int(length) : executeOne("GatherV2", [shapeOf(x), int(axis), int(0)]);
}

/** `x` with the shape that a vector or numbers give. */
export function reshape(x: Tensor, shape: Tensor | readonly number[]): Tensor {
  return executeOne("Reshape", [x, Array.isArray(shape) ? ints(shape) : (shape as Tensor)]);
}

/** `x` with the shape of `like`; untouched when it is known to have it. */
export function reshapeLike(x: Tensor, like: Tensor): Tensor {
  const [from, to] = [x.staticShape, like.staticShape];
  if (isFullyDefined(from) && isFullyDefined(to) && from.length === to.length && from.every((n, i) => n === to[i]))
    return x;
  return reshape(x, shapeOf(like));
}

/** `x` stretched to a shape. */
export function broadcastTo(x: Tensor, shape: Tensor): Tensor {
  return executeOne("BroadcastTo", [x, shape]);
}

/** The sum over `axes`. */
export function sum(x: Tensor, axes: Tensor | readonly number[], keepDims: boolean = false): Tensor {
  return executeOne("Sum", [x, Array.isArray(axes) ? ints(axes) : (axes as Tensor)], { keep_dims: keepDims });
}

/** The sum of all elements: a scalar. */
export function sumAll(x: Tensor): Tensor {
  return x.staticShape?.length === 0 ? x : sum(x, allAxes(x));
}

/** The numbers of all axes as a vector. */
export function allAxes(x: Tensor): Tensor {
  const rank = x.staticShape?.length;
  if (rank !== undefined) return ints(Array.from({ length: rank }, (_, axis) => axis));
  return executeOne("Range", [int(0), executeOne("Rank", [x]), int(1)]);
}

/** Values side by side along an axis. */
export function concat(values: readonly Tensor[], axis: Tensor | number): Tensor {
  return values.length === 1
    ? (values[0] as Tensor)
    : executeOne("ConcatV2", [values, typeof axis === "number" ? int(axis) : axis]);
}

/** The axes in another order. */
export function transpose(x: Tensor, permutation: readonly number[] | Tensor): Tensor {
  if (!Array.isArray(permutation)) return executeOne("Transpose", [x, permutation as Tensor]);
  return permutation.every((axis, i) => axis === i) ? x : executeOne("Transpose", [x, ints(permutation)]);
}

/** A slice: `size` may hold -1 for all that remains. */
export function slice(x: Tensor, begin: Tensor | readonly number[], size: Tensor | readonly number[]): Tensor {
  const vector = (values: Tensor | readonly number[]): Tensor =>
    Array.isArray(values) ? ints(values) : (values as Tensor);
  return executeOne("Slice", [x, vector(begin), vector(size)]);
}

/** Elements of `x` along its first axis. */
export function gather(x: Tensor, indices: Tensor): Tensor {
  return executeOne("GatherV2", [x, indices, int(0)]);
}

/** How a matrix product takes its operands. */
export interface Adjoints {
  readonly a?: boolean;
  readonly b?: boolean;
}

/** The product of `[..., m, k]` and `[..., k, n]`, either taken as its conjugate transpose. */
export function matmul(a: Tensor, b: Tensor, adjoints: Adjoints = {}): Tensor {
  return executeOne("BatchMatMulV2", [a, b], { adj_x: adjoints.a ?? false, adj_y: adjoints.b ?? false });
}

/** The conjugate transpose of the last two axes. */
export function adjoint(x: Tensor): Tensor {
  const rank = x.staticShape?.length;
  if (rank !== undefined) {
    const permutation = Array.from({ length: rank }, (_, axis) => axis);
    permutation.splice(-2, 2, rank - 1, rank - 2);
    return conj(transpose(x, permutation));
  }
  const axes = allAxes(x);
  const before = slice(axes, [0], executeOne("Sub", [shapeOf(axes), ints([2])]));
  const lastTwo = executeOne("Add", [executeOne("Rank", [x]), ints([-1, -2])]);
  return conj(transpose(x, concat([before, lastTwo], 0)));
}

/** `x` with one more axis of length 1. */
export function expandDims(x: Tensor, axis: number): Tensor {
  return executeOne("ExpandDims", [x, int(axis)]);
}
