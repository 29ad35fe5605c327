import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/cli/doctor/diagnose.ts";
import { findLibrary } from "../../../src/native/library/find.ts";
import { type Environment, libraryNames } from "../../../src/native/library/locations.ts";
import { Workspace } from "./workspace.ts";

const command = fileURLToPath(new URL("../../../bin/tensorfleet.js", import.meta.url));

/** Runs the command and returns its exit code and what it printed. */
async function tensorfleet(
  args: string[],
  environment: Environment,
): Promise<{ code: number | null; output: string; said: string }> {
  const child = spawn(process.execPath, [command, ...args], { env: { ...environment } });
  const ran = { code: null as number | null, output: "", said: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.said += text));
  [ran.code] = await once(child, "close");
  return ran;
}

/** Doctor's findings by what they are about. */
async function findings(
  environment: Environment,
  ...args: string[]
): Promise<{ code: number | null; about: Record<string, Finding> }> {
  const { code, output } = await tensorfleet(["doctor", "--json", ...args], environment);
  const { findings } = JSON.parse(output) as { findings: Finding[] };
  return { code, about: Object.fromEntries(findings.map((finding) => [finding.about, finding])) };
}

describe("tensorfleet doctor", () => {
  test("tells of every subject on this machine, and loads koffi in another process", async () => {
    await using work = await Workspace.make();
    const { output } = await tensorfleet(["doctor"], work.withoutPip());
    for (const about of ["machine", "node", "library", "disk", "koffi", "processor", "cores", "memory"]) {
      expect(output).toMatch(new RegExp(`^(ok|warning|error) +${about} +\\S`, "m"));
    }
    expect(output).toMatch(/koffi 3\.\S+ loads/);
  });

  test.runIf(findLibrary())("loads TensorFlow in another process, and finds nothing wrong", async () => {
    const { code, about } = await findings(process.env);
    expect(about.tensorflow).toMatchObject({
      level: "ok",
      message: expect.stringMatching(/^TensorFlow 2\.21\.\d+ loads in \d+ ms/),
    });
    expect(code).toBe(0);
  });

  test("without a library and a way to fetch it, it ends with exit code 1 and says what to do", async () => {
    await using work = await Workspace.make();
    const { code, about } = await findings(work.withoutPip());
    expect(code).toBe(1);
    expect(about.library).toMatchObject({ level: "error", advice: expect.stringContaining("install pip") });
  });

  test("a library that cannot be loaded is a finding, and so is its hash", async () => {
    await using work = await Workspace.make();
    const folder = join(work.root, "broken");
    mkdirSync(folder);
    for (const name of libraryNames()) writeFileSync(join(folder, name), "no library");
    const { code, about } = await findings(work.withoutPip({ TENSORFLEET_LIBRARY: folder }), "--verify");
    expect(code).toBe(1);
    expect(about.tensorflow).toMatchObject({
      level: "error",
      message: expect.stringMatching(/does not load: .*(file too short|invalid ELF header)/),
    });
    expect(about.hashes).toMatchObject({ level: "warning" });
  });

  test("a folder that is not a library is a finding, not a crash", async () => {
    await using work = await Workspace.make();
    const { code, about } = await findings(work.withoutPip({ TENSORFLEET_LIBRARY: work.root }));
    expect(code).toBe(1);
    expect(about.library).toMatchObject({
      level: "error",
      message: expect.stringContaining(`got ${work.root}, which lacks`),
    });
  });
});

describe("tensorfleet install", () => {
  test("tells a failure on standard error, with exit code 1 and without a stack", async () => {
    await using work = await Workspace.make();
    const { code, said } = await tensorfleet(["install"], work.withoutPip());
    expect(code).toBe(1);
    expect(said).toMatch(/^tensorfleet install: expected pip, or an index .*\n$/);
  });

  test("says where the library is that is here already", async () => {
    await using work = await Workspace.make();
    const folder = join(work.root, "mine");
    mkdirSync(folder);
    for (const name of libraryNames()) writeFileSync(join(folder, name), "a library");
    const { code, output } = await tensorfleet(["install"], work.withoutPip({ TENSORFLEET_LIBRARY: folder }));
    expect([code, output]).toEqual([0, `TensorFlow's C library is here already: ${folder} (environment)\n`]);
  });

  test("ends on Ctrl-C with exit code 130", async () => {
    await using work = await Workspace.make();
    // The command knows only the real wheel: an index that never answers keeps it waiting.
    work.index.behaviour = { stallsPages: true };
    const child = spawn(process.execPath, [command, "install"], {
      env: { ...work.withoutPip({ PIP_INDEX_URL: work.index.url }) },
    });
    await once(work.index, "stalled");
    child.kill("SIGINT");
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const [code] = await once(child, "close");
    expect([code, said]).toEqual([130, expect.stringContaining("ended before it was done; run it again to go on")]);
  });
});
