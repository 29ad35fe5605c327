/** Why an element could not be read: its sources are asked about the records that it is made of. */
import { withoutRecorders } from "../runtime/executor.ts";
import { tidy } from "../runtime/scopes.ts";
import { int64, int64s } from "./ops.ts";
import type { Plan } from "./plan.ts";

/** What a source finds wrong with the records of element `position`; `undefined` when there is nothing, or no way to know. */
export function explanationOf({ indexed, sources = [] }: Plan, position: number, epoch: number): string | undefined {
  const { origins } = indexed ?? {};
  if (!origins || !sources.some(({ explain }) => explain)) return undefined;
  const numbers = withoutRecorders(() => tidy(() => origins(int64s([position]), int64(epoch)).data()));
  for (const [column, source] of sources.entries()) {
    const records = Array.from(numbers as unknown as ArrayLike<bigint>, Number).filter(
      (_, i) => i % sources.length === column,
    );
    const found = source.explain?.(records.filter((record) => record >= 0));
    if (found !== undefined) return found;
  }
  return undefined;
}
