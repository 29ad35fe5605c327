/** `tensor.at(...)`: Python's indexing, with strings for slices, as one StridedSlice. */
import { isInteger } from "../base/dtypes.ts";
import { describe, invalidArgument } from "../base/errors.ts";
import { shapeText } from "../base/shapes.ts";
import { convert } from "./convert.ts";
import { executeOne } from "./executor.ts";
import { Tensor } from "./tensor.ts";

/** Adds an axis of length 1 in `tensor.at(...)`. */
export const newaxis: unique symbol = Symbol("tf.newaxis");

/** One index: a number or scalar tensor picks, `"start:stop:step"` slices, `"..."` stands for all axes between, {@link newaxis} adds one. */
export type Index = number | string | Tensor | typeof newaxis;

const MAX_INDICES = 31; // one bit of an int32 mask each

interface Spec {
  begin: (number | Tensor)[];
  end: (number | Tensor)[];
  strides: number[];
  masks: { begin: number; end: number; ellipsis: number; newAxis: number; shrink: number };
}

/** The part of `tensor` that `indices` select. */
export function sliceBy(tensor: Tensor, indices: readonly Index[]): Tensor {
  const spec: Spec = {
    begin: [],
    end: [],
    strides: [],
    masks: { begin: 0, end: 0, ellipsis: 0, newAxis: 0, shrink: 0 },
  };
  if (indices.length > MAX_INDICES)
    throw invalidArgument("tensor.at", `at most ${MAX_INDICES} indices`, String(indices.length));
  const axes = indices.filter((index) => index !== newaxis && index !== "...").length;
  const shape = tensor.staticShape;
  if (shape && axes > shape.length)
    throw invalidArgument("tensor.at", `at most ${shape.length} indices for shape ${shapeText(shape)}`, String(axes));
  const ellipsisAt = indices.indexOf("...");
  let axis = 0;
  indices.forEach((index, position) => {
    if (index === newaxis || index === "...") {
      if (index === "..." && position !== ellipsisAt)
        throw invalidArgument("tensor.at", 'one "..." at most', "two of them");
      if (index === "..." && shape) axis += shape.length - axes;
      addSpecial(spec, index);
    } else {
      addIndex(spec, index, shape?.[axis] ?? null, axis);
      axis++;
    }
  });
  const { masks } = spec;
  return executeOne("StridedSlice", [tensor, vector(spec.begin), vector(spec.end), vector(spec.strides)], {
    begin_mask: masks.begin,
    end_mask: masks.end,
    ellipsis_mask: masks.ellipsis,
    new_axis_mask: masks.newAxis,
    shrink_axis_mask: masks.shrink,
  });
}

function vector(values: readonly (number | Tensor)[]): Tensor {
  return convert("tensor.at", values as readonly number[], "int32");
}

function push(spec: Spec, begin: number | Tensor, end: number | Tensor, stride: number): number {
  spec.begin.push(begin);
  spec.end.push(end);
  spec.strides.push(stride);
  return 1 << (spec.begin.length - 1);
}

function addSpecial(spec: Spec, index: typeof newaxis | "..."): void {
  const bit = push(spec, 0, 0, 1);
  if (index === "...") spec.masks.ellipsis |= bit;
  else spec.masks.newAxis |= bit;
}

function addIndex(spec: Spec, index: number | string | Tensor, length: number | null, axis: number): void {
  if (index instanceof Tensor) {
    if (!isInteger(index.dtype) || (index.staticShape?.length ?? 0) > 0)
      throw invalidArgument(
        "tensor.at",
        "a scalar tensor of whole numbers as index",
        `${index.dtype} ${shapeText(index.staticShape)}`,
        "tf.gather takes several",
      );
    const start = index.cast("int32");
    spec.masks.shrink |= push(spec, start, start.add(1), 1);
    return;
  }
  if (typeof index === "number") {
    if (!Number.isInteger(index) || (length !== null && (index < -length || index >= length))) {
      throw invalidArgument(
        "tensor.at",
        `a whole number within [${length === null ? "?" : -length}, ${length ?? "?"}) for axis ${axis}`,
        String(index),
      );
    }
    const bit = push(spec, index, index === -1 ? 0 : index + 1, 1);
    spec.masks.shrink |= bit;
    if (index === -1) spec.masks.end |= bit;
    return;
  }
  const parts = typeof index === "string" ? /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/.exec(index) : null;
  if (!parts || Number(parts[3] ?? 1) === 0) {
    throw invalidArgument("tensor.at", 'numbers, slices such as "1:3" or "::2", "..." or tf.newaxis', describe(index));
  }
  const bit = push(spec, Number(parts[1] ?? 0), Number(parts[2] ?? 0), Number(parts[3] ?? 1));
  if (parts[1] === undefined) spec.masks.begin |= bit;
  if (parts[2] === undefined) spec.masks.end |= bit;
}
