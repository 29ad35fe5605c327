/** Boundaries between bins of about equal size, of a summary that stays short however long the data are: that of Keras. */
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Statistic } from "./adapting/statistic.ts";

/** Values in order, and how many elements each stands for. */
export interface Summary {
  readonly values: Float32Array;
  readonly weights: Float32Array;
}

const none: Summary = { values: new Float32Array(0), weights: new Float32Array(0) };

/** Summaries of about `1 / epsilon` values. */
export function summariesOf(epsilon: number): Statistic<Summary> {
  const merge = (first: Summary, second: Summary): Summary => {
    const values = [...first.values, ...second.values];
    const weights = [...first.weights, ...second.weights];
    const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
    const pick = (from: readonly number[]): Float32Array => Float32Array.from(order, (i) => from[i] as number);
    return compress({ values: pick(values), weights: pick(weights) }, epsilon);
  };
  return {
    empty: () => none,
    add: (state, batch) => merge(summarize(batch, epsilon), state),
    merge: (first, second) =>
      first.values.length === 0 ? second : second.values.length === 0 ? first : merge(first, second),
    toBytes: ({ values, weights }) => new Uint8Array(Float32Array.of(...values, ...weights).buffer),
    fromBytes: (bytes) => {
      const both = new Float32Array(bytes.slice().buffer);
      return { values: both.subarray(0, both.length / 2), weights: both.subarray(both.length / 2) };
    },
  };
}

/** Every so-many-th of the values in order. */
function summarize(batch: Tensor, epsilon: number): Summary {
  const sorted = Float32Array.from(batch.cast("float32").data() as Float32Array).sort();
  const step = Math.max(sorted.length / (1 / epsilon), 1);
  const values: number[] = [];
  for (let i = Math.trunc(step - 1); i < sorted.length; i += Math.trunc(step)) values.push(sorted[i] as number);
  return { values: Float32Array.from(values), weights: new Float32Array(values.length).fill(step) };
}

/** The same with values at equal shares of the weight. */
function compress(summary: Summary, epsilon: number): Summary {
  const { values, weights } = summary;
  if (values.length * epsilon < 1) return summary;
  const sums: number[] = [];
  let sum = 0;
  for (const weight of weights) {
    sum = Math.fround(sum + weight);
    sums.push(sum);
  }
  const shares = sums.map((part) => Math.fround(part / sum));
  const length = Math.ceil(1 / epsilon);
  const percents = Array.from({ length }, (_, i) => epsilon + i * epsilon);
  const newSums = interpolate(percents, shares, sums);
  return {
    values: Float32Array.from(interpolate(percents, shares, [...values])),
    weights: Float32Array.from(newSums, (part, i) => part - (newSums[i - 1] ?? 0)),
  };
}

/** What a line through the points (xs, ys) is at each of `at`; beyond the ends as at the ends. */
function interpolate(at: readonly number[], xs: readonly number[], ys: readonly number[]): number[] {
  const last = xs.length - 1;
  let i = 0;
  return at.map((x) => {
    if (x <= (xs[0] as number)) return ys[0] as number;
    if (x >= (xs[last] as number)) return ys[last] as number;
    while ((xs[i + 1] as number) <= x) i++;
    const [x0, x1, y0, y1] = [xs[i], xs[i + 1], ys[i], ys[i + 1]] as [number, number, number, number];
    return ((y1 - y0) / (x1 - x0)) * (x - x0) + y0;
  });
}

/** The boundaries of `numBins` bins. */
export function boundariesOf(summary: Summary, numBins: number): number[] {
  return [...compress(summary, 1 / numBins).values].slice(0, -1);
}
