/** Random whole numbers as a dataset: functions of (seed, number), so that any of them can be had at any time. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows } from "../by-index.ts";
import { indexSpec } from "../element-function.ts";
import { int64 } from "../ops.ts";
import { drawBelow } from "../permutation.ts";
import { type Plan, sourceInMemory } from "../plan.ts";

const BELOW = 2 ** 32;
/** Each epoch begins somewhere else in one sequence that is too long for two epochs to meet in it. */
const BEGINNINGS = 2 ** 53;

/** Numbers of [0, 2^32) as int64 scalars, without end; other ones in each epoch where `varies`. */
export function randomNumbers(seed: number, varies: boolean): Plan {
  const beginningOf = (epochs: Tensor): Tensor => drawBelow(BEGINNINGS, seed, varies ? epochs : int64(0));
  const numbersAt = (indices: Tensor, epochs: Tensor): Tensor[] => [
    drawBelow(BELOW, seed + 1, executeOne("AddV2", [indices, beginningOf(epochs)])),
  ];
  return byIndex({
    spec: indexSpec,
    cardinality: Number.POSITIVE_INFINITY,
    varies,
    parents: [],
    sources: [sourceInMemory("random numbers", Number.POSITIVE_INFINITY, 0)],
    indexed: elementByRows(numbersAt),
  });
}
