/** Mean and variance of batches, put together in double precision (Chan, Golub and LeVeque). */
import { convert } from "../../../runtime/convert.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Statistic } from "./adapting/statistic.ts";

/** Of how many elements, their means, and their summed squares of deviations, for each position of the kept axes. */
export interface Moments {
  readonly count: number;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
}

/**
 * Moments over all axes but some.
 * @param size number of positions of the kept axes
 * @param reduced the axes of a batch that are averaged over
 * @param check throws when a batch does not fit
 */
export function momentsOver(
  size: number,
  reduced: readonly number[],
  check: (batch: Tensor) => void,
): Statistic<Moments> {
  const empty = (): Moments => ({ count: 0, mean: new Float64Array(size), squares: new Float64Array(size) });
  return {
    empty,
    add: (state, batch) => {
      check(batch);
      const x = batch.cast("float64");
      const axes = convert("moments", [...reduced], "int32");
      const count = reduced.reduce((product, axis) => product * (batch.shape[axis] as number), 1);
      if (count === 0) return state;
      const mean = executeOne("Mean", [x, axes], { keep_dims: true });
      const squares = executeOne("Sum", [executeOne("Square", [x.subtract(mean)]), axes]);
      const valuesOf = (tensor: Tensor): Float64Array => Float64Array.from(tensor.data() as Float64Array);
      return merge(state, { count, mean: valuesOf(mean), squares: valuesOf(squares) });
    },
    merge,
    toBytes: ({ count, mean, squares }) => new Uint8Array(Float64Array.of(count, ...mean, ...squares).buffer),
    fromBytes: (bytes) => {
      const [count = 0, ...values] = new Float64Array(bytes.slice().buffer);
      return { count, mean: Float64Array.from(values.slice(0, size)), squares: Float64Array.from(values.slice(size)) };
    },
  };
}

/** Means weighted by their counts; deviations of the parts from their own means, and of their means from the common one. */
function merge(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const share = b.count / count;
  const gaps = a.mean.map((mean, i) => (b.mean[i] as number) - mean);
  return {
    count,
    mean: a.mean.map((mean, i) => mean + (gaps[i] as number) * share),
    squares: a.squares.map((sum, i) => sum + (b.squares[i] as number) + (gaps[i] as number) ** 2 * a.count * share),
  };
}
