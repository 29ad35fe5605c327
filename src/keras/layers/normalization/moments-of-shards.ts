/** Mean and variance of the whole batch, of which each shard has some rows: sums of values and of squares, added over the shards. */
import { TensorfleetError } from "../../../base/errors.ts";
import { getReplicaContext, type ReplicaContext } from "../../../distribute/replica-context.ts";
import { reduceSum } from "../../../ops/math/reductions.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { CallOptions } from "../options.ts";
import { lengthOf } from "../reshaping.ts";

/** Mean and variance along `axes` over the rows of all shards. @throws with a mask. */
export function momentsOfShards(
  label: string,
  x: Tensor,
  axes: readonly number[],
  mask: CallOptions["mask"],
): [mean: Tensor, variance: Tensor] {
  if (mask)
    throw new TensorfleetError(
      "unsupported",
      `${label}: expected inputs without a mask, got one; with a mask, set synchronized to false`,
    );
  const replica = getReplicaContext() as ReplicaContext;
  const others = axes.filter((axis) => axis !== 0).map((axis) => lengthOf(x, axis).cast(x.dtype));
  const count = others.reduce((product, length) => product.multiply(length), replica.rows.all.cast(x.dtype));
  const own: Tensor[] = [reduceSum(x, { axis: axes }), reduceSum(x.multiply(x), { axis: axes })];
  const [sum, sumOfSquares] = replica.allReduce("sum", own) as [Tensor, Tensor];
  const mean = sum.divide(count);
  return [mean, sumOfSquares.divide(count).subtract(mean.multiply(mean))];
}
