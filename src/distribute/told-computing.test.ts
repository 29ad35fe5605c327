import { expect, test } from "vitest";
import type { Computing } from "../cluster/deaths.ts";
import type { Source } from "../data/plan.ts";
import type { BatchRows } from "./row-log.ts";
import { ToldComputing } from "./told-computing.ts";

const source: Source = {
  kind: "CSV",
  paths: [],
  numRecords: 100,
  bytes: 0,
  verify: () => {},
  describeRecord: (record) => `train.csv, record ${record}`,
};
const place = { epoch: 2, number: 9 };
const batch: BatchRows = {
  rows: 10,
  purpose: "train",
  place,
  sources: [source],
  origins: (begin, end) => BigInt64Array.from({ length: end - begin }, (_, i) => BigInt(50 + begin + i)),
};

function told(given: BatchRows, isCareful: boolean, from: number, to: number): Computing | undefined {
  const got: (Computing | undefined)[] = [];
  const computing = new ToldComputing({ reached: (_step, _phase, what) => void got.push(what) }, 4);
  computing.begin(given);
  computing.isCareful = isCareful;
  computing.tell(3, { from, to });
  return got[0];
}

test("shards that are computed are told with their rows", () => {
  expect(told(batch, false, 1, 3)).toEqual({ shards: { from: 1, to: 3 }, rows: { begin: 2, end: 7 }, samples: "" });
});

test("after a death the records behind the rows are named", () => {
  expect(told(batch, true, 1, 2)?.samples).toBe("train.csv, record 52; train.csv, record 53; train.csv, record 54");
  expect(told({ ...batch, rows: 100 }, true, 0, 1)?.samples).toMatch(/record 57 and 17 more$/);
  const inMemory = { ...source, kind: "tensors", describeRecord: undefined } as unknown as Source;
  expect(told({ ...batch, sources: [inMemory] }, true, 1, 2)?.samples).toBe("records 52, 53, 54 of the tensors");
});

test("where records are not known, the batch is", () => {
  expect(told({ rows: 10, purpose: "train", place }, true, 0, 1)?.samples).toBe("batch 9 of pass 2 over the data");
  expect(told({ rows: 10, purpose: "run" }, true, 0, 1)?.samples).toBe("");
});

test("nothing is told of what is no step of a batch", () => {
  let calls = 0;
  const computing = new ToldComputing({ reached: () => void calls++ }, 4);
  computing.tell(0, { from: 0, to: 1 });
  expect(calls).toBe(0);
});
