// Every script of examples/ runs, in a small setting.
import { expect, test } from "vitest";
import { repositoryFiles } from "../architecture/sources.ts";
import { tensorfleet } from "./command.ts";

/** The arguments of the small setting, and what the last line then says. */
const settings: Readonly<Record<string, readonly [args: readonly string[], lastLine: RegExp]>> = {
  "examples/first-steps.ts": [[], /^tensors alive: \d+$/],
  "examples/mnist.ts": [["--epochs", "1", "--samples", "1024"], /^validation accuracy 0\.\d+$/],
  "examples/custom-loop.ts": [["--steps", "50"], /^accuracy [01]\.\d+$/],
  "examples/regression.ts": [["--epochs", "3"], /^mean error \d/],
};
const examples = repositoryFiles().filter((path) => /^examples\/.*\.ts$/.test(path));

test("every example has a small setting", () => {
  expect(Object.keys(settings).sort()).toEqual(examples);
});

test.each(examples)("%s runs to its last line", async (path) => {
  const [args, lastLine] = settings[path]!;
  const { stdout, stderr, exitCode } = await tensorfleet(["run", path, "--", ...args]);
  expect(exitCode, stderr).toBe(0);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(lastLine);
});
