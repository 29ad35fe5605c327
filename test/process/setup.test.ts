// The two commands of the README: what they set up, that they do it once, that they leave nothing running.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { repositoryFiles } from "../architecture/sources.ts";
import { type Result, root, run, start } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-setup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a fresh checkout", () => {
  const checkout = join(folder, "checkout");
  for (const path of repositoryFiles()) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    cpSync(join(root, path), join(checkout, path));
  }
  const npmStart = (env: NodeJS.ProcessEnv): Promise<Result> =>
    run("npm", ["start", "--silent", "--", "--epochs", "1", "--seed", "7", "--samples", "256"], { cwd: checkout, env });

  test("is set up by npm start, which then runs the main job", async () => {
    const { stdout, stderr, exitCode } = await npmStart({ npm_config_prefer_offline: "true" });
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toContain("Installing packages (npm ci)");
    expect(stdout).toMatch(/validation accuracy 0\.\d+\n$/);
  });

  test("is not set up a second time, and needs no network then", async () => {
    const { stdout, exitCode } = await npmStart({ npm_config_offline: "true", PIP_NO_INDEX: "1" });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("npm ci");
  });

  test("serves several processes at once that find its sources changed", async () => {
    appendFileSync(join(checkout, "src/index.ts"), "// changed\n");
    const commands = Array.from({ length: 3 }, () =>
      run(process.execPath, ["bin/tensorfleet.js", "run", "examples/first-steps.ts"], { cwd: checkout }),
    );
    for (const { exitCode, stderr } of await Promise.all(commands)) expect(exitCode, stderr).toBe(0);
  });

  test("is set up again when package-lock.json asks for other packages", async () => {
    const lock = join(checkout, "package-lock.json");
    writeFileSync(lock, "{}");
    const { stdout, exitCode } = await npmStart({ npm_config_offline: "true" });
    expect(stdout).toContain("Packages changed: installing them again (npm ci)");
    expect(exitCode).not.toBe(0);
  });
});

describe("a command that set-up runs", () => {
  const driver = (command: string): string[] => [
    "--input-type=module",
    "-e",
    `import { run } from ${JSON.stringify(`${root}scripts/setup.mjs`)}; process.exit(await run("bash", ["-c", ${JSON.stringify(command)}]));`,
  ];

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends with all that it started on %s, with exit code %i", async (signal, exitCode) => {
    const setUp = start(process.execPath, driver("sleep 1000 & echo a sleeper is there; wait"));
    await setUp.printed("is there");
    setUp.kill(signal);
    expect((await setUp.ended).exitCode).toBe(exitCode); // it ends for us only when nobody holds its output open any more
  });

  test("hands its exit code on", async () => {
    expect((await run(process.execPath, driver("exit 3"))).exitCode).toBe(3);
  });
});

test("npm test ends on a line that counts passed and failed tests, files that do not load among the failed", async () => {
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "a.test.mjs"), 'test("passes", () => {}); test("fails", () => expect(1).toBe(2));');
  writeFileSync(join(project, "b.test.mjs"), 'throw new Error("does not load");');
  const passed = await run(process.execPath, [
    `${root}scripts/test.mjs`,
    "--root",
    project,
    "--globals",
    "a.test",
    "-t",
    "passes",
  ]);
  expect(passed.stdout.trimEnd().split("\n").at(-1)).toBe("1 passed, 0 failed");
  expect(passed.exitCode).toBe(0);
  const failed = await run(process.execPath, [`${root}scripts/test.mjs`, "--root", project, "--globals"]);
  expect(failed.stdout.trimEnd().split("\n").at(-1)).toBe("1 passed, 2 failed");
  expect(failed.exitCode).toBe(1);
});
