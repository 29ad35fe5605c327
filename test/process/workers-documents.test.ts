// What docs/scale-out.md and docs/survive.md tell to type: the script of the one, run as both say.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { textOf } from "../architecture/sources.ts";
import { markdownBlocks } from "../docs/examples.ts";
import { tensorfleet } from "./command.ts";
import { type Report, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
beforeAll(() => {
  const [script] = markdownBlocks("docs/scale-out.md", textOf("docs/scale-out.md"), "ts");
  writeFileSync(join(workspace.folder, "train.ts"), script!.code);
});
afterAll(() => workspace[Symbol.dispose]());

const commands = [
  "npx tensorfleet run train.ts --workers 2",
  "npx tensorfleet run train.ts --workers 2 --shards 4 --seed 1 --report two.json",
  "npx tensorfleet run train.ts --workers 3 --shards 4 --seed 1 --report three.json",
  "npx tensorfleet run train.ts --workers 2 --shards 4 --seed 1 --report quiet.json",
  "npx tensorfleet run train.ts --workers 2 --shards 4 --seed 1 --report killed.json --fault kill:1@50",
  "npx tensorfleet run train.ts --workers 2 --shards 4 --seed 1 --ledger ledger --fault kill:1@50:publish",
];
const reportOf = (name: string): Report => JSON.parse(readFileSync(join(workspace.folder, name), "utf8")) as Report;

test.each(commands)("%s", async (command) => {
  const [, , ...args] = command.split(" ");
  const { exitCode, stdout, stderr } = await tensorfleet(args, { cwd: workspace.folder, env: workspace.env });
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^Epoch 1\/30\n8\/8 - .*\ntrue\n$/s);
  expect(stdout).not.toContain("[worker");
  expect(workspace.leftovers()).toEqual([]);
});

test("the reports hold the same weights", () => {
  const reports = ["two.json", "three.json", "quiet.json", "killed.json"].map(reportOf);
  expect(new Set(reports.map(({ state }) => state?.weightsSha256)).size).toBe(1);
  expect(reports.at(-1)).toMatchObject({ failures: [{ worker: 1, kind: "kill", stepsLost: 0 }] });
});

test("npx tensorfleet records check --ledger ledger", async () => {
  const args = ["records", "check", "--ledger", "ledger"];
  const { exitCode, stdout } = await tensorfleet(args, { cwd: workspace.folder, env: workspace.env });
  expect(exitCode).toBe(0);
  const [shown] = markdownBlocks("docs/survive.md", textOf("docs/survive.md"), "text");
  expect(stdout.trim()).toBe(shown!.code.trim());
});
