/** Ops that work along the last axis, for any axis: the two are swapped before, and swapped back after. */
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { oneAxis, rankedShape } from "../operands.ts";

/** `x` with `axis` and the last axis swapped. */
function swapWithLast(api: string, x: Tensor, axis: number): Tensor {
  const rank = rankedShape(api, x).length;
  const order = Array.from({ length: rank }, (_, i) => i);
  order[axis] = rank - 1;
  order[rank - 1] = axis;
  return executeOne("Transpose", [x, convert(api, order, "int32")]);
}

/** `x` with `axis` moved behind all others. Throws when it is beyond the rank. */
export function moveToEnd(api: string, x: Tensor, axis: number): Tensor {
  if (isLastAxis(api, x, axis)) return x;
  const position = oneAxis(api, axis, x.staticShape);
  const order = Array.from({ length: rankedShape(api, x).length }, (_, i) => i);
  order.push(...order.splice(position, 1));
  return executeOne("Transpose", [x, convert(api, order, "int32")]);
}

/** Whether `axis` is the last one. Throws when it is beyond the rank. */
function isLastAxis(api: string, x: Tensor, axis: number): boolean {
  if (axis === -1 && x.staticShape === null) return true;
  const { length } = rankedShape(api, x);
  return length === 0 || oneAxis(api, axis, x.staticShape) === length - 1;
}

/** `op` along `axis` of `x`; the result has the shape of `x`. */
export function lastAxis(api: string, x: Tensor, axis: number, op: (x: Tensor) => Tensor): Tensor {
  if (isLastAxis(api, x, axis)) return op(x);
  const position = oneAxis(api, axis, x.staticShape);
  return swapWithLast(api, op(swapWithLast(api, x, position)), position);
}
