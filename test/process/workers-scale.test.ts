// `tensorfleet scale`: more and fewer workers while a job runs.
import { afterAll, afterEach, expect, test } from "vitest";
import { tensorfleet } from "./command.ts";
import { type RunningJob, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

const scale = (...args: string[]): ReturnType<typeof tensorfleet> =>
  tensorfleet(["scale", ...args], { env: workspace.env });
const endless = 'await train({ steps: 1e9, onStep: (step) => { if (step === 5) console.log("under way"); } });';

async function end(job: RunningJob): Promise<void> {
  job.kill("SIGINT");
  expect((await job.ended).exitCode).toBe(130);
}

test("a job grows and shrinks while it trains", async () => {
  const job = workspace.start(endless, "--workers", "1");
  await job.printed("under way");
  expect(await scale("2")).toMatchObject({ stdout: "scaling from 1 to 2 workers\n", exitCode: 0 });
  await job.printed("generation 2 of workers 0 and 1: worker 1 joins");
  expect(await scale("1")).toMatchObject({ stdout: "scaling from 2 to 1 workers\n", exitCode: 0 });
  await job.printed("generation 3 of worker 0: worker 1 is gone");
  expect(await scale("99")).toMatchObject({
    stderr: "tensorfleet scale: expected 1 to 8 workers, got 99\n",
    exitCode: 1,
  });
  await end(job);
  expect(job.report().failures).toEqual([]);
});

test("without a running job, or with two, it says what to do", async () => {
  expect(await scale("2")).toMatchObject({
    stderr: "tensorfleet scale: expected a running job, got none; start one with tensorfleet run --workers\n",
    exitCode: 1,
  });
  const jobs = [workspace.start(endless, "--workers", "1"), workspace.start(endless, "--workers", "1")];
  await Promise.all(jobs.map((job) => job.printed("under way")));
  const { stderr, exitCode } = await scale("2");
  expect(stderr).toMatch(/^tensorfleet scale: expected one running job, got 2; name one: --job \d+ or --job \d+\n$/);
  expect(exitCode).toBe(1);
  expect((await scale("2", "--job", String(jobs[1]!.pid))).stdout).toBe("scaling from 1 to 2 workers\n");
  expect((await scale("2", "--job", "1")).stderr).toBe("tensorfleet scale: no job of process 1 runs here\n");
  await Promise.all(jobs.map(end));
});
