/** Running sums and products along one axis. */
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { oneAxis, run } from "../operands.ts";

/** What running sums and products take. */
export interface ScanOptions {
  /** The axis along which they run; 0 when not given. */
  axis?: number | undefined;
  /** Leave out the element itself: the first result is 0, or 1 for products. */
  exclusive?: boolean | undefined;
  /** Run from the last element to the first. */
  reverse?: boolean | undefined;
}

function scan(
  api: string,
  op: string,
  x: TensorLike,
  { axis = 0, exclusive = false, reverse = false }: ScanOptions,
): Tensor {
  const tensor = convert(api, x);
  return run(api, op, [tensor, convert(api, oneAxis(api, axis, tensor.staticShape), "int32")], { exclusive, reverse });
}

/**
 * The sum of all elements up to each one along `axis`; `[...]`, numeric dtypes.
 * @throws when the axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/cumsum
 * @example
 * console.log(tf.cumsum([1, 2, 3]).array()); // => [ 1, 3, 6 ]
 */
export function cumsum(x: TensorLike, options: ScanOptions = {}): Tensor {
  checkOptions("tf.cumsum", options, { axis: true, exclusive: true, reverse: true });
  return scan("tf.cumsum", "Cumsum", x, options);
}

/**
 * The product of all elements up to each one along `axis`; `[...]`, numeric dtypes.
 * @throws when the axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/cumprod
 * @example
 * console.log(tf.math.cumprod([2, 3, 4], { exclusive: true }).array()); // => [ 1, 2, 6 ]
 */
export function cumprod(x: TensorLike, options: ScanOptions = {}): Tensor {
  checkOptions("tf.math.cumprod", options, { axis: true, exclusive: true, reverse: true });
  return scan("tf.math.cumprod", "Cumprod", x, options);
}

/**
 * `log(sum(exp(x)))` of all elements up to each one along `axis`, without overflow; `[...]`, floating dtypes.
 * @throws when the axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/cumulative_logsumexp
 * @example
 * console.log(tf.math.cumulativeLogsumexp([0, 0]).at(0).item()); // => 0
 */
export function cumulativeLogsumexp(x: TensorLike, options: ScanOptions = {}): Tensor {
  checkOptions("tf.math.cumulativeLogsumexp", options, { axis: true, exclusive: true, reverse: true });
  return scan("tf.math.cumulativeLogsumexp", "CumulativeLogsumexp", x, options);
}
