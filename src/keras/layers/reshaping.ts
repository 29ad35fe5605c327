/** Shapes of which some lengths are known only at run time: reading them, and reshaping to them. */
import type { Shape } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import { Tensor } from "../../runtime/tensor.ts";

/** The length of an axis (counted from the front) as an int32 scalar. */
export function lengthOf(x: Tensor, axis: number): Tensor {
  const known = x.shape[axis];
  if (typeof known === "number") return convert("shape", known, "int32");
  return executeOne("Shape", [x], { out_type: "int32" }).at(axis);
}

/** Lengths, of which some are scalars, as an int32 vector. */
export function packLengths(lengths: readonly (number | Tensor)[]): Tensor {
  if (lengths.every((length) => typeof length === "number")) return convert("shape", lengths, "int32");
  return executeOne("Pack", [
    lengths.map((length) => (length instanceof Tensor ? length : convert("shape", length, "int32"))),
  ]);
}

/** `x` with its first axis kept and the others replaced by `lengths`; `null` stands for the only one that is not known. */
export function reshapeRest(x: Tensor, lengths: Shape): Tensor {
  const batch = x.shape[0] ?? null;
  if (batch !== null) return x.reshape([batch, ...lengths.map((length) => length ?? -1)]);
  if (lengths.every((length) => length !== null)) return x.reshape([-1, ...(lengths as readonly number[])]);
  return executeOne("Reshape", [x, packLengths([lengthOf(x, 0), ...lengths.map((length) => length ?? -1)])]);
}

/** `x` as a matrix: all axes but the last are one. */
export function toMatrix(x: Tensor): Tensor {
  return x.reshape([-1, x.shape.at(-1) as number]);
}

/** The rows of a matrix laid out along the leading axes of `like`: `[rows, n]` becomes `[...axes of like but the last, n]`. */
export function fromMatrix(matrix: Tensor, like: Tensor): Tensor {
  const leading = like.shape.slice(0, -1);
  const last = matrix.shape.at(-1) as number;
  if (leading.filter((length) => length === null).length <= 1)
    return matrix.reshape([...leading.map((length) => length ?? -1), last]);
  return executeOne("Reshape", [
    matrix,
    packLengths([...leading.map((length, axis) => length ?? lengthOf(like, axis)), last]),
  ]);
}
