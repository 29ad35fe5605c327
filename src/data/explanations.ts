/** Why an element could not be read: what its records have that the sources, or the functions that they pass, cannot take. */
import { NativeError } from "../native/index.ts";
import { withoutRecorders } from "../runtime/executor.ts";
import { tidy } from "../runtime/scopes.ts";
import { int64, int64s } from "./ops.ts";
import { parsedFeatures } from "./parsed-features.ts";
import type { IndexedBatches, Plan, Source } from "./plan.ts";
import { exampleFault } from "./records/example-faults.ts";

/** `message`, the failure of element `position`, with what is found out about the records behind it. */
export function explained(plan: Plan, position: number, epoch: number, message: string): string {
  const { sources = [], indexed } = plan.whole ?? plan;
  if (!indexed?.origins || !sources.some(({ describeRecord }) => describeRecord)) return message;
  const columns = recordsOf(plan.whole ?? plan, position, epoch);
  for (const [i, source] of sources.entries()) {
    source.verify(); // a file that has changed is what is wrong, and must not be read any more
    const records = existing(columns[i] as number[]);
    const found = source.explain?.(records) ?? parseFault(plan.whole ?? plan, source, records);
    if (found !== undefined) return found;
  }
  const row = indexed.batches && failingRow(indexed.batches, position, epoch);
  const where = sources.map((source, i) => {
    const records = columns[i] as number[];
    return placeText(source, existing(row === undefined ? records : records.slice(row, row + 1)));
  });
  const known = where.filter((text) => text !== "");
  return known.length > 0 ? `${message} (${known.join("; ")})` : message;
}

/** For each source the numbers of the records of which an element is made, row by row; -1 where a row has none of it. */
function recordsOf({ indexed, sources = [] }: Plan, position: number, epoch: number): number[][] {
  const numbers = eagerly(() => indexed?.origins?.(int64s([position]), int64(epoch)).data() as BigInt64Array);
  const all = Array.from(numbers, Number);
  return sources.map((_, column) => all.filter((_, i) => i % sources.length === column));
}

const existing = (records: readonly number[]): number[] => records.filter((record) => record >= 0);

/** The first of `records` that a parser of examples in the plan's functions cannot take, if it takes the records as they are. */
function parseFault({ functions = [] }: Plan, source: Source, records: readonly number[]): string | undefined {
  if (!source.read) return undefined;
  for (const needs of functions.flatMap(parsedFeatures))
    for (const record of records) {
      const fault = exampleFault(source.read(record), needs);
      if (!fault) continue;
      const { expected, got, advice } = fault;
      return `tf.io.parseExample: expected ${expected}, got ${got} in ${source.describeRecord?.(record)}; ${advice}`;
    }
  return undefined;
}

/** The row of a batch that cannot be computed by itself either; `undefined` when each can, so that it is how they are put together. */
function failingRow(batches: IndexedBatches, position: number, epoch: number): number | undefined {
  const [index, pass] = [() => int64(position), () => int64(epoch)];
  const numRows = eagerly(() => Number(batches.numRows(index(), pass()).item()));
  for (let row = 0; row < numRows; row++)
    try {
      eagerly(() => batches.rows(index(), pass(), int64(row), int64(row + 1)).length);
    } catch (error) {
      if (error instanceof NativeError) return row;
      throw error;
    }
  return undefined;
}

/** The records behind a failure in words. */
function placeText({ describeRecord }: Source, records: readonly number[]): string {
  const [first] = records;
  if (!describeRecord || first === undefined) return "";
  return records.length === 1
    ? `in ${describeRecord(first)}`
    : `in one of ${records.length} records, the first ${describeRecord(first)}`;
}

function eagerly<T>(make: () => T): T {
  return withoutRecorders(() => tidy(make));
}
