/** Joining tensors and cutting them into parts. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { type Shape, shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, oneAxis, run, runAll } from "../operands.ts";

function nonEmpty(api: string, values: readonly TensorLike[]): Tensor[] {
  if (!Array.isArray(values) || values.length === 0)
    throw invalidArgument(api, "an array of at least one tensor", describe(values));
  return convertAll(api, values);
}

/**
 * Tensors one behind the other along `axis`: their other lengths are equal, as are their dtypes.
 * @throws when other lengths or dtypes differ, or `axis` is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/concat
 * @example
 * console.log(tf.concat([[[1, 2]], [[3, 4]]], 0).array()); // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export function concat(values: readonly TensorLike[], axis: number): Tensor {
  const api = "tf.concat";
  const tensors = nonEmpty(api, values);
  const [first] = tensors as [Tensor];
  if (first.staticShape?.length === 0)
    throw invalidArgument(api, "tensors with at least one axis", "scalars", "use tf.stack");
  const place = oneAxis(api, axis, first.staticShape);
  if (tensors.length === 1) return run(api, "Identity", tensors);
  return run(api, "ConcatV2", [tensors, convert(api, place, "int32")], undefined, () => fitting(api, tensors, place));
}

function fitting(api: string, tensors: readonly Tensor[], axis: number): void {
  const without = (shape: Shape | null): Shape | null => (shape === null ? null : shape.filter((_, i) => i !== axis));
  const first = (tensors[0] as Tensor).staticShape;
  const other = tensors.find((tensor) => !shapesCompatible(without(tensor.staticShape), without(first)));
  if (other)
    throw invalidArgument(
      api,
      `tensors that differ along axis ${axis} only`,
      `${shapeText(first)} and ${shapeText(other.staticShape)}`,
    );
}

/**
 * Tensors of one shape and dtype along a new axis: n of `[...]` give `[n, ...]` for axis 0.
 * @throws when shapes or dtypes differ, or `axis` is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/stack
 * @example
 * console.log(tf.stack([[1, 2], [3, 4]], { axis: 1 }).array()); // => [ [ 1, 3 ], [ 2, 4 ] ]
 */
export function stack(values: readonly TensorLike[], options: { axis?: number | undefined } = {}): Tensor {
  const api = "tf.stack";
  checkOptions(api, options, { axis: true });
  const tensors = nonEmpty(api, values);
  const [first] = tensors as [Tensor];
  const other = tensors.find((tensor) => !shapesCompatible(tensor.staticShape, first.staticShape));
  if (other)
    throw invalidArgument(
      api,
      "tensors of one shape",
      `${shapeText(first.staticShape)} and ${shapeText(other.staticShape)}`,
      "use tf.concat to join along an axis",
    );
  return run(api, "Pack", [tensors], {
    axis: oneAxis(api, options.axis ?? 0, first.staticShape && [...first.staticShape, 1]),
  });
}

/**
 * The parts of `[n, ...]` along `axis`, which goes: n tensors.
 * @param options.num n, when it is not known before run time.
 * @throws when `axis` is beyond the rank, or its length is not known.
 * @see https://www.tensorflow.org/api_docs/python/tf/unstack
 * @example
 * console.log(tf.unstack([[1, 2], [3, 4]]).map((row) => row.array())); // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export function unstack(
  value: TensorLike,
  options: { axis?: number | undefined; num?: number | undefined } = {},
): Tensor[] {
  const api = "tf.unstack";
  checkOptions(api, options, { axis: true, num: true });
  const tensor = convert(api, value);
  const axis = oneAxis(api, options.axis ?? 0, tensor.staticShape);
  const num = options.num ?? tensor.staticShape?.at(axis);
  if (num === null || num === undefined)
    throw invalidArgument(
      api,
      `a known length of axis ${axis}`,
      `shape ${shapeText(tensor.staticShape)}`,
      "give { num }",
    );
  return runAll(api, "Unpack", [tensor], { num, axis });
}

/**
 * Parts along `axis`: as many equal ones as a number says, or one for each of the given lengths, of which one may be -1.
 * @throws when the axis cannot be cut so.
 * @see https://www.tensorflow.org/api_docs/python/tf/split
 * @example
 * console.log(tf.split([1, 2, 3, 4], 2).map((part) => part.array())); // => [ [ 1, 2 ], [ 3, 4 ] ]
 * console.log(tf.split([1, 2, 3], [1, -1]).map((part) => part.array())); // => [ [ 1 ], [ 2, 3 ] ]
 */
export function split(
  value: TensorLike,
  numOrSizeSplits: number | readonly number[],
  options: { axis?: number | undefined } = {},
): Tensor[] {
  const api = "tf.split";
  checkOptions(api, options, { axis: true });
  const tensor = convert(api, value);
  const axis = oneAxis(api, options.axis ?? 0, tensor.staticShape);
  const length = tensor.staticShape?.at(axis);
  const place = convert(api, axis, "int32");
  if (Array.isArray(numOrSizeSplits)) {
    const sum = numOrSizeSplits.reduce((total, size) => total + Number(size), 0);
    const fits =
      numOrSizeSplits.every(Number.isInteger) &&
      (numOrSizeSplits.includes(-1) ? sum < (length ?? Number.POSITIVE_INFINITY) + 1 : sum === (length ?? sum));
    if (!fits)
      throw invalidArgument(
        api,
        `sizes that add up to ${length}, the length of axis ${axis}`,
        describe(numOrSizeSplits),
      );
    return runAll(api, "SplitV", [tensor, integers(api, numOrSizeSplits), place], {
      num_split: numOrSizeSplits.length,
    });
  }
  const count = numOrSizeSplits as number;
  if (!Number.isInteger(count) || count < 1 || (length ?? count) % count !== 0) {
    throw invalidArgument(
      api,
      `a number that divides ${length}, the length of axis ${axis}`,
      describe(numOrSizeSplits),
      "give the sizes as an array",
    );
  }
  return runAll(api, "Split", [place, tensor], { num_split: count });
}
