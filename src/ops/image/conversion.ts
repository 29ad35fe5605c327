/** Pixels of other dtypes: floats are 0 to 1, whole numbers 0 to the largest of their dtype. */
import { type DType, dtypeFacts, isFloating, isInteger } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { checkDType, convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";

/** The largest whole number of a dtype. */
function largest(dtype: DType): bigint {
  const { bytes, kind } = dtypeFacts[dtype];
  const bits = BigInt(8 * bytes) - (kind === "integer" ? 1n : 0n);
  return 2n ** bits - 1n;
}

function smallest(dtype: DType): bigint {
  return dtypeFacts[dtype].kind === "integer" ? -largest(dtype) - 1n : 0n;
}

/** Whole numbers as a tensor of `dtype`: floats at most as large. */
function limit(value: bigint, dtype: DType): Tensor {
  if (dtype === "float64" || !isFloating(dtype))
    return convert("image", isFloating(dtype) ? Number(value) : value, dtype);
  const near = Math.fround(Number(value));
  return convert("image", BigInt(near) > value ? near * (1 - 2 ** -24) : near, dtype);
}

/** A cast that takes the nearest value there is for what is beyond the limits of `dtype`. */
function saturateCast(x: Tensor, dtype: DType): Tensor {
  const isLow = isFloating(x.dtype) || smallest(x.dtype) < smallest(dtype);
  const isHigh = isFloating(x.dtype) || largest(x.dtype) > largest(dtype);
  const raised = isLow ? executeOne("Maximum", [x, limit(smallest(dtype), x.dtype)]) : x;
  return (isHigh ? executeOne("Minimum", [raised, limit(largest(dtype), x.dtype)]) : raised).cast(dtype);
}

function ofWhole(x: Tensor, dtype: DType, saturate: boolean): Tensor {
  const [from, to] = [largest(x.dtype), largest(dtype)];
  const cast = (y: Tensor): Tensor => (saturate ? saturateCast(y, dtype) : y.cast(dtype));
  if (from > to) return cast(executeOne("FloorDiv", [x, convert("image", (from + 1n) / (to + 1n), x.dtype)]));
  return cast(x).multiply((to + 1n) / (from + 1n));
}

/**
 * Images in another dtype, scaled: floats are within `[0, 1]`, whole numbers from 0 to the largest of their dtype. With `saturate`, what
 * is beyond the limits becomes the nearest value; otherwise it overflows.
 * @throws when a dtype is neither floating nor of whole numbers.
 * @see https://www.tensorflow.org/api_docs/python/tf/image/convert_image_dtype
 * @example
 * console.log(tf.image.convertImageDtype([[[0], [0.5], [1]]], "uint8").array()); // => [ [ [ 0 ], [ 127 ], [ 255 ] ] ]
 */
export function convertImageDtype<D extends DType>(
  image: TensorLike,
  dtype: D,
  options: { saturate?: boolean } = {},
): Tensor<D> {
  const api = "tf.image.convertImageDtype";
  checkOptions(api, options, { saturate: true });
  const x = convert(api, image);
  const { saturate = false } = options;
  for (const type of [x.dtype, dtype] as DType[]) {
    checkDType(api, type);
    if (!isFloating(type) && !isInteger(type)) throw invalidArgument(api, "a floating or integer dtype", type);
  }
  return scaled(x, dtype, saturate) as Tensor<D>;
}

function scaled(x: Tensor, dtype: DType, saturate: boolean): Tensor {
  if (x.dtype === dtype) return executeOne("Identity", [x]);
  if (isInteger(x.dtype) && isInteger(dtype)) return ofWhole(x, dtype, saturate);
  if (isFloating(x.dtype) && isFloating(dtype)) return x.cast(dtype);
  if (isInteger(x.dtype)) return x.cast(dtype).multiply(1 / Number(largest(x.dtype)));
  const wide = x.multiply(Number(largest(dtype)) + 0.5); // half more: casts cut off
  return saturate ? saturateCast(wide, dtype) : wide.cast(dtype);
}

/** `op` on pixels as floats within `[0, 1]`; the result has the dtype of `x`. */
export function asFloats(x: Tensor, op: (pixels: Tensor) => Tensor, options: { saturate?: boolean } = {}): Tensor {
  const isFloat = x.dtype === "float16" || x.dtype === "float32";
  return convertImageDtype(op(isFloat ? x : convertImageDtype(x, "float32")), x.dtype, options);
}
