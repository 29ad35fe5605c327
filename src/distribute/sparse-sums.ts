/**
 * Sums over shards of gradients that may be of rows (IndexedSlices). Rows are not summed on the way but gathered, in the order of the
 * shards; whoever applies them adds up those of one index, in that order. An index rides with its row, as a number more; what pads the
 * rows of a shard to those of others is zeros for row 0.
 */
import { IndexedSlices } from "../autodiff/indexed-slices.ts";
import { concat, reshape, slice } from "../autodiff/rule-ops.ts";
import type { DType } from "../base/dtypes.ts";
import { isFullyDefined, numElements } from "../base/shapes.ts";
import { operandOf } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { padRows, stackOfShards } from "./shard-stack.ts";
import type { StepGraph } from "./step-graph.ts";

/** What carries the rows of a dtype, and the largest index that it holds exactly. */
const carriers: Partial<Record<DType, { readonly dtype: DType; readonly limit: number }>> = {
  float16: { dtype: "float32", limit: 2 ** 24 },
  bfloat16: { dtype: "float32", limit: 2 ** 24 },
  float32: { dtype: "float32", limit: 2 ** 24 },
  float64: { dtype: "float64", limit: 2 ** 53 },
};

/** The sums of `values` over the shards: of slices the rows of all shards, unless the sum of the whole is smaller. */
export function sumsOverShards(step: StepGraph, values: readonly Tensor[]): Tensor[] {
  const gathered = new Map(
    values.map((value) => [value, value instanceof IndexedSlices ? gather(step, value) : undefined]),
  );
  const whole = values.filter((value) => !gathered.get(value));
  const sums = whole.length > 0 ? step.reduce(whole.map(operandOf)) : [];
  return values.map((value) => gathered.get(value) ?? (sums[whole.indexOf(value)] as Tensor));
}

/** A tensor of the graph that tells where a gradient comes from: the rows of slices. */
export function partOf(gradient: Tensor): Tensor {
  return gradient instanceof IndexedSlices ? gradient.values : gradient;
}

/** The slices of all shards; `undefined` where the whole is smaller, or what is needed is not known while tracing. */
function gather(step: StepGraph, slices: IndexedSlices): IndexedSlices | undefined {
  const carrier = carriers[slices.dtype];
  const { staticShape: shape, values, indices } = slices;
  const count = values.staticShape?.[0];
  if (!carrier || typeof count !== "number" || !isFullyDefined(shape)) return undefined;
  const [numRows, ...row] = shape as readonly [number, ...number[]];
  const elements = numElements(row);
  const room = step.roomFor(count);
  const gatheredRows = step.numShards * room;
  if (numRows > carrier.limit || gatheredRows * (elements + 1) >= numRows * elements) return undefined;

  const carried = reshape(values, [count, elements]).cast(carrier.dtype);
  const withIndices = concat([carried, reshape(indices, [count, 1]).cast(carrier.dtype)], 1);
  const all = reshape(stackOfShards(step, padRows(withIndices, room)), [gatheredRows, elements + 1]);
  const ofAll = reshape(slice(all, [0, 0], [gatheredRows, elements]), [gatheredRows, ...row]).cast(slices.dtype);
  const indicesOfAll = reshape(slice(all, [0, elements], [gatheredRows, 1]), [gatheredRows]).cast(indices.dtype);
  return new IndexedSlices(ofAll, indicesOfAll, { denseShape: shape });
}
