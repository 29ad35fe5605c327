/** Whole numbers as a dataset. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, ENDLESS } from "../by-index.ts";
import { indexSpec } from "../element-function.ts";
import { datasetOp, int64 } from "../ops.ts";
import { type Plan, sourceInMemory } from "../plan.ts";

/** The numbers `start`, `start + step`, ... before `stop`, as int64 scalars; `stop` may be `Infinity` or `-Infinity`. */
export function rangeOf(start: number, stop: number, step: number): Plan {
  const cardinality = Math.max(0, Math.ceil((stop - start) / step));
  const numbersAt = (indices: Tensor): Tensor[] => [
    executeOne("AddV2", [executeOne("Mul", [indices, int64(step)]), int64(start)]),
  ];
  const plan = byIndex({
    spec: indexSpec,
    cardinality,
    varies: false,
    parents: [],
    sources: [sourceInMemory("numbers", cardinality, 0)],
    indexed: { rows: numbersAt, element: numbersAt },
  });
  const last = Math.max(-ENDLESS, Math.min(stop, ENDLESS));
  return {
    ...plan,
    stream: (position) =>
      datasetOp("RangeDataset", [int64(start + position.start * step), int64(last), int64(step)], indexSpec),
  };
}
