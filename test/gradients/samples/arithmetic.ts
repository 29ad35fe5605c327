/** Samples for gradients/arithmetic.ts. */
import { bools, complexes, floats, given, type Sample } from "../sample.ts";

const pair = (from = -1, to = 1): Sample => ({ inputs: [floats([2, 3], from, to), floats([3], from, to)] });
const apart: Sample = { inputs: [given([2, 2], [1, -2, 3, 0.5]), given([2], [2, -1])] };
const complexPair: Sample = { inputs: [complexes([2, 2], 0.5, 1.5), complexes([2], 0.5, 1.5)] };
const modulo: Sample = { inputs: [given([4], [5.3, -4.5, 7.1, 1.4]), given([], [2.1])] };

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  Add: pair(),
  AddV2: [pair(), { inputs: [floats([2, 1, 3]), floats([4, 1])] }, { inputs: [floats([]), floats([2])] }],
  AddN: { inputs: [[floats([2]), floats([2]), floats([2])]] },
  AccumulateNV2: "AddN's rule; the kernel exists only within graphs that rewrite it",
  Sub: [pair(), { inputs: [floats([1, 3]), floats([2, 1])] }],
  Mul: [pair(), complexPair],
  MulNoNan: pair(),
  Div: [pair(0.5, 2), complexPair],
  RealDiv: [pair(0.5, 2), complexPair],
  DivNoNan: pair(0.5, 2),
  FloorMod: modulo,
  Mod: "has kernels for whole numbers and floats under another name only",
  TruncateMod: modulo,
  Pow: [pair(0.5, 2), complexPair],
  Maximum: apart,
  Minimum: apart,
  SquaredDifference: pair(),
  Atan2: pair(0.5, 2),
  Xlogy: pair(0.5, 2),
  Xlog1py: pair(0.5, 2),
  Xdivy: pair(0.5, 2),
  ClipByValue: { inputs: [given([5], [-2, -0.5, 0.2, 0.7, 3]), given([], [-1]), given([], [1])] },
  L2Loss: { inputs: [floats([2, 3])] },
  SelectV2: { inputs: [bools([1, 0]), floats([3, 2]), floats([1, 2])] },
  Select: { inputs: [bools([1, 0, 1]), floats([3]), floats([3])] },
  NextAfter: { inputs: [given([2], [1, 2]), given([2], [3, 4])], tolerance: 1e-5 },
  Cross: { inputs: [floats([2, 3]), floats([2, 3])] },
};
