import { expect, it } from "vitest";
import { Deal } from "./deal.ts";
import { DealtRecords } from "./dealt-records.ts";

const counts = [5, 0, 9];

/** The records of all batches, in order. */
function recordsOf(dropRemainder: boolean): { numbers: number[]; records: DealtRecords } {
  const deal = new Deal({ counts, batchRows: 4, dropRemainder });
  const records = new DealtRecords(deal, counts);
  const numbers = Array.from({ length: deal.numBatches }, (_, number) =>
    Array.from(records.origins(deal.runs(number, 0, deal.rowsIn(number))), Number),
  ).flat();
  return { numbers, records };
}

it("numbers the elements of all streams through: a pass has each of them once", () => {
  const { numbers, records } = recordsOf(false);
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => i));
  expect(records.pass()).toMatchObject({
    batches: 4,
    rows: 14,
    sources: [{ first: 0, end: 14, reads: { total: 14, least: 1, most: 1 } }],
  });
  expect(records.source.describeRecord?.(7)).toBe("element 2 of the stream of shard 2");
});

it("leaves elements out where the last batch is dropped", () => {
  const { numbers, records } = recordsOf(true);
  expect(new Set(numbers).size).toBe(12);
  expect(records.pass()).toMatchObject({
    batches: 3,
    rows: 12,
    sources: [{ reads: { total: 12, least: 0, most: 1 } }],
  });
});
