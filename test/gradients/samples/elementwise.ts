/** Samples for gradients/elementwise.ts. */
import { complexes, distinct, floats, type Sample } from "../sample.ts";

const x = (from = -1, to = 1): Sample => ({ inputs: [floats([2, 2], from, to)] });
const both = (from = -1, to = 1): readonly Sample[] => [x(from, to), { inputs: [complexes([2], 0.3, 0.8)] }];
const positive = x(0.5, 2);
const twice = (from = -1, to = 1): Sample => ({ inputs: [floats([3], from, to), floats([3])] });
const noSecond = "the derivative of the special function is no op of TensorFlow's";

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  Cast: { inputs: [floats([3])], attributes: { DstT: "complex128", SrcT: "float64" } },
  Neg: both(),
  Abs: { inputs: [distinct([4])] },
  Sign: [{ inputs: [distinct([4])] }],
  Square: both(),
  Sqrt: [positive, { inputs: [complexes([2], 0.5, 2)] }],
  Rsqrt: [positive, { inputs: [complexes([2], 0.5, 2)] }],
  Reciprocal: [positive, { inputs: [complexes([2], 0.5, 2)] }],
  Inv: positive,
  Exp: both(),
  Expm1: both(),
  Log: [positive, { inputs: [complexes([2], 0.5, 2)] }],
  Log1p: both(-0.5, 1),
  Sin: both(),
  Cos: both(),
  Tan: both(),
  Asin: x(-0.8, 0.8),
  Acos: x(-0.8, 0.8),
  Atan: x(),
  Sinh: both(),
  Cosh: both(),
  Tanh: both(),
  Asinh: both(),
  Acosh: x(1.5, 3),
  Atanh: x(-0.8, 0.8),
  Sigmoid: both(),
  Erf: x(),
  Erfc: x(),
  Erfinv: x(-0.8, 0.8),
  Ndtri: x(0.2, 0.8),
  Lgamma: x(0.5, 3),
  Digamma: x(0.5, 3),
  Polygamma: { inputs: [{ ...floats([]), data: [1] }, floats([3], 0.5, 3)], wrt: [1], tolerance: 1e-5 },
  Zeta: { inputs: [{ ...floats([]), data: [2.5] }, floats([3], 1, 3)], wrt: [1], tolerance: 1e-5 },
  Igamma: { inputs: [floats([3], 0.5, 3), floats([3], 0.5, 3)], once: noSecond },
  Igammac: { inputs: [floats([3], 0.5, 3), floats([3], 0.5, 3)], once: noSecond },
  Betainc: { inputs: [floats([2], 1, 3), floats([2], 1, 3), floats([2], 0.2, 0.8)], wrt: [2] },
  BesselI0: { ...x(), once: noSecond },
  BesselI0e: { inputs: [distinct([4])], once: noSecond },
  SqrtGrad: twice(0.5, 2),
  RsqrtGrad: twice(0.5, 2),
  ReciprocalGrad: [twice(0.5, 2), { inputs: [complexes([2]), complexes([2])] }],
  InvGrad: twice(0.5, 2),
  TanhGrad: [twice(), { inputs: [complexes([2]), complexes([2])] }],
  SigmoidGrad: [twice(), { inputs: [complexes([2]), complexes([2])] }],
};
