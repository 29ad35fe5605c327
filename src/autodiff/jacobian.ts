/** Jacobians, row by row: one backward pass for each element of the target. */
import { invalidArgument } from "../base/errors.ts";
import { isFullyDefined, numElements, shapeText } from "../base/shapes.ts";
import { executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { concat, int, ints, reshape, scalar, shapeOf } from "./rule-ops.ts";

/**
 * The derivatives of all elements of `target` with respect to `numSources` sources, `[...target, ...source]` each, given what one
 * backward pass makes of an upstream gradient.
 */
export function jacobianRows(
  target: Tensor,
  numSources: number,
  backward: (upstream: Tensor) => (Tensor | null)[],
): (Tensor | null)[] {
  const shape = target.staticShape;
  if (!isFullyDefined(shape))
    throw invalidArgument("tape.jacobian", "a target of known shape", shapeText(shape), "call tf.ensureShape first");
  const size = numElements(shape);
  const rows = Array.from({ length: size }, (_, i) => backward(reshape(oneHot(target, i, size), shape)));
  return Array.from({ length: numSources }, (_, source) => {
    const parts = rows.map((row) => row[source] ?? null);
    const first = parts.find((part) => part !== null);
    if (!first) return null;
    const stacked = executeOne("Pack", [parts.map((part) => part ?? executeOne("ZerosLike", [first]))]);
    return reshape(stacked, concat([ints(shape), shapeOf(first)], 0));
  });
}

/** A vector of zeros with a one at `index`. */
function oneHot(like: Tensor, index: number, size: number): Tensor {
  return executeOne("OneHot", [int(index), int(size), scalar(1, like), scalar(0, like)]);
}
