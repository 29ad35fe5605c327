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
import { writeReport } from "./report.ts";

const { values } = parseArgs({
  options: {
    kind: { type: "string", default: "kill" },
    faults: { type: "string", default: "50" },
    report: { type: "string" },
  },
});
const STEPS_APART = 120; // a replacement has long joined by then
const FAULTS_A_JOB = 10;
const folder = fileURLToPath(new URL(".", import.meta.url));

interface JobReport {
  readonly steps: number;
  readonly failures: readonly { readonly detectMs: number; readonly resumeMs: number; readonly stepsLost: number }[];
  readonly generations: readonly { readonly reason: string }[];
  readonly state: { readonly weightsSha256: string };
}

/** The last worker to come is struck each time: its id is one more than that of the one before. */
function runJob(numFaults: number): JobReport {
  const scratch = mkdtempSync(join(tmpdir(), "tensorfleet-bench-"));
  try {
    const path = join(scratch, "report.json");
    const faults = Array.from({ length: numFaults }, (_, i) => [
      "--fault",
      `${values.kind}:${i + 1}@${(i + 1) * STEPS_APART}`,
    ]);
    const job = ["run", "--seed", "1", "--threads", "1", "--workers", "2", "--shards", "2", "--report", path];
    const script = ["workloads/long-fit.ts", "--", "128", String((numFaults + 1) * STEPS_APART)];
    const { status, stderr } = spawnSync(
      process.execPath,
      ["../bin/tensorfleet.js", ...job, ...faults.flat(), ...script],
      { cwd: folder, encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`bench: expected a job that ends well, got exit code ${status}:\n${stderr}`);
    return JSON.parse(readFileSync(path, "utf8")) as JobReport;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const jobs: JobReport[] = [];
for (let left = Number(values.faults); left > 0; left -= FAULTS_A_JOB) jobs.push(runJob(Math.min(left, FAULTS_A_JOB)));
const failures = jobs.flatMap((job) => job.failures);
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const row = (name: string, numbers: readonly number[]): string => {
  const all = sorted(numbers);
  return `| ${name} | ${all[all.length >> 1]?.toFixed(1)} | ${all.at(-1)?.toFixed(1)} |`;
};
const table = [
  "| ms | median | worst |",
  "|---|---|---|",
  row(
    "until it is noticed",
    failures.map(({ detectMs }) => detectMs),
  ),
  row(
    "until the next step is committed",
    failures.map(({ resumeMs }) => resumeMs),
  ),
  "",
  `${failures.length} faults (${values.kind}) in ${jobs.length} jobs; steps lost: ${failures.reduce((sum, { stepsLost }) => sum + stepsLost, 0)}; different weights: ${new Set(jobs.map(({ state, steps }) => `${steps} ${state.weightsSha256}`)).size - new Set(jobs.map(({ steps }) => steps)).size}.`,
].join("\n");
console.log(table);
if (values.report !== undefined)
  writeReport(values.report, "two workers of one thread, the main job's network, batch 128", table, { jobs });
