/** Positions of the largest and the smallest elements. */
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { oneAxis, run } from "../operands.ts";

/** What functions of positions take. */
export interface ArgOptions {
  /** The axis along which elements are compared; 0 when not given. */
  axis?: number | undefined;
  /** The dtype of positions; int64 when not given. */
  outputType?: "int16" | "uint16" | "int32" | "int64" | undefined;
}

function position(api: string, op: string, x: TensorLike, { axis = 0, outputType = "int64" }: ArgOptions): Tensor {
  const tensor = convert(api, x);
  return run(api, op, [tensor, convert(api, oneAxis(api, axis, tensor.staticShape), "int32")], {
    output_type: outputType,
  });
}

/**
 * The position of the largest element along `axis`, the first one in a tie: `[...]` without that axis; real dtypes.
 * @throws when the axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/argmax
 * @example
 * console.log(tf.argmax([[1, 9, 3], [4, 2, 8]], { axis: 1 }).array()); // => [ 1, 2 ]
 */
export function argmax(x: TensorLike, options: ArgOptions = {}): Tensor {
  checkOptions("tf.argmax", options, { axis: true, outputType: true });
  return position("tf.argmax", "ArgMax", x, options);
}

/**
 * The position of the smallest element along `axis`, the first one in a tie: `[...]` without that axis; real dtypes.
 * @throws when the axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/argmin
 * @example
 * console.log(tf.argmin([[1, 9, 3], [4, 2, 8]], { axis: 1 }).array()); // => [ 0, 1 ]
 */
export function argmin(x: TensorLike, options: ArgOptions = {}): Tensor {
  checkOptions("tf.argmin", options, { axis: true, outputType: true });
  return position("tf.argmin", "ArgMin", x, options);
}
