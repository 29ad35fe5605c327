import { describe, expect, it } from "vitest";
import { type DataFacts, type PlanFacts, planData, planLines } from "./data-plan.ts";

const files: DataFacts = {
  sources: [{ kind: "TFRecord", files: 4, records: 60000, bytes: 47_000_000 }],
  batches: 235,
  batchRows: 256,
  lastBatchRows: 96,
  shuffled: "exactly",
  reads: "own rows",
  opens: null,
};
const stream: DataFacts = {
  ...files,
  batches: null,
  batchRows: 256,
  lastBatchRows: null,
  shuffled: "buffer",
  reads: "all",
};
const facts = (changes: Partial<PlanFacts> = {}): PlanFacts => ({
  call: "model.fit",
  workers: 2,
  shards: 8,
  epochs: 3,
  stepsPerEpoch: null,
  training: files,
  validation: null,
  ...changes,
});
const linesOf = (changes: Partial<PlanFacts> = {}, detail: "short" | "long" = "short"): string[] =>
  planLines(planData(facts(changes)), detail);

describe("the plan of data", () => {
  it("tells how long an epoch is, and who reads what", () => {
    expect(linesOf()).toEqual([
      "data: 60,000 rows of TFRecord (4 files, 47.0 MB), shuffled, batches of 256: 235 steps an epoch, the last of 96 rows",
      "2 workers share out 8 shards, 128 rows of a batch in the first; each reads the rows of its shards alone",
    ]);
    expect(linesOf({ workers: 3 }, "long").slice(1)).toEqual([
      "worker 0: shards 0 to 2, rows 0 to 95 of a full batch",
      "worker 1: shards 3 to 5, rows 96 to 191 of a full batch",
      "worker 2: shards 6 to 7, rows 192 to 255 of a full batch",
    ]);
    expect(linesOf({ workers: 1 })).toHaveLength(1);
  });

  it("is data for programs too", () => {
    expect(planData(facts({ validation: files }))).toMatchObject({
      steps: 235,
      rowsPerEpoch: 60000,
      shares: [
        { rank: 0, shards: [0, 4], rows: [0, 128] },
        { rank: 1, shards: [4, 8], rows: [128, 256] },
      ],
      warnings: [],
    });
  });

  it("counts steps by stepsPerEpoch, and endless data by nothing", () => {
    expect(linesOf({ stepsPerEpoch: 100 })[0]).toContain(": 100 steps an epoch, going on where the one before ended");
    expect(planData(facts({ stepsPerEpoch: 100 }))).toMatchObject({ steps: 100, rowsPerEpoch: null });
    const endless = { ...files, batches: -1, lastBatchRows: null };
    expect(linesOf({ training: endless })[0]).toContain("steps without end");
    expect(planData(facts({ training: endless })).steps).toBeNull();
  });
});

describe("what looks wrong", () => {
  const warningsOf = (changes: Partial<PlanFacts>): readonly string[] => planData(facts(changes)).warnings;

  it.each<[string, Partial<PlanFacts>, RegExp]>([
    ["a stream that all read", { training: stream }, /^each of 2 workers reads all of the training data, 47.0 MB/],
    ["a stream of validation data", { validation: stream }, /^each of 2 workers reads all of the validation data/],
    ["an end that nobody knows", { training: stream }, /only reading tells/],
    ["no shuffle", { training: { ...files, shuffled: null } }, /are not shuffled/],
    ["a shuffle behind batch", { training: { ...files, shuffled: "batches" } }, /shuffle stands behind batch/],
    ["batches of fewer rows than shards", { training: { ...files, batchRows: 6 } }, /a batch of 6 rows leaves 2 of 8/],
    ["a small last batch", { training: { ...files, lastBatchRows: 3 } }, /the last batch, of 3 rows, leaves 5 of 8/],
    [
      "fewer files than shards",
      { training: { ...stream, reads: "own files", opens: 3 } },
      /3 files, which leaves 5 of 8/,
    ],
    ["workers without shards", { workers: 9 }, /^1 of 9 workers have no shard: give --shards 9/],
  ])("%s", (_, changes, expected) => {
    expect(warningsOf(changes).filter((warning) => expected.test(warning))).toHaveLength(1);
  });

  it("is nothing where one worker reads all, and where the end is given", () => {
    expect(warningsOf({ training: stream, workers: 1, shards: 1, stepsPerEpoch: 10 })).toEqual([]);
    expect(warningsOf({})).toEqual([]);
  });

  it("follows the plan's lines", () => {
    expect(linesOf({ training: { ...files, shuffled: null } }).at(-1)).toMatch(/^warning: the training data/);
  });
});
