// The promise: with the shards fixed, the trained weights are the same bits for any number of workers and any failures.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { root } from "../process/command.ts";
import { Workspace } from "../process/workers/workspace.ts";
import { type ModelKind, type OracleRun, type Outcome, outcomeOf } from "./oracle.ts";

const workspace = new Workspace();
beforeAll(() => {
  mkdirSync(join(workspace.folder, "node_modules"));
  symlinkSync(root, join(workspace.folder, "node_modules", "tensorfleet"));
});
afterEach(async () => {
  const isHanging = workspace.isBusy;
  await workspace.endJobs();
  if (!isHanging) expect(workspace.leftovers()).toEqual([]);
});
afterAll(() => workspace[Symbol.dispose]());

const quiet = new Map<string, Promise<Outcome>>();

/** What a run on one worker that nothing happens to comes to. */
function expected(model: ModelKind, shards: number): Promise<Outcome> {
  const key = `${model} ${shards}`;
  const known = quiet.get(key);
  if (known) return known;
  const made = outcomeOf(workspace, { model, shards, workers: "1" }).then(({ outcome }) => outcome);
  quiet.set(key, made);
  return made;
}

interface Case extends OracleRun {
  /** Runs in the long version alone. */
  readonly long?: boolean;
}

// biome-ignore format: a table, one row a line
const cases: readonly Case[] = [
  { model: "cnn", shards: 4, workers: "2" },
  { model: "cnn", shards: 4, workers: "3" },
  { model: "cnn", shards: 4, workers: "4", long: true },
  { model: "cnn", shards: 4, workers: "2", faults: ["kill:1@5"] },
  { model: "cnn", shards: 4, workers: "2", faults: ["kill:0@5:apply"], holds: { 9: 3 } },
  { model: "cnn", shards: 4, workers: "2", faults: ["kill:1@7:commit"], holds: { 8: 3 }, long: true },
  { model: "cnn", shards: 4, workers: "2", faults: ["kill:0@0"], long: true },
  { model: "cnn", shards: 4, workers: "2", faults: ["stop:1@6"] },
  { model: "cnn", shards: 4, workers: "3", faults: ["kill:0@4", "kill:2@4"] },
  { model: "cnn", shards: 4, workers: "4", faults: ["kill:0@4", "kill:1@4", "kill:3@4"], long: true },
  { model: "cnn", shards: 4, workers: "1:3", faults: ["add:1@3", "remove:0@11"], holds: { 8: 2, 14: 3 }, long: true },
  { model: "cnn", shards: 4, workers: "2", faults: ["kill:1@3", "kill:2@0:join"], holds: { 5: 3, 9: 5 }, long: true },
  { model: "cnn", shards: 7, workers: "3", long: true },
  { model: "dense", shards: 6, workers: "4" },
  { model: "dense", shards: 6, workers: "2", faults: ["kill:1@8:publish"] },
  { model: "dense", shards: 6, workers: "2", faults: ["kill:0@8:reduce"], long: true },
  { model: "dense", shards: 6, workers: "3", faults: ["kill:1@8:gather"] },
  { model: "dense", shards: 8, workers: "3", faults: ["kill:2@8"], long: true },
  { model: "embedding", shards: 8, workers: "3" },
  { model: "embedding", shards: 8, workers: "2", faults: ["kill:0@10"], holds: { 12: 3 } },
  { model: "accumulating", shards: 4, workers: "2" },
  { model: "accumulating", shards: 4, workers: "3", faults: ["kill:1@6:apply"], holds: { 9: 3 } },
  { model: "synchronized", shards: 4, workers: "3" },
  { model: "synchronized", shards: 4, workers: "2", faults: ["kill:1@4"], holds: { 8: 3 } },
  { model: "synchronized", shards: 6, workers: "3", faults: ["kill:1@4", "stop:0@9"], long: true },
];

const isLong = process.env.TENSORFLEET_FAULTS === "all";

describe("the weights, the optimizer's state, the metrics and what is printed are those of the quiet run", () => {
  test.each(
    cases
      .filter(({ long }) => isLong || !long)
      .map(
        (row) =>
          [
            `${row.model}, ${row.shards} shards, ${row.workers} workers, ${row.faults?.join(" ") ?? "quiet"}`,
            row,
          ] as const,
      ),
  )("%s", { timeout: 120_000 }, async (_, row) => {
    const { outcome, report, stderr } = await outcomeOf(workspace, row);
    expect(outcome, stderr).toEqual(await expected(row.model, row.shards));
    const deaths = (row.faults ?? []).filter((fault) => /^(kill|stop|cut)/.test(fault));
    expect(report.failures).toHaveLength(deaths.length);
    for (const { stepsLost } of report.failures) expect(stepsLost).toBe(0);
  });
});

test("other shards are other weights", async () => {
  const [four, six] = [await expected("dense", 4), await expected("dense", 6)];
  expect(six.weights).not.toBe(four.weights);
  expect(six.steps).toBe(four.steps);
});
