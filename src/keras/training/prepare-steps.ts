/** What is done before workers come together: steps are traced, and the data seen from outside, for all must read the same. */
import { flatten, type Nest } from "../../base/nests.ts";
import { shapeText } from "../../base/shapes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { BatchData } from "./array-data.ts";
import type { Batch } from "./batches.ts";
import { rowsOf, type ShardedSteps } from "./sharded-steps.ts";

/** Traces a step for the first batch of `data`; gives what must be the same in all workers. */
export async function prepareSteps(
  steps: ShardedSteps,
  kind: "train" | "test",
  data: BatchData,
  prepare: ((batch: Batch) => Batch) | undefined,
): Promise<{ readonly data: string }> {
  using iterator = data.iterator();
  const element = await iterator.nextAsync();
  if (element === undefined) return { data: "none" };
  steps.prepare(kind, rowsOf(element), prepare ?? ((batch) => batch));
  const identity = dataIdentity(data, element);
  for (const tensor of flatten(element)) tensor.dispose();
  return { data: identity };
}

/** Number and kind of the batches of `data`, of which `first` is the first. */
export function dataIdentity(data: BatchData, first: Nest<Tensor>): string {
  const count = data.cardinality();
  const batch = flatten(first).map(({ dtype, shape }) => `${dtype}${shapeText(shape)}`);
  return `${count < 0 ? "batches" : `${count} batches`} like ${batch.join(" ")}`;
}
