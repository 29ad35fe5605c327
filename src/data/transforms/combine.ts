/** Several datasets as one: zip, concatenate, enumerate. */
import { mapNest, type Nest } from "../../base/nests.ts";
import { isFullyDefined, mostGeneralShape } from "../../base/shapes.ts";
import { executeOne } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { aheadInTurn, aheadOfAll } from "../ahead.ts";
import { byIndex, elementByRows } from "../by-index.ts";
import { DatasetSpec, type ElementSpec, shapesOf, specsOf } from "../element.ts";
import { datasetOp, int32, int64, reshape } from "../ops.ts";
import { type Indexed, type Plan, smallest, sourcesOf } from "../plan.ts";

/** Element i is the elements i of all, structured as `spec`; it ends with the shortest. */
export function zip(spec: ElementSpec, plans: readonly Plan[]): Plan {
  const fields = {
    spec,
    cardinality: smallest(plans.map((plan) => plan.cardinality)),
    varies: plans.some((plan) => plan.varies),
    sources: sourcesOf(plans),
  };
  const { cardinality } = fields;
  const parts = plans.flatMap((plan) => plan.indexed ?? []);
  if (parts.length === plans.length && cardinality !== undefined) {
    const rows = parts.flatMap((part) => part.rows ?? []);
    const origins = parts.flatMap((part) => part.origins ?? []);
    const parallelism = Math.max(...plans.map((plan) => plan.parallelism ?? 0)) || undefined;
    const indexed: Indexed = {
      element: (index, epoch) => parts.flatMap((part) => part.element(index, epoch)),
      rows:
        rows.length === parts.length ? (indices, epochs) => rows.flatMap((part) => part(indices, epochs)) : undefined,
      origins:
        origins.length === parts.length
          ? (indices, epochs) => columns(origins.map((part) => part(indices, epochs)))
          : undefined,
    };
    const ahead = aheadOfAll(plans.map((plan) => plan.ahead));
    return byIndex({ ...fields, cardinality, parallelism, parents: plans, indexed, ahead });
  }
  return {
    ...fields,
    stream: (position) => datasetOp("ZipDataset", [plans.map((plan) => plan.stream(position))], spec),
    dispose: () => {
      for (const plan of plans) plan.dispose();
    },
  };
}

const columns = (parts: readonly Tensor[]): Tensor =>
  parts.length === 1 ? (parts[0] as Tensor) : executeOne("ConcatV2", [[...parts], int32(1)]);

/** The elements of `first`, then those of `second`. Both have the same structure and dtypes. */
export function concatenate(first: Plan, second: Plan): Plan {
  const others = specsOf(second.spec);
  const spec = mapNest(first.spec as Nest<TensorSpec>, (leaf, i) =>
    leaf instanceof DatasetSpec
      ? leaf
      : new TensorSpec(mostGeneralShape(leaf.shape, others[i]?.shape ?? null), leaf.dtype),
  );
  const { cardinality: n } = first;
  const cardinality = n === undefined || second.cardinality === undefined ? undefined : n + second.cardinality;
  const dispose = (): void => {
    first.dispose();
    second.dispose();
  };
  const stream: Plan["stream"] = ({ epoch, start }) => {
    if (n !== undefined && start >= n) return second.stream({ epoch, start: start - n });
    const both = [first.stream({ epoch, start: n === undefined ? 0 : start }), second.stream({ epoch, start: 0 })];
    const joined = datasetOp("ConcatenateDataset", both, spec);
    return n === undefined && start > 0 ? datasetOp("SkipDataset", [joined, int64(start)], spec) : joined;
  };
  const indexed =
    cardinality !== undefined && shapesOf(spec).every(isFullyDefined) ? joinedIndex(first, second, spec) : undefined;
  return {
    spec,
    cardinality,
    varies: first.varies || second.varies,
    parallelism: first.parallelism ?? second.parallelism,
    sources: sourcesOf([first, second]),
    stream,
    dispose,
    indexed,
    ahead: n === undefined ? undefined : aheadInTurn(first.ahead, second.ahead, n),
  };
}

/** Both are computed at numbers that they have, and the right one is chosen. */
function joinedIndex(first: Plan, second: Plan, spec: ElementSpec): Indexed | undefined {
  const { cardinality: n } = first;
  const [rowsOfFirst, rowsOfSecond] = [first.indexed?.rows, second.indexed?.rows];
  if (
    !rowsOfFirst ||
    !rowsOfSecond ||
    n === undefined ||
    n === Number.POSITIVE_INFINITY ||
    n === 0 ||
    second.cardinality === 0
  )
    return undefined;
  const ranks = shapesOf(spec).map((shape) => (shape ?? []).length);
  const isInFirst = (indices: Tensor): Tensor => executeOne("Less", [indices, int64(n)]);
  const numberInFirst = (indices: Tensor): Tensor => executeOne("Minimum", [indices, int64(n - 1)]);
  const numberInSecond = (indices: Tensor): Tensor =>
    executeOne("Maximum", [executeOne("Sub", [indices, int64(n)]), int64(0)]);
  const rows = (indices: Tensor, epochs: Tensor): Tensor[] => {
    const isFirst = isInFirst(indices);
    const ofFirst = rowsOfFirst(numberInFirst(indices), epochs);
    const ofSecond = rowsOfSecond(numberInSecond(indices), epochs);
    return ofFirst.map((row, i) => {
      const condition = reshape(isFirst, [-1, ...new Array<number>(ranks[i] as number).fill(1)]);
      return executeOne("SelectV2", [condition, row, ofSecond[i] as Tensor]);
    });
  };
  const [originsOfFirst, originsOfSecond] = [first.indexed?.origins, second.indexed?.origins];
  if (!originsOfFirst || !originsOfSecond) return elementByRows(rows);
  const origins = (indices: Tensor, epochs: Tensor): Tensor => {
    const isFirst = reshape(isInFirst(indices), [-1, 1]);
    return columns([
      executeOne("SelectV2", [isFirst, originsOfFirst(numberInFirst(indices), epochs), int64(-1)]),
      executeOne("SelectV2", [isFirst, int64(-1), originsOfSecond(numberInSecond(indices), epochs)]),
    ]);
  };
  return { ...elementByRows(rows), origins };
}
