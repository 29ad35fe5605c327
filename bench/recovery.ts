/**
 * How long a fault holds up a training: jobs of two workers in which one after another is killed (or stopped) and replaced.
 * node --import tsx bench/recovery.ts [--kind kill|stop] [--faults 50] [--report NAME]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, timesTable, writeReport } from "./report.ts";

const { values } = parseArgs({
  options: {
    kind: { type: "string", default: "kill" },
    faults: { type: "string", default: "50" },
    report: { type: "string" },
  },
});
const STEPS_APART = 120; // a replacement has long joined by then
const FAULTS_A_JOB = 10;
const STEPS_OF_JOINING = 20; // the first of a newcomer, which are slow
const folder = fileURLToPath(new URL(".", import.meta.url));

interface Generation {
  readonly atMs: number;
  readonly step: number;
  readonly workers: readonly number[];
}

interface JobReport {
  readonly steps: number;
  readonly failures: readonly { readonly detectMs: number; readonly resumeMs: number; readonly stepsLost: number }[];
  readonly generations: readonly Generation[];
  readonly state: { readonly weightsSha256: string };
}

interface Job extends JobReport {
  /** From the moment at which a worker was struck to the generation with its replacement. */
  readonly replacedMs: readonly number[];
  /** By how much longer than usual the steps took in which a replacement began to take part. */
  readonly delayedMs: readonly number[];
}

/** The last worker to come is struck each time: its id is one more than that of the one before. */
function runJob(numFaults: number): Job {
  const scratch = mkdtempSync(join(tmpdir(), "tensorfleet-bench-"));
  try {
    const path = join(scratch, "report.json");
    const faults = Array.from({ length: numFaults }, (_, i) => [
      "--fault",
      `${values.kind}:${i + 1}@${(i + 1) * STEPS_APART}`,
    ]);
    const job = ["run", "--seed", "1", "--threads", "1", "--workers", "2", "--shards", "2", "--report", path];
    const script = ["workloads/long-fit.ts", "--", "128", String((numFaults + 1) * STEPS_APART)];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["../bin/tensorfleet.js", ...job, ...faults.flat(), ...script],
      { cwd: folder, encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`bench: expected a job that ends well, got exit code ${status}:\n${stderr}`);
    const report = JSON.parse(readFileSync(path, "utf8")) as JobReport;
    return { ...report, replacedMs: replacedMs(report), delayedMs: delayedMs(report, stepsOfSurvivor(stdout)) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The generations that have fewer workers than the one before, and those that have more. */
function changesOf({ generations }: JobReport): { readonly losses: Generation[]; readonly joins: Generation[] } {
  const grownBy = (i: number): number =>
    (generations[i]?.workers.length ?? 0) - (generations[i - 1]?.workers.length ?? 0);
  return {
    losses: generations.filter((_, i) => grownBy(i) < 0),
    joins: generations.filter((_, i) => i > 0 && grownBy(i) > 0),
  };
}

function replacedMs(report: JobReport): number[] {
  const { losses, joins } = changesOf(report);
  return losses.flatMap(({ atMs }, i) => {
    const joined = joins.find((generation) => generation.atMs > atMs);
    return joined ? [joined.atMs - atMs + (report.failures[i]?.detectMs ?? 0)] : [];
  });
}

/** When the steps of the worker began that has been there from first to last. */
function stepsOfSurvivor(stdout: string): number[] {
  const printed = stdout.split("\n").flatMap((line) => /\{"stepsAtMs":.*\}/.exec(line)?.[0] ?? []);
  const all = printed.map((line) => (JSON.parse(line) as { stepsAtMs: number[] }).stepsAtMs);
  return all.sort((a, b) => b.length - a.length)[0] ?? [];
}

function delayedMs(report: JobReport, stepsAtMs: readonly number[]): number[] {
  const { steps } = report;
  if (stepsAtMs.length !== steps)
    throw new Error(`bench: expected the times of ${steps} steps, got ${stepsAtMs.length}`);
  const took = (from: number, to: number): number => (stepsAtMs[to] as number) - (stepsAtMs[from] as number);
  const { losses, joins } = changesOf(report);
  return joins.flatMap(({ step }) => {
    const [begin, end] = [step + STEPS_OF_JOINING, losses.find((other) => other.step > step)?.step ?? steps - 1];
    if (begin >= end) return [];
    const usual = median(Array.from({ length: end - begin }, (_, i) => took(begin + i, begin + i + 1)));
    return [Math.max(0, took(step, begin) - STEPS_OF_JOINING * usual)];
  });
}

const jobs: Job[] = [];
for (let left = Number(values.faults); left > 0; left -= FAULTS_A_JOB) jobs.push(runJob(Math.min(left, FAULTS_A_JOB)));
const failures = jobs.flatMap((job) => job.failures);
const numSteps = new Set(jobs.map(({ steps }) => steps)).size;
const numStates = new Set(jobs.map(({ state, steps }) => `${steps} ${state.weightsSha256}`)).size;
const lost = failures.reduce((sum, { stepsLost }) => sum + stepsLost, 0);
const times = timesTable([
  ["until it is noticed", failures.map(({ detectMs }) => detectMs)],
  ["until the next step is committed", failures.map(({ resumeMs }) => resumeMs)],
  ["until a replacement takes part", jobs.flatMap((job) => job.replacedMs)],
  ["by which a replacement delays the others", jobs.flatMap((job) => job.delayedMs)],
]);
const table = `${times}\n\n${failures.length} faults (${values.kind}) in ${jobs.length} jobs; steps lost: ${lost}; different weights: ${numStates - numSteps}.`;
console.log(table);
if (values.report !== undefined)
  writeReport(values.report, "two workers of one thread, the main job's network, batch 128", table, { jobs });
