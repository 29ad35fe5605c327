/** Shapes around ops that take a fixed number of axes: more batch axes are folded into one, missing axes added. */
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** `x` with a new axis of length 1 at `axis`. */
export function addAxis(x: Tensor, axis: number): Tensor {
  return executeOne("ExpandDims", [x, convert("expandDims", axis, "int32")]);
}

/** `x` without `axis`, which has length 1. */
export function removeAxis(x: Tensor, axis: number): Tensor {
  return executeOne("Squeeze", [x], { squeeze_dims: [axis] });
}

/** The lengths of `x` from axis `begin` to before `end` (to the last when not given), as an int32 vector. */
function lengthsOf(x: Tensor, begin: number, end?: number): Tensor {
  const known = x.staticShape?.slice(begin, end);
  if (known?.every((length) => length !== null)) return convert("shape", known as number[], "int32");
  return executeOne("Shape", [x]).at(`${begin}:${end ?? ""}`);
}

function concat(parts: readonly Tensor[]): Tensor {
  return executeOne("ConcatV2", [parts, convert("concat", 0, "int32")]);
}

/** `op` over `x` of at least `rank` axes: leading axes beyond become one batch axis and come back in the result. */
export function overBatch(x: Tensor, rank: number, op: (x: Tensor) => Tensor): Tensor {
  const numBatch = (x.staticShape?.length ?? rank) - rank + 1;
  if (numBatch <= 1) return op(x);
  const folded = concat([convert("reshape", [-1], "int32"), lengthsOf(x, numBatch)]);
  const result = op(executeOne("Reshape", [x, folded]));
  return executeOne("Reshape", [result, concat([lengthsOf(x, 0, numBatch), lengthsOf(result, 1)])]);
}
