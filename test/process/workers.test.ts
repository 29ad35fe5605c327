// `tensorfleet run --workers`: what several workers make of one script, without TensorFlow.
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { stateAfter, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

describe("a script in two workers", () => {
  test("trains as one: its lines appear once, the same in both", async () => {
    const { stdout, stderr, exitCode, report } = await workspace.run(
      'console.log("begin", process.argv.slice(2), process.env.TENSORFLEET_SEED, process.env.TENSORFLEET_THREADS);\nconsole.log(JSON.stringify(await train({ steps: 20 })));',
      ...["--workers", "2", "--seed", "7", "--", "--epochs", "1"],
    );
    expect(stdout, stderr).toBe(`begin [ '--epochs', '1' ] 7 1\n{"steps":20,"state":${stateAfter(20)}}\n`);
    expect(stderr).toBe("tensorfleet run: 2 workers with 1 thread each (--threads), seed 7\n");
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      script: "job-0.ts",
      seed: 7,
      steps: 20,
      failures: [],
      generations: [{ number: 1, workers: [0, 1], reason: "call 0 begins" }],
      exitCode: 0,
    });
  });

  test("shares a seed that is drawn, and says it", async () => {
    const { stdout, stderr, report } = await workspace.run(
      "console.log(process.env.TENSORFLEET_SEED);",
      "--workers",
      "2",
    );
    const [, seed] = /seed (\d+) \(repeat this run with --seed \1\)\n/.exec(stderr) ?? [];
    expect(stdout, stderr).toBe(`${seed}\n`);
    expect(report.seed).toBe(Number(seed));
  });

  test("may print what differs: it carries the worker's number, as all on standard error does", async () => {
    const script =
      'console.log("same");\nconsole.log("I am", link.worker);\nconsole.error("problem");\nconsole.log("end");';
    const { stdout, stderr } = await workspace.run(script, "--workers", "2");
    const [first, second] = stdout.includes("[worker 1]") ? [0, 1] : [1, 0];
    expect(stdout.split("\n").sort()).toEqual(
      ["", "same", `I am ${first}`, `[worker ${second}] I am ${second}`, "end"].sort(),
    );
    expect(stderr).toMatch(/\n\[worker [01]\] problem\n$/);
  });

  test("may make no collective call at all, and end whenever it does", async () => {
    const script = 'await new Promise((resolve) => setTimeout(resolve, link.worker * 300));\nconsole.log("done");';
    expect(await workspace.run(script, "--workers", "2")).toMatchObject({ stdout: "done\n", exitCode: 0 });
  });

  test("makes several calls in a row, each in a generation of its own", async () => {
    const script = `let state = 1;
for (let call = 0; call < 3; call++) state = (await train({ steps: 5, call, state })).state;
console.log(state);`;
    const { stdout, exitCode, report } = await workspace.run(script, "--workers", "2");
    expect([stdout, exitCode]).toEqual([`${stateAfter(5, stateAfter(5, stateAfter(5)))}\n`, 0]);
    expect(report.generations.map(({ reason }) => reason)).toEqual(["call 0 begins", "call 1 begins", "call 2 begins"]);
  });

  test("has a side effect once, whose result reaches both", async () => {
    const script =
      'console.log(await link.once("save", async () => { console.error("saving"); return link.worker; }));';
    const { stdout, stderr } = await workspace.run(script, "--workers", "2");
    expect(stdout).toMatch(/^[01]\n$/);
    expect(stderr.match(/saving/g)).toHaveLength(1);
  });
});

test("one worker is a job too, and what makes a run a job needs no --workers", async () => {
  const { stdout, stderr, report } = await workspace.run(
    "console.log(link.worker, (await train({ steps: 3 })).state);",
  );
  expect(stdout, stderr).toBe(`0 ${stateAfter(3)}\n`);
  expect(report.generations).toMatchObject([{ workers: [0] }]);
});

test("a range begins with its most, and goes on with its least", async () => {
  const { stdout, exitCode, report } = await workspace.run(
    "console.log((await train({ steps: 30 })).state);",
    ...["--workers", "2:3", "--fault", "kill:0@5"],
  );
  expect([stdout, exitCode]).toEqual([`${stateAfter(30)}\n`, 0]);
  expect(report.generations.slice(0, 2)).toMatchObject([{ workers: [0, 1, 2] }, { workers: [1, 2] }]);
});

test("a spare takes a place in the generation that follows a death", async () => {
  const { exitCode, report } = await workspace.run(
    "await train({ steps: 100 });",
    ...["--workers", "2", "--spares", "1", "--fault", "kill:0@50"],
  );
  expect(exitCode).toBe(0);
  const [before, after] = report.generations;
  const spare = [0, 1, 2].find((id) => !before!.workers.includes(id));
  expect(after).toMatchObject({ workers: [...before!.workers.filter((id) => id !== 0), spare] });
});
