/** Masks and one-hot vectors: made of whole numbers. */
import type { DType } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert, isTensorOrVariable } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { less } from "../math/comparisons.ts";
import { reduceMax } from "../math/reductions.ts";
import { integers, run } from "../operands.ts";
import { range } from "./sequences.ts";

/**
 * For each of the integers `lengths` `[...]` a row of `maxlen` (the largest of them when not given) that is true below it: `[..., maxlen]`.
 * @throws when the dtype of `lengths` is not an integer.
 * @see https://www.tensorflow.org/api_docs/python/tf/sequence_mask
 * @example
 * console.log(tf.sequenceMask([1, 2], { maxlen: 3, dtype: "int32" }).array()); // => [ [ 1, 0, 0 ], [ 1, 1, 0 ] ]
 */
export function sequenceMask<D extends DType = "bool">(
  lengths: TensorLike,
  options: { maxlen?: TensorLike | undefined; dtype?: D | undefined } = {},
): Tensor<D> {
  const api = "tf.sequenceMask";
  checkOptions(api, options, { maxlen: true, dtype: true });
  const counts = integers(api, lengths);
  const limit = options.maxlen === undefined ? reduceMax(counts) : convert(api, options.maxlen, counts.dtype);
  const columns = run(api, "ExpandDims", [counts, convert(api, -1, "int32")]);
  return less(range(convert(api, 0, counts.dtype), limit), columns).cast(options.dtype ?? "bool") as Tensor<D>;
}

/** What `tf.oneHot` takes. */
export interface OneHotOptions {
  /** The value at the place of the index; 1 when not given. */
  onValue?: TensorLike | undefined;
  /** The value elsewhere; 0 when not given. */
  offValue?: TensorLike | undefined;
  /** Where the new axis goes; last when not given. */
  axis?: number | undefined;
  /** The dtype; that of the values, or float32, when not given. */
  dtype?: DType | undefined;
}

/**
 * For each of the integers `indices` `[...]` a vector of `depth` elements, all 0 but for a 1 at that place: `[..., depth]`. An index beyond gives zeros.
 * @throws when the dtype of `indices` is not an integer, or the values' dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/one_hot
 * @example
 * console.log(tf.oneHot([0, 2], 3).array()); // => [ [ 1, 0, 0 ], [ 0, 0, 1 ] ]
 */
export function oneHot(indices: TensorLike, depth: TensorLike, options: OneHotOptions = {}): Tensor {
  const api = "tf.oneHot";
  checkOptions(api, options, { onValue: true, offValue: true, axis: true, dtype: true });
  const given = [options.onValue, options.offValue].find(isTensorOrVariable);
  const dtype = options.dtype ?? (given as Tensor | undefined)?.dtype ?? "float32";
  const [isBool, isString] = [dtype === "bool", dtype === "string"];
  if (isString && (options.onValue === undefined || options.offValue === undefined))
    throw invalidArgument(api, "onValue and offValue for dtype string", "none");
  const values = [options.onValue ?? (isBool ? true : 1), options.offValue ?? (isBool ? false : 0)].map((value) =>
    convert(api, value, dtype),
  );
  return run(api, "OneHot", [integers(api, indices), integers(api, depth), ...values], { axis: options.axis ?? -1 });
}
