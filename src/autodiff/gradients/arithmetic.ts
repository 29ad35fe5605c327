/** Gradients of arithmetic: sums, products, quotients, powers, and what else takes two operands that broadcast. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { unbroadcast } from "../broadcasting.ts";
import type { Gradient, Rule, Rules } from "../rule.ts";
import {
  add,
  cast,
  conj,
  div,
  divNoNan,
  greater,
  isComplex,
  less,
  log,
  mul,
  neg,
  onesLike,
  scale,
  select,
  square,
  sub,
  unless,
  where,
  zerosLike,
} from "../rule-ops.ts";

/** The gradients of two operands that broadcast, given those that have the shape of the result. */
function pair(x: Tensor, y: Tensor, gx: () => Tensor, gy: () => Tensor): readonly Gradient[] {
  return [() => unbroadcast(gx(), x, y), () => unbroadcast(gy(), y, x)];
}

const sum: Rule = ({ g, inputs: [x, y] }) =>
  pair(
    x,
    y,
    () => g,
    () => g,
  );

// d(x / y): g / y and -g x / y^2
const quotient: Rule = ({ g, y: result, inputs: [x, y] }) =>
  pair(
    x,
    y,
    () => div(g, conj(y)),
    () => mul(g, conj(div(neg(result), y))),
  );

// d(x - floor(x / y) y): g and -g floor(x / y)
const modulo =
  (quotientOp: string): Rule =>
  ({ g, inputs: [x, y] }) =>
    pair(
      x,
      y,
      () => g,
      () => neg(mul(g, executeOne(quotientOp, [x, y]))),
    );

/** The gradient goes to the operand that `isChosen` finds chosen, where both are equal to the first. */
const extremum =
  (isChosen: string): Rule =>
  ({ g, inputs: [x, y] }) => {
    const first = executeOne(isChosen, [x, y]);
    return pair(
      x,
      y,
      () => where(first, g),
      () => unless(first, g),
    );
  };

/** log x where x is positive (for complex numbers: not 0), else 0. */
function safeLog(x: Tensor): Tensor {
  const isSafe = isComplex(x) ? executeOne("NotEqual", [x, zerosLike(x)]) : greater(x, zerosLike(x));
  return where(isSafe, log(select(isSafe, x, onesLike(x))));
}

/** 1 where x is not 0, else 0. */
function isNonzero(x: Tensor): Tensor {
  return cast(executeOne("NotEqual", [x, zerosLike(x)]), x.dtype);
}

// biome-ignore format: a table, one row a rule
export const arithmetic: Rules = {
  Add: sum,
  AddV2: sum,
  AddN: ({ g, inputs }) => inputs.map(() => g),
  AccumulateNV2: ({ g, inputs }) => inputs.map(() => g),
  Sub: ({ g, inputs: [x, y] }) => pair(x, y, () => g, () => neg(g)),
  // d(x y): g y and g x
  Mul: ({ g, inputs: [x, y] }) => pair(x, y, () => mul(g, conj(y)), () => mul(g, conj(x))),
  // 0 where y is 0, whatever x is
  MulNoNan: ({ g, inputs: [x, y] }) =>
    pair(x, y, () => executeOne("MulNoNan", [g, conj(y)]), () => executeOne("MulNoNan", [conj(x), g])),
  Div: quotient,
  RealDiv: quotient,
  DivNoNan: ({ g, y: result, inputs: [x, y] }) =>
    pair(x, y, () => divNoNan(g, conj(y)), () => mul(g, conj(divNoNan(neg(result), y)))),
  FloorMod: modulo("FloorDiv"),
  Mod: modulo("TruncateDiv"),
  TruncateMod: modulo("TruncateDiv"),
  // d(x^y): g y x^(y-1) and g x^y log x
  Pow: ({ g, y: result, inputs: [x, y] }) =>
    pair(x, y,
      () => mul(g, conj(mul(y, executeOne("Pow", [x, sub(y, onesLike(y))])))),
      () => mul(g, conj(mul(result, safeLog(x))))),
  Maximum: extremum("GreaterEqual"),
  Minimum: extremum("LessEqual"),
  // d(x - y)^2: 2 g (x - y) and its negative
  SquaredDifference: ({ g, inputs: [x, y] }) => {
    const gx = (): Tensor => mul(scale(2, g), sub(x, y));
    return pair(x, y, gx, () => neg(gx()));
  },
  // d atan2(x, y): g y / (x^2 + y^2) and -g x / (x^2 + y^2)
  Atan2: ({ g, inputs: [x, y] }) => {
    const scaled = (): Tensor => div(g, add(square(x), square(y)));
    return pair(x, y, () => mul(y, scaled()), () => neg(mul(x, scaled())));
  },
  // d(x log y): g log y where x is not 0, and g x / y
  Xlogy: ({ g, inputs: [x, y] }) =>
    pair(x, y, () => mul(g, executeOne("Xlogy", [isNonzero(x), y])), () => mul(g, executeOne("Xdivy", [x, y]))),
  // d(x log(1 + y)): g log(1 + y) where x is not 0, and g x / (1 + y)
  Xlog1py: ({ g, inputs: [x, y] }) =>
    pair(x, y,
      () => mul(g, executeOne("Xlog1py", [isNonzero(x), y])),
      () => mul(g, executeOne("Xdivy", [x, add(y, onesLike(y))]))),
  // d(x / y), 0 where x is 0: g / y and -g x / y^2
  Xdivy: ({ g, inputs: [x, y] }) =>
    pair(x, y,
      () => mul(g, executeOne("Xdivy", [isNonzero(x), y])),
      () => mul(g, executeOne("Xdivy", [neg(x), square(y)]))),
  // 0 beyond the bounds; there the bound takes the gradient
  ClipByValue: ({ g, inputs: [x, low, high] }) => {
    const [isLow, isHigh] = [less(x, low), greater(x, high)];
    return [
      () => unless(executeOne("LogicalOr", [isLow, isHigh]), g),
      () => unbroadcast(where(isLow, g), low, x),
      () => unbroadcast(where(isHigh, g), high, x),
    ];
  },
  // d(x . x / 2): g x
  L2Loss: ({ g, x }) => [mul(x, g)],
  SelectV2: ({ g, inputs: [condition, x, y] }) => [
    null,
    () => unbroadcast(where(condition, g), x, condition, y),
    () => unbroadcast(unless(condition, g), y, condition, x),
  ],
  Select: ({ g, inputs: [condition] }) => [
    null,
    () => executeOne("Select", [condition, g, zerosLike(g)]),
    () => executeOne("Select", [condition, zerosLike(g), g]),
  ],
  NextAfter: ({ g, inputs: [x, y] }) => [() => unbroadcast(g, x, y), () => zerosLike(y)],
  // d(x cross y): y cross g and g cross x
  Cross: ({ g, inputs: [x, y] }) => [() => executeOne("Cross", [y, g]), () => executeOne("Cross", [g, x])],
};
