/** Gradients of functions of one tensor, element by element; and of the ops that compute such gradients, for higher derivatives. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { unbroadcast } from "../broadcasting.ts";
import type { Rule, Rules } from "../rule.ts";
import {
  add,
  cast,
  conj,
  div,
  exp,
  log,
  mul,
  neg,
  onesLike,
  scale,
  sign,
  sqrt,
  square,
  sub,
  zerosLike,
} from "../rule-ops.ts";

const one = onesLike;
const apply = (op: string, ...inputs: Tensor[]): Tensor => executeOne(op, inputs);
/** g times the conjugate of a derivative; for real numbers simply their product. */
const times = (g: Tensor, derivative: Tensor): Tensor => mul(g, conj(derivative));

/** A function whose derivative TensorFlow computes from its result: `op(y, g)`. */
const byResult =
  (op: string): Rule =>
  ({ g, y }) => [executeOne(op, [y, g])];

/** A rule for a function of one tensor: g times a derivative in terms of the input x and the result y. */
const derivative =
  (of: (x: Tensor, y: Tensor) => Tensor): Rule =>
  ({ g, x, y }) => [times(g, of(x, y))];

/** Divides g by what `of` gives. */
const divided =
  (of: (x: Tensor, y: Tensor) => Tensor): Rule =>
  ({ g, x, y }) => [div(g, conj(of(x, y)))];

const reciprocal =
  (op: string): Rule =>
  ({ g, inputs: [y, dy] }) => [
    // d(-dy y^2): -2 g dy y and -g y^2; of complex numbers the op takes conj(y), here and for the roots
    () => mul(scale(-2, times(dy, g)), conj(y)),
    () => executeOne(op, [conj(y), g]),
  ];

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

// biome-ignore format: a table, one row a rule
export const elementwise: Rules = {
  Cast: ({ g, x }) => [cast(g, x.dtype)],
  Neg: ({ g }) => [neg(g)],
  Abs: derivative((x) => sign(x)),
  Sign: ({ x }) => [zerosLike(x)],
  Square: derivative((x) => scale(2, x)),
  Sqrt: byResult("SqrtGrad"),
  Rsqrt: byResult("RsqrtGrad"),
  Reciprocal: byResult("ReciprocalGrad"),
  Inv: byResult("InvGrad"),
  Exp: derivative((_, y) => y),
  Expm1: derivative((x) => exp(x)),
  Log: divided((x) => x),
  Log1p: divided((x) => add(one(x), x)),
  Sin: derivative((x) => apply("Cos", x)),
  Cos: derivative((x) => neg(apply("Sin", x))),
  Tan: derivative((_, y) => add(one(y), square(y))), // 1 + tan^2
  Asin: divided((x) => sqrt(sub(one(x), square(x)))),
  Acos: divided((x) => neg(sqrt(sub(one(x), square(x))))),
  Atan: divided((x) => add(one(x), square(x))),
  Sinh: derivative((x) => apply("Cosh", x)),
  Cosh: derivative((x) => apply("Sinh", x)),
  Tanh: ({ g, y }) => [apply("TanhGrad", conj(y), g)],
  Asinh: divided((_, y) => apply("Cosh", y)),
  Acosh: divided((_, y) => apply("Sinh", y)),
  Atanh: divided((x) => sub(one(x), square(x))),
  Sigmoid: ({ g, y }) => [apply("SigmoidGrad", conj(y), g)],
  // d erf: 2 / sqrt(pi) e^(-x^2)
  Erf: derivative((x) => scale(TWO_OVER_ROOT_PI, exp(neg(square(x))))),
  Erfc: derivative((x) => scale(-TWO_OVER_ROOT_PI, exp(neg(square(x))))),
  // the inverse's derivative: 1 / erf'(y)
  Erfinv: derivative((_, y) => scale(1 / TWO_OVER_ROOT_PI, exp(square(y)))),
  Ndtri: derivative((_, y) => scale(Math.sqrt(2 * Math.PI), exp(scale(0.5, square(y))))),
  Lgamma: derivative((x) => apply("Digamma", x)),
  Digamma: derivative((x) => apply("Polygamma", one(x), x)),
  Polygamma: ({ g, inputs: [order, x] }) => [
    null,
    () => unbroadcast(mul(g, apply("Polygamma", add(order, one(order)), x)), x, order),
  ],
  // d zeta(s, x) / dx: -s zeta(s + 1, x)
  Zeta: ({ g, inputs: [s, x] }) => [
    null,
    () => unbroadcast(mul(g, neg(mul(s, apply("Zeta", add(s, one(s)), x)))), x, s),
  ],
  Igamma: ({ g, inputs: [a, x] }) => [
    () => unbroadcast(mul(g, apply("IgammaGradA", a, x)), a, x),
    () => unbroadcast(mul(g, gammaDensity(a, x)), x, a),
  ],
  Igammac: ({ g, inputs: [a, x] }) => [
    () => unbroadcast(neg(mul(g, apply("IgammaGradA", a, x))), a, x),
    () => unbroadcast(neg(mul(g, gammaDensity(a, x))), x, a),
  ],
  // d betainc(a, b, x) / dx: x^(a-1) (1 - x)^(b-1) / beta(a, b)
  Betainc: ({ g, inputs: [a, b, x] }) => [null, null, () => unbroadcast(mul(g, betaDensity(a, b, x)), x, a, b)],
  BesselI0: derivative((x) => apply("BesselI1", x)),
  BesselI0e: derivative((x, y) => sub(apply("BesselI1e", x), mul(sign(x), y))),

  // d(dy / (2 y)): -g dy / (2 y^2) and g / (2 y)
  SqrtGrad: ({ g, y: result, inputs: [y] }) => [() => neg(div(times(result, g), conj(y))), () => scale(0.5, div(g, y))],
  // d(-dy y^3 / 2): -3/2 g dy y^2 and -g y^3 / 2
  RsqrtGrad: ({ g, inputs: [y, dy] }) => [
    () => mul(scale(-1.5, times(dy, g)), square(conj(y))),
    () => apply("RsqrtGrad", conj(y), g),
  ],
  ReciprocalGrad: reciprocal("ReciprocalGrad"),
  InvGrad: reciprocal("InvGrad"),
  // d(dy (1 - y^2)): -2 g dy y and g (1 - y^2)
  TanhGrad: ({ g, inputs: [y, dy] }) => [
    () => mul(scale(-2, times(g, dy)), conj(y)),
    () => apply("TanhGrad", conj(y), g),
  ],
  // d(dy y (1 - y)): g dy (1 - 2 y) and g y (1 - y)
  SigmoidGrad: ({ g, inputs: [y, dy] }) => [
    () => mul(times(g, dy), sub(one(y), scale(2, conj(y)))),
    () => apply("SigmoidGrad", conj(y), g),
  ],
};

/** x^(a-1) e^-x / gamma(a), by logarithms. */
function gammaDensity(a: Tensor, x: Tensor): Tensor {
  return exp(sub(sub(mul(sub(a, one(a)), log(x)), x), apply("Lgamma", a)));
}

/** x^(a-1) (1 - x)^(b-1) / beta(a, b), by logarithms. */
function betaDensity(a: Tensor, b: Tensor, x: Tensor): Tensor {
  const logBeta = sub(add(apply("Lgamma", a), apply("Lgamma", b)), apply("Lgamma", add(a, b)));
  const powers = add(apply("Xlogy", sub(a, one(a)), x), apply("Xlog1py", sub(b, one(b)), neg(x)));
  return exp(sub(powers, logBeta));
}
