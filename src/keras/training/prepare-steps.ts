/** What is done before workers come together: steps are traced, and the data seen from outside, for all must read the same. */
import { flatten } from "../../base/nests.ts";
import { shapeText } from "../../base/shapes.ts";
import type { Rows } from "../../distribute/shared-rows.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { BatchData } from "./array-data.ts";
import type { Batch } from "./batches.ts";
import { firstRows } from "./pass-data.ts";
import type { ShardedSteps } from "./sharded-steps.ts";

/** Traces a step for the first batch of `data`; gives what must be the same in all workers. */
export async function prepareSteps(
  steps: ShardedSteps,
  kind: "train" | "test",
  data: BatchData,
  prepare: ((batch: Batch) => Batch) | undefined,
): Promise<{ readonly data: string }> {
  const first = await firstRows(data, steps.strategy.numReplicasInSync);
  if (first === undefined) return { data: "none" };
  const change = prepare ?? ((batch: Batch) => batch);
  steps.prepare(kind, first, change);
  await steps.rehearse(kind, first, change);
  const identity = dataIdentity(data, first);
  first.dispose();
  return { data: identity };
}

/** Number and kind of the batches of `data`, of which `first` is the first. */
export function dataIdentity(data: BatchData, first: Rows): string {
  const count = data.cardinality();
  const batch = tidy(() =>
    flatten(first.part(0, 1)).map(({ dtype, shape }) => `${dtype}${shapeText([first.rows, ...shape.slice(1)])}`),
  );
  return `${count < 0 ? "batches" : `${count} batches`} like ${batch.join(" ")}`;
}
