// Workers that die, stop and come back while they train: the others go on, nothing is lost, and what comes of it is the same.
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { stateAfter, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

const steps = 100;

/** Trains; `holds` are what steps wait for. */
const scriptOf = (holds: string = ""): string =>
  `console.log("begin");\nconsole.log((await train({ steps: ${steps}, holds: { ${holds} } })).state);`;

const faultArguments = (faults: readonly string[]): string[] => faults.flatMap((fault) => ["--fault", fault]);

describe("a training goes on without loss", () => {
  test.each<[number, string[], string?]>([
    [2, ["kill:1@20"]],
    [2, ["kill:0@20:publish"]],
    [2, ["kill:0@20:reduce"]],
    [2, ["kill:1@20:apply"]],
    [2, ["kill:1@20:commit"]],
    [2, ["kill:1@0"]],
    [2, ["kill:1@20", "kill:2@0:join"], "50: ({ workers }) => workers.includes(3)"],
    [2, ["stop:1@20"]],
    [2, ["cut:1@20:reduce"]],
    [3, ["kill:0@20", "kill:1@20"]],
    [4, ["kill:0@20", "stop:1@20:reduce", "kill:3@21"]],
    [4, ["kill:0@20", "kill:1@20", "kill:2@20"]],
  ])("%i workers, %j", async (workers, faults, holds) => {
    const { stdout, stderr, exitCode, report } = await workspace.run(
      scriptOf(holds),
      ...["--workers", String(workers), ...faultArguments(faults)],
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe(`begin\n${stateAfter(steps)}\n`);
    expect(report.state).toEqual({ weightsSha256: String(stateAfter(steps)) });
    const expected = faults.map((fault) => /^(\w+):(\d)/.exec(fault)!.slice(1));
    expect(report.failures.map(({ kind, worker }) => [kind, String(worker)]).sort()).toEqual(expected.sort());
    for (const { stepsLost, detectMs, resumeMs } of report.failures) {
      expect(stepsLost).toBe(0);
      expect(detectMs).toBeLessThan(2500);
      expect(resumeMs).toBeLessThan(5000);
    }
  });
});

test("workers come and go by --fault", async () => {
  const { exitCode, stderr, report } = await workspace.run(
    scriptOf("50: ({ workers }) => workers.length > 2, 70: ({ workers }) => workers.length < 3"),
    ...["--workers", "2", ...faultArguments(["add:1@10", "remove:0@60"])],
  );
  expect(exitCode, stderr).toBe(0);
  expect(report.state).toEqual({ weightsSha256: String(stateAfter(steps)) });
  expect(report.failures).toEqual([]);
  expect(report.generations.map(({ workers }) => workers.length)).toEqual([2, 3, 2]);
  expect(report.generations.at(-1)!.workers).not.toContain(0);
});

test("a worker that a signal from outside stops is given up; one that is continued soon is not", async () => {
  const job = workspace.start(
    `console.log("pid", link.worker, process.pid);\nawait train({ steps: 400, onStep: (step) => { if (step === 20 && link.worker < 2) console.error("under way"); } });`,
    ...["--workers", "2"],
  );
  const pidOf = (worker: number, text: string): number => Number(new RegExp(`pid ${worker} (\\d+)`).exec(text)![1]);
  await job.printed("pid 0");
  await job.printed("pid 1");
  const printed = await job.printed("under way");
  process.kill(pidOf(0, printed), "SIGSTOP");
  process.kill(pidOf(0, printed), "SIGCONT");
  process.kill(pidOf(1, printed), "SIGSTOP");
  await job.printed("worker 1 is given up: it is stopped");
  expect((await job.ended).exitCode).toBe(0);
  expect(job.report().failures).toMatchObject([{ worker: 1, kind: "stop", stepsLost: 0 }]);
});

test("a newcomer gets the results of calls that are over, and no side effect twice", async () => {
  const { stdout, stderr, exitCode } = await workspace.run(
    `const first = await train({ steps: 20 });
console.log("first", first.state, await link.once("save", async () => { console.error("saving"); return "saved"; }));
console.log("second", (await train({ steps: 60, call: 1, state: first.state, holds: { 50: ({ workers }) => workers.includes(2) } })).state);`,
    ...["--workers", "2", "--fault", "kill:0@30"],
  );
  expect(exitCode, stderr).toBe(0);
  const first = stateAfter(20);
  expect(stdout).toBe(`first ${first} saved\nsecond ${stateAfter(60, first)}\n`);
  expect(stderr.match(/saving/g)).toHaveLength(1);
  expect(stderr).toMatch(/worker 2 joins/);
});

test("a step that kills whoever computes it halts the job, and is named", async () => {
  const { stderr, exitCode, report } = await workspace.run(
    'await train({ steps: 50, onCompute: (step, { rank }) => { if (step === 9 && rank === 0) process.kill(process.pid, "SIGSEGV"); } });',
    ...["--workers", "4"],
  );
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/\ntensorfleet run: worker \d was ended by SIGSEGV at step 9\n/);
  expect(stderr).toMatch(/exit code 1: step 9 has killed workers in 3 generations; look at what it computes\n$/);
  expect(report.failures.map(({ kind, step }) => [kind, step])).toEqual(Array(3).fill(["crash", 9]));
});

test("a sample that kills whoever computes it halts the job: step, shard, rows and sample are named", async () => {
  const { stderr, exitCode, report } = await workspace.run(
    `await train({ steps: 50, onCompute: (step, { rank, workers }) => {
  const shards = { from: rank * 12 / workers.length, to: (rank + 1) * 12 / workers.length };
  link.reached(step, "compute", { shards, rows: { begin: 2 * shards.from, end: 2 * shards.to }, samples: "record 7 of train.csv" });
  if (step === 9 && shards.from <= 5 && 5 < shards.to) process.abort();
} });`,
    ...["--workers", "4"],
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    "worker 1 was ended by SIGABRT at step 9, shards 3 to 5 (rows 6 to 11 of the batch: record 7 of train.csv)\n",
  );
  expect(stderr).toMatch(
    /exit code 1: step 9, shards \d to \d \(rows \d+ to \d+ of the batch: record 7 of train.csv\) has killed workers in 3 generations; look at what it computes\n$/,
  );
  expect(report.failures.map(({ kind, step }) => [kind, step])).toEqual(Array(3).fill(["crash", 9]));
});

test("workers that die before they come to a call end the job", async () => {
  const { stderr, exitCode } = await workspace.run('process.kill(process.pid, "SIGKILL");', "--workers", "2");
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/exit code 1: \d workers in a row died before they came to a collective call\n$/);
});

test("all at once is the end, and said to be", async () => {
  const { stderr, exitCode } = await workspace.run(
    scriptOf(),
    ...["--workers", "2", ...faultArguments(["kill:0@20", "kill:1@20"])],
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain("exit code 1: all workers died at once, and with them the state of the training\n");
});
