/** Dropout. */
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { lengths, run, type ShapeLike } from "../operands.ts";
import { checkFloating } from "../random/kernels.ts";
import { uniform } from "../random/stateful.ts";

/**
 * `x` with each element zero with probability `rate` and the others divided by `1 - rate`, so that the mean stays. Which, follows from
 * the run's seed, and from `seed` when given.
 * @param options.noiseShape lengths of the mask: an axis of length 1 is dropped or kept as a whole.
 * @throws when `rate` is not within `[0, 1)`, or the dtype is not a floating one.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/dropout
 * @example
 * const y = tf.nn.dropout(tf.ones([100]), 0.5, { seed: 1 });
 * console.log(tf.unique(tf.sort(y)).y.array()); // => [ 0, 2 ]
 */
export function dropout(
  x: TensorLike,
  rate: number | Tensor,
  options: { noiseShape?: ShapeLike; seed?: number } = {},
): Tensor {
  const api = "tf.nn.dropout";
  checkOptions(api, options, { noiseShape: true, seed: true });
  const input = convert(api, x);
  checkFloating(api, input.dtype);
  if (typeof rate === "number" && !(rate >= 0 && rate < 1))
    throw invalidArgument(api, "a rate within [0, 1)", String(rate));
  const { seed } = options;
  if (rate === 0) return input;
  const scaled =
    rate instanceof Tensor
      ? input.divide(rate.cast(input.dtype).subtract(1).negative())
      : input.multiply(1 / (1 - rate));
  const noise = uniform(maskLengths(input, options.noiseShape), {
    dtype: input.dtype,
    ...(seed !== undefined && { seed }),
  });
  const threshold = rate instanceof Tensor ? rate.cast(input.dtype) : convert(api, rate, input.dtype);
  const isKept = executeOne("GreaterEqual", [noise, threshold]);
  return run(api, "SelectV2", [isKept, scaled, executeOne("ZerosLike", [scaled])]);
}

/** The mask's lengths: those of `x`, or those given, where null stands for the length of `x`. */
function maskLengths(x: Tensor, noiseShape: ShapeLike | undefined): ShapeLike {
  if (noiseShape === undefined) return lengths(x);
  if (noiseShape instanceof Tensor) return noiseShape;
  return noiseShape.map((length, axis) => length ?? (x.shape[axis] as number));
}
