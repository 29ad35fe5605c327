// How jobs end before their time: by Ctrl-C, by an error, by workers that do not fit together; nothing is left of them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { root, start, tensorfleet } from "./command.ts";
import { Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

const endless = 'await train({ steps: 1e9, onStep: (step) => { if (step === 5) console.log("under way"); } });';

describe("Ctrl-C", () => {
  test("stops all after the running step, with exit code 130", async () => {
    const job = workspace.start(endless, "--workers", "2");
    await job.printed("under way");
    job.kill("SIGINT");
    const { exitCode, stderr } = await job.ended;
    expect(exitCode, stderr).toBe(130);
    expect(stderr).toContain("tensorfleet run: stopping after this step (Ctrl-C again ends at once)\n");
    expect(job.report().exitCode).toBe(130);
  });

  test("a second time ends at once", async () => {
    const job = workspace.start(
      'await train({ steps: 1e9, onStep: (step) => { if (step !== 5) return; console.log("under way"); for (;;); } });',
      ...["--workers", "2"],
    );
    await job.printed("under way");
    job.kill("SIGINT");
    await job.printed("stopping after this step");
    job.kill("SIGINT");
    expect((await job.ended).exitCode).toBe(130);
  });

  test("ends workers that are in no call at once, as it would end a script alone", async () => {
    const job = workspace.start('console.log("under way");\nsetInterval(() => {}, 1000);', "--workers", "2");
    await job.printed("under way");
    job.kill("SIGINT");
    expect((await job.ended).exitCode).toBe(130);
  });

  test("SIGTERM does the same, with exit code 143", async () => {
    const job = workspace.start(endless, "--workers", "2");
    await job.printed("under way");
    job.kill("SIGTERM");
    expect((await job.ended).exitCode).toBe(143);
  });
});

test("Ctrl-Z stops the workers too, and they go on with the job", async () => {
  const job = workspace.start(
    'console.log("pid", process.pid);\nawait train({ steps: 100, onStep: (step) => { if (step === 5) console.log("under way"); } });',
    ...["--workers", "1"],
  );
  const [, pid] = /pid (\d+)/.exec(await job.printed("under way"))!;
  const stateOf = (): string => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))![1]!;
  job.kill("SIGTSTP");
  await expect.poll(stateOf).toBe("T");
  job.kill("SIGCONT");
  expect(await job.ended).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("given up") });
});

describe("a script that throws", () => {
  test("on one worker ends the job with its error and its exit code", async () => {
    const { stderr, exitCode } = await workspace.run(
      `${endless.replace("if (step === 5)", 'if (step === 5 && link.worker === 1) throw new Error("bad luck");')}`,
      ...["--workers", "2"],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain("[worker 1] Error: bad luck\n");
    expect(stderr).toMatch(/\ntensorfleet run: exit code 1: the script failed in worker 1\n$/);
  });

  test("on all shows its error once", async () => {
    const { stderr, exitCode } = await workspace.run('throw new Error("bad script");', "--workers", "3");
    expect(exitCode).toBe(1);
    expect(stderr.match(/Error: bad script/g)).toHaveLength(1);
  });

  test("or ends with another exit code gives the job that exit code", async () => {
    expect((await workspace.run("process.exit(5);", "--workers", "2")).exitCode).toBe(5);
  });
});

describe("workers that do not fit together are refused with the difference named", () => {
  test("when they run something else", async () => {
    const { stderr, exitCode } = await workspace.run(
      'await train({ steps: 5, identity: { library: "version " + link.worker } });',
      ...["--workers", "2"],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /refused: worker ([01]) at collective call 0 \(fit\): expected library version ([01]) as in worker \2, got version \1\n/,
    );
    expect(stderr).toMatch(/exit code 1: workers differ\n$/);
  });

  test("when they take different paths", async () => {
    const { stderr, exitCode } = await workspace.run(
      'await link.enter({ number: 0, name: link.worker ? "fit" : "evaluate", identity: {}, segmentBytes: [] });',
      ...["--workers", "2"],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /expected (fit|evaluate) as in worker [01], got (fit|evaluate); all workers must take the same path/,
    );
  });

  test("a newcomer that differs is refused, and the others go on", async () => {
    const { stderr, exitCode, report } = await workspace.run(
      `import { existsSync, readFileSync, writeFileSync } from "node:fs";
const training = train({ steps: 40, identity: { host: link.worker < 2 ? "a" : "b" }, holds: { 30: () => existsSync("refused") } });
await training.catch((error) => { writeFileSync("refused", ""); throw error; });`,
      ...["--workers", "2", "--fault", "kill:1@10"],
    );
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(
      /refused: worker 2 at collective call 0 \(fit\): expected host a as in worker [01], got b\n/,
    );
    expect(report.generations.at(-1)).toMatchObject({ workers: [0] });
  });
});

test("an agent that is killed takes its workers with it", async () => {
  const job = workspace.start(endless, "--workers", "2");
  await job.printed("under way");
  job.kill("SIGKILL");
  await job.ended;
  await expect.poll(() => workspace.leftovers()).toEqual([]);
});

test("a reader that goes away ends the job", async () => {
  writeFileSync(join(workspace.folder, "talk.ts"), 'setInterval(() => console.log("x".repeat(9999)), 1);\n');
  const command = `${process.execPath} ${root}bin/tensorfleet.js run talk.ts --workers 2 | head -c 100 > out; echo "\${PIPESTATUS[0]}"`;
  const { stdout } = await start("bash", ["-c", command], { cwd: workspace.folder, env: workspace.env }).ended;
  expect(stdout).toBe("141\n");
  expect(existsSync(join(workspace.folder, "out"))).toBe(true);
});

describe("a command line that cannot be understood ends with exit code 2 and says why:", () => {
  test.each([
    [["--workers", "0"], "argument '0' is invalid. expected a number of at least 1, or MIN:MAX, such as 2:8."],
    [["--workers", "4:2"], "argument '4:2' is invalid."],
    [["--workers", "two"], "argument 'two' is invalid."],
    [["--shards", "0"], "argument '0' is invalid. expected a whole number of at least 1."],
    [
      ["--fault", "melt:1@2"],
      "tensorfleet run: --fault: expected one of the faults kill, stop, cut, add, remove, got melt",
    ],
    [["--report", "gone/report.json"], "tensorfleet run: --report gone/report.json: the folder does not exist"],
  ])("%j", async (args, message) => {
    writeFileSync(join(workspace.folder, "train.ts"), "");
    const { stderr, exitCode } = await tensorfleet(["run", "train.ts", ...args], { cwd: workspace.folder });
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});
