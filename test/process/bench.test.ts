// The benchmarks run: every workload of ours in a small setting, and the report of a row without a peer.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rows } from "../../bench/rows.ts";
import { tensorfleet } from "./command.ts";

/** The sizes of the small setting, by script. */
const small: Readonly<Record<string, readonly string[]>> = {
  "workloads/eager-op.ts": ["100"],
  "workloads/fit.ts": ["mlp", "16", "8", "10"],
  "workloads/custom-loop.ts": ["16", "8", "10", "jit"],
  "workloads/first-step.ts": [],
  "workloads/all-reduce.ts": ["1024", "10"],
  "workloads/images.ts": ["8", "4"],
  "workloads/csv.ts": ["100", "3", "8"],
  "workloads/input-wait.ts": ["8", "3"],
  "workloads/javascript-data.ts": ["100", "generator"],
  "workloads/position.ts": ["resume"],
  "workloads/records.ts": ["100", "8", "shuffled"],
  "workloads/records-index.ts": ["1"],
  "workloads/workers-fit.ts": ["mlp", "16", "8", "10"],
};
const scripts = [...new Set(rows.map((row) => row.ours.script))].sort();

test("every workload has a small setting", () => {
  expect(Object.keys(small).sort()).toEqual(scripts);
});

test.each(scripts)("%s prints a line of JSON with a time", async (script) => {
  const { stdout, stderr, exitCode } = await tensorfleet([
    "run",
    "--seed",
    "1",
    `bench/${script}`,
    "--",
    ...small[script]!,
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout.trimEnd().split("\n").at(-1)!).value).toBeGreaterThan(0);
});

test("every row names scripts that exist", () => {
  for (const { ours, peer } of rows) {
    for (const side of [ours, ...(peer ? [peer] : [])]) {
      expect(() => readFileSync(new URL(`../../bench/${side.script}`, import.meta.url)), side.script).not.toThrow();
    }
  }
});
