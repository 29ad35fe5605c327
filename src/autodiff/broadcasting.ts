/** Broadcasting backwards: the gradient of an operand that was stretched is the sum over the axes along which it was. */
import type { Shape } from "../base/shapes.ts";
import { execute } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { reshape, reshapeLike, shapeOf, sum } from "./rule-ops.ts";

/**
 * Sums `g`, which has the shape of a broadcast result, to the shape of the operand `x`. `others` are the remaining operands: where
 * their lengths are 1, a length of `x` that is not known before run time is that of the result.
 */
export function unbroadcast(g: Tensor, x: Tensor, ...others: Tensor[]): Tensor {
  const axes = stretchedAxes(g.staticShape, x.staticShape, others);
  if (axes === undefined) return unbroadcastAtRunTime(g, x);
  if (axes.length === 0) return g;
  const leading = (g.staticShape as Shape).length - (x.staticShape as Shape).length;
  if (axes.length === leading) return sum(g, axes); // only whole axes were added in front: nothing to reshape
  return leading === 0 ? sum(g, axes, true) : reshapeLike(sum(g, axes), x);
}

/** The axes of the result along which `x` was stretched; `undefined` when shapes do not tell before run time. */
function stretchedAxes(result: Shape | null, x: Shape | null, others: readonly Tensor[]): number[] | undefined {
  if (result === null || x === null) return undefined;
  const leading = result.length - x.length;
  const axes: number[] = [];
  for (let axis = 0; axis < result.length; axis++) {
    if (axis < leading) axes.push(axis);
    else if (x[axis - leading] === 1 && result[axis] !== 1) axes.push(axis);
    else if (x[axis - leading] === null && !setsLength(result.length - axis, others)) return undefined;
  }
  return axes;
}

/** Whether the result takes its length at `fromEnd` (1 is the last axis) from nobody else. */
function setsLength(fromEnd: number, others: readonly Tensor[]): boolean {
  if (others.length === 0) return false;
  return others.every(
    ({ staticShape: shape }) => shape !== null && (shape.length < fromEnd || shape.at(-fromEnd) === 1),
  );
}

function unbroadcastAtRunTime(g: Tensor, x: Tensor): Tensor {
  const shape = shapeOf(x);
  const [axes] = execute("BroadcastGradientArgs", [shape, shapeOf(g)]);
  return reshape(sum(g, axes as Tensor), shape);
}
