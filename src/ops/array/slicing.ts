/** Parts of tensors by position, and elements moved along axes. `tensor.at(...)` is the short way to a part. */
import { checkArray, describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { OpInput } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { type Axis, axes, integers, oneOf, run, type ShapeLike } from "../operands.ts";

/**
 * The part of `[...]` that begins at `begin` and has the lengths `size`; -1 stands for all that is left.
 * @throws when the part is not within the tensor.
 * @see https://www.tensorflow.org/api_docs/python/tf/slice
 * @example
 * console.log(tf.slice([[1, 2, 3], [4, 5, 6]], [0, 1], [-1, 2]).array()); // => [ [ 2, 3 ], [ 5, 6 ] ]
 */
export function slice(input: TensorLike, begin: ShapeLike, size: ShapeLike): Tensor {
  const api = "tf.slice";
  return run(api, "Slice", [convert(api, input), ...together(api, [begin, size])], undefined, (name, inputs) =>
    within(name, inputs, begin, size),
  );
}

function within(api: string, inputs: readonly OpInput[], begin: ShapeLike, size: ShapeLike): void {
  if (begin instanceof Tensor || size instanceof Tensor) return;
  throw invalidArgument(
    api,
    `a part of shape ${shapeText((inputs[0] as Tensor).staticShape)}`,
    `begin ${describe(begin)} and size ${describe(size)}`,
  );
}

/** Positions of one dtype: numbers become that of a tensor among them, or int32. */
function together(api: string, positions: readonly ShapeLike[]): Tensor[] {
  const dtype = positions.find((value) => value instanceof Tensor)?.dtype ?? "int32";
  return positions.map((value) => convert(api, value, dtype));
}

/** What `tf.stridedSlice` takes. Bit i of a mask is about position i. */
export interface StridedSliceOptions {
  /** The steps; 1 when not given. Negative ones go backwards. */
  strides?: ShapeLike | undefined;
  /** Where `begin` is ignored: from the start. */
  beginMask?: number | undefined;
  /** Where `end` is ignored: to the end. */
  endMask?: number | undefined;
  /** Which position stands for all axes between. */
  ellipsisMask?: number | undefined;
  /** Where a new axis of length 1 is put. */
  newAxisMask?: number | undefined;
  /** Where one element is taken and its axis goes. */
  shrinkAxisMask?: number | undefined;
}

/**
 * The elements of `[...]` from `begin` to before `end`, in steps of `strides`.
 * @throws when a stride is 0, or a single element is beyond its axis.
 * @see https://www.tensorflow.org/api_docs/python/tf/strided_slice
 * @example
 * console.log(tf.stridedSlice([0, 1, 2, 3, 4], [4], [0], { strides: [-2] }).array()); // => [ 4, 2 ]
 */
export function stridedSlice(
  input: TensorLike,
  begin: ShapeLike,
  end: ShapeLike,
  options: StridedSliceOptions = {},
): Tensor {
  const api = "tf.stridedSlice";
  checkOptions(api, options, {
    strides: true,
    beginMask: true,
    endMask: true,
    ellipsisMask: true,
    newAxisMask: true,
    shrinkAxisMask: true,
  });
  for (const place of [begin, end]) if (!(place instanceof Tensor)) checkArray(api, "whole numbers", place);
  const count = begin instanceof Tensor ? (begin.staticShape?.[0] ?? 0) : begin.length;
  const strides = options.strides ?? new Array<number>(count).fill(1);
  return run(api, "StridedSlice", [convert(api, input), ...together(api, [begin, end, strides])], {
    begin_mask: options.beginMask ?? 0,
    end_mask: options.endMask ?? 0,
    ellipsis_mask: options.ellipsisMask ?? 0,
    new_axis_mask: options.newAxisMask ?? 0,
    shrink_axis_mask: options.shrinkAxisMask ?? 0,
  });
}

/**
 * The elements in reverse order along each of the axes `axis`.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/reverse
 * @example
 * console.log(tf.reverse([[1, 2], [3, 4]], [1]).array()); // => [ [ 2, 1 ], [ 4, 3 ] ]
 */
export function reverse(tensor: TensorLike, axis: readonly number[]): Tensor {
  const input = convert("tf.reverse", tensor);
  if (!Array.isArray(axis)) throw invalidArgument("tf.reverse", "an array of axes", describe(axis));
  return run("tf.reverse", "ReverseV2", [input, axes("tf.reverse", input, axis)]);
}

/**
 * The elements moved by `shift` along `axis`; those that leave one end enter at the other.
 * @throws when an axis is beyond the rank, or there is not one shift for each axis.
 * @see https://www.tensorflow.org/api_docs/python/tf/roll
 * @example
 * console.log(tf.roll([1, 2, 3, 4], 1, 0).array()); // => [ 4, 1, 2, 3 ]
 */
export function roll(input: TensorLike, shift: Axis | Tensor, axis: Axis): Tensor {
  const tensor = convert("tf.roll", input);
  return run("tf.roll", "Roll", [tensor, integers("tf.roll", shift), axes("tf.roll", tensor, axis)]);
}

/** What `tf.pad` takes. */
export interface PadOptions {
  /** `"CONSTANT"` (the default), `"REFLECT"` (mirrored, without the edge) or `"SYMMETRIC"` (mirrored, with the edge). */
  mode?: "CONSTANT" | "REFLECT" | "SYMMETRIC" | "constant" | "reflect" | "symmetric" | undefined;
  /** The value of new elements in mode CONSTANT; 0 when not given. */
  constantValues?: TensorLike | undefined;
}

/**
 * `[...]` with `paddings[i][0]` elements before and `paddings[i][1]` behind along axis i.
 * @throws when there is not one pair for each axis, or a mirror would need more than there is.
 * @see https://www.tensorflow.org/api_docs/python/tf/pad
 * @example
 * console.log(tf.pad([1, 2], [[1, 2]]).array()); // => [ 0, 1, 2, 0, 0 ]
 */
export function pad(
  tensor: TensorLike,
  paddings: readonly (readonly number[])[] | Tensor,
  options: PadOptions = {},
): Tensor {
  const api = "tf.pad";
  checkOptions(api, options, { mode: true, constantValues: true });
  const input = convert(api, tensor);
  const rank = input.staticShape?.length;
  if (
    rank !== undefined &&
    Array.isArray(paddings) &&
    (paddings.length !== rank || paddings.some((one) => one.length !== 2))
  ) {
    throw invalidArgument(
      api,
      `${rank} pairs of numbers, one for each axis of ${shapeText(input.staticShape)}`,
      describe(paddings),
    );
  }
  const mode = oneOf(api, "mode", String(options.mode ?? "CONSTANT").toUpperCase(), [
    "CONSTANT",
    "REFLECT",
    "SYMMETRIC",
  ]);
  const inputs = [input, integers(api, paddings)];
  if (mode !== "CONSTANT") return run(api, "MirrorPad", inputs, { mode });
  const value = options.constantValues ?? 0;
  return value === 0 ? run(api, "Pad", inputs) : run(api, "PadV2", [...inputs, convert(api, value, input.dtype)]);
}
