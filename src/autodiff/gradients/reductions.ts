/** Gradients of reductions and cumulative sums: what was folded together is spread out again. */
import { isFullyDefined, type Shape } from "../../base/shapes.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { knownInts } from "../constant-values.ts";
import type { Application, Rule, Rules } from "../rule.ts";
import {
  allAxes,
  broadcastTo,
  cast,
  concat,
  div,
  divNoNan,
  equal,
  exp,
  expandDims,
  gather,
  int,
  ints,
  log,
  mul,
  neg,
  onesLike,
  reshape,
  scalar,
  select,
  shapeOf,
  sizeOf,
  sub,
  sum,
  transpose,
  zerosLike,
} from "../rule-ops.ts";

/** The axes of a reduction counted from the front; `undefined` when they or the rank are not known before run time. */
function reducedAxes({ x, inputs: [, axes] }: Application): number[] | undefined {
  const rank = x.staticShape?.length;
  const given = rank === undefined ? undefined : knownInts(axes);
  return given?.map((axis) => (axis < 0 ? axis + (rank as number) : axis));
}

/** `t`, of the shape of the result, with the reduced axes back as axes of length 1 where broadcasting needs them. */
function withReducedAxes(r: Application, t: Tensor): Tensor {
  if (r.attribute<boolean>("keep_dims")) return t;
  const axes = reducedAxes(r);
  if (axes === undefined) return reshape(t, keptShape(r));
  const shape = r.x.staticShape as Shape;
  if (axes.length === shape.length || axes.every((axis) => axis < axes.length)) return t; // a scalar, or leading axes only
  if (isFullyDefined(shape))
    return reshape(
      t,
      shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
    );
  return [...new Set(axes)].sort((a, b) => a - b).reduce(expandDims, t);
}

/** The shape of the result with every reduced axis kept as 1, computed at run time. */
function keptShape({ x, inputs: [, axes] }: Application): Tensor {
  const shape = shapeOf(x);
  const rank = executeOne("Size", [shape]);
  const flat = reshape(cast(axes, "int32"), [-1]);
  const positive = executeOne("FloorMod", [executeOne("AddV2", [flat, rank]), rank]);
  return executeOne("DynamicStitch", [
    [executeOne("Range", [int(0), rank, int(1)]), positive],
    [shape, executeOne("OnesLike", [positive])],
  ]);
}

/** `g`, of the shape of the result, spread over that of the input. */
function spread(r: Application, g: Tensor): Tensor {
  return broadcastTo(withReducedAxes(r, g), shapeOf(r.x));
}

/** How many elements went into each of the result, as a scalar of g's dtype. */
function countPerResult({ x, y, g }: Application): Tensor {
  if (isFullyDefined(x.staticShape) && isFullyDefined(y.staticShape)) {
    const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
    return scalar(size(x.staticShape) / Math.max(1, size(y.staticShape)), g);
  }
  return div(sizeOf(x, g), sizeOf(y, g));
}

// elements that are equal to the extremum share g evenly
const extremum: Rule = (r) => {
  const isChosen = cast(equal(withReducedAxes(r, r.y), r.x), r.g.dtype);
  const count = sum(isChosen, r.inputs[1], true);
  return [mul(div(isChosen, count), withReducedAxes(r, r.g)), null];
};

/** For each element along `axis` the product of all others. */
function productOfOthers(x: Tensor, axis: number): Tensor {
  const before = executeOne("Cumprod", [x, int(axis)], { exclusive: true });
  return mul(before, executeOne("Cumprod", [x, int(axis)], { exclusive: true, reverse: true }));
}

/** The same over several axes: they are moved to the front and folded into one. */
function productOfOthersOver(x: Tensor, axes: Tensor): Tensor {
  const rank = executeOne("Rank", [x]);
  const all = allAxes(x);
  const reduced = executeOne("FloorMod", [executeOne("AddV2", [reshape(cast(axes, "int32"), [-1]), rank]), rank]);
  const [others] = execute("ListDiff", [all, reduced]);
  const permutation = concat([reduced, others as Tensor], 0);
  const moved = executeOne("Transpose", [x, permutation]);
  const length = executeOne("Prod", [gather(shapeOf(x), reduced), ints([0])], { keep_dims: true });
  const folded = productOfOthers(reshape(moved, concat([length, ints([-1])], 0)), 0);
  return transpose(reshape(folded, shapeOf(moved)), executeOne("InvertPermutation", [permutation]));
}

// d prod(x): g times, for each element, the product of all others
const product: Rule = (r) => {
  const axes = reducedAxes(r);
  const others = axes?.length === 1 ? productOfOthers(r.x, axes[0] as number) : productOfOthersOver(r.x, r.inputs[1]);
  return [mul(withReducedAxes(r, r.g), others), null];
};

/** The same cumulative op in the other direction. */
function backwards(r: Application, x: Tensor): Tensor {
  const reverse = !r.attribute<boolean>("reverse");
  return executeOne(r.op === "CumulativeLogsumexp" ? r.op : "Cumsum", [x, r.inputs[1]], {
    exclusive: r.attribute<boolean>("exclusive"),
    reverse,
  });
}

// biome-ignore format: a table, one row a rule
export const reductions: Rules = {
  Sum: (r) => [spread(r, r.g), null],
  Mean: (r) => [spread(r, div(r.g, countPerResult(r))), null],
  Max: extremum,
  Min: extremum,
  Prod: product,
  // d sqrt(sum(x^2)): g x / y
  EuclideanNorm: (r) => [mul(r.x, divNoNan(withReducedAxes(r, r.g), withReducedAxes(r, r.y))), null],
  Cumsum: (r) => [backwards(r, r.g), null],
  // the sum, in the other direction, of g y, over x
  Cumprod: (r) => [divNoNan(backwards(r, mul(r.y, r.g)), r.x), null],
  // the sum, in the other direction, of g e^(x - y): by logarithms, positive and negative g apart
  CumulativeLogsumexp: (r) => {
    const part = (g: Tensor): Tensor => {
      const isPositive = executeOne("Greater", [g, zerosLike(g)]);
      const logs = select(isPositive, log(select(isPositive, g, onesLike(g))), scalar(-Infinity, g));
      return exp(executeOne("AddV2", [backwards(r, sub(logs, r.y)), r.x]));
    };
    return [sub(part(r.g), part(neg(r.g))), null];
  },
};
