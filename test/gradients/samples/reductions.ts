/** Samples for gradients/reductions.ts. */
import { distinct, floats, given, ints, type Sample, type Values } from "../sample.ts";

const over = (x: Values, axes: number | number[], keepDims = false): Sample => ({
  inputs: [x, ints(axes)],
  attributes: keepDims ? { keep_dims: true } : {},
});
const all = (x: () => Values): readonly Sample[] => [
  over(x(), 0),
  over(x(), -1),
  over(x(), [0, 2]),
  over(x(), [0, 1, 2]),
  over(x(), [1], true),
];
const scan = (axis: number, exclusive: boolean, reverse: boolean): Sample => ({
  inputs: [floats([2, 3], 0.5, 1.5), ints(axis)],
  attributes: { exclusive, reverse },
});
const scans = [scan(0, false, false), scan(1, true, false), scan(-1, false, true), scan(1, true, true)];
const noZeros = "the gradient of Cumprod divides by its input, as TensorFlow's does";
const zero = given([2, 3], [0.5, 0, 1.5, 2, 0.7, 0.3]);

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  Sum: all(() => floats([2, 3, 2])),
  Mean: all(() => floats([2, 3, 2])),
  Max: all(() => distinct([2, 3, 2])),
  Min: all(() => distinct([2, 3, 2])),
  Prod: [...all(() => floats([2, 3, 2], 0.5, 1.5)), { ...over(zero, 1), once: noZeros }, { ...over(zero, [0, 1]), once: noZeros }],
  EuclideanNorm: all(() => floats([2, 3, 2])),
  Cumsum: scans,
  Cumprod: scans,
  CumulativeLogsumexp: [scan(0, false, false), scan(-1, false, true)].map((sample) => ({ ...sample, tolerance: 1e-5 })),
};
