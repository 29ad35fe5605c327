import { afterEach, expect, it } from "vitest";
import { ReadRows } from "./read-rows.ts";
import { type BatchRows, type RowLog, type StepPlace, setRowLog } from "./row-log.ts";
import { ToldRows } from "./told-rows.ts";

afterEach(() => setRowLog(undefined));

const batch: BatchRows = { rows: 10, purpose: "train", place: { epoch: 1, number: 3 } };
const at = (generation: number): StepPlace => ({ call: 0, step: 7, generation });

/** What a ledger is told, in words. */
function listening(): string[] {
  const told: string[] = [];
  const log: RowLog = {
    gives: ({ step, generation }, { place }, begin, end) =>
      told.push(`step ${step} generation ${generation}: ${place?.epoch}/${place?.number} [${begin}, ${end})`),
    commits: ({ step, generation }) => told.push(`step ${step} generation ${generation}: committed`),
    ends: (call) => told.push(`call ${call} is over`),
  };
  setRowLog(log);
  return told;
}

it("tells of rows once in each generation that works on a step, and of its end", () => {
  const told = listening();
  const rows = new ToldRows();
  rows.begin(batch);
  rows.give(at(1), { from: 2, to: 4, of: 4 });
  rows.give(at(1), { from: 2, to: 4, of: 4 }); // another of the step's sums
  rows.give(at(2), { from: 0, to: 4, of: 4 });
  rows.commit(at(2));
  expect(told).toEqual([
    "step 7 generation 1: 1/3 [5, 10)",
    "step 7 generation 2: 1/3 [0, 10)",
    "step 7 generation 2: committed",
  ]);
});

it("tells of the rows that were read, not of those that were to be", () => {
  const told = listening();
  const [rows, read] = [new ToldRows(), new ReadRows()];
  rows.begin({ ...batch, read });
  read.add(0, 2);
  read.add(4, 7);
  rows.give(at(1), { from: 0, to: 2, of: 4 });
  rows.give(at(2), { from: 0, to: 4, of: 4 });
  expect(told).toEqual([
    "step 7 generation 1: 1/3 [0, 2)",
    "step 7 generation 1: 1/3 [4, 5)",
    "step 7 generation 2: 1/3 [0, 2)",
    "step 7 generation 2: 1/3 [4, 7)",
  ]);
});

it("tells nothing of shards without rows, nor of sums that read no batch", () => {
  const told = listening();
  const rows = new ToldRows();
  rows.give(at(1), { from: 0, to: 1, of: 1 });
  rows.commit(at(1));
  rows.begin({ ...batch, rows: 1 });
  rows.give(at(1), { from: 0, to: 1, of: 4 });
  expect(told).toEqual([]);
});
