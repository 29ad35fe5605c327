/**
 * How long a replacement takes to come, and how long it holds up the others: jobs of two workers, of which one is killed and replaced.
 * node --import tsx bench/joins.ts [--model cnn|mlp] [--jobs 5] [--report NAME]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, timesTable, writeReport } from "./report.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "cnn" },
    jobs: { type: "string", default: "5" },
    steps: { type: "string", default: "150" },
    report: { type: "string" },
  },
});
const KILLED_AT = 20;
const STEPS_OF_A_JOIN = 8;
const folder = fileURLToPath(new URL(".", import.meta.url));

interface JobReport {
  readonly failures: readonly { readonly atMs: number }[];
  readonly generations: readonly {
    readonly atMs: number;
    readonly step: number;
    readonly workers: readonly number[];
  }[];
}

interface Join {
  /** From the death to the generation with the replacement. */
  readonly comesMs: number;
  /** What the steps around the join took more than usual ones, all together. */
  readonly delayMs: number;
  readonly usualStepMs: number;
}

function runJob(): Join {
  const scratch = mkdtempSync(join(tmpdir(), "tensorfleet-bench-"));
  try {
    const path = join(scratch, "report.json");
    const job = ["run", "--seed", "1", "--threads", "1", "--workers", "2", "--shards", "2", "--report", path];
    const script = ["workloads/join-fit.ts", "--", String(values.model), "128", String(values.steps), scratch];
    const command = ["../bin/tensorfleet.js", ...job, "--fault", `kill:1@${KILLED_AT}`, ...script];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`bench: expected a job that ends well, got exit code ${status}:\n${stderr}`);
    const ends = readdirSync(scratch)
      .filter((name) => name.startsWith("ends-"))
      .map((name) => JSON.parse(readFileSync(join(scratch, name), "utf8")) as number[])
      .sort((a, b) => b.length - a.length);
    return joinOf(JSON.parse(readFileSync(path, "utf8")) as JobReport, ends[0] as number[]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** `ends` are those of the worker that was there all the time. */
function joinOf({ failures, generations }: JobReport, ends: readonly number[]): Join {
  const joined = generations.find(({ workers }) => workers.includes(2));
  const [failure] = failures;
  if (!joined || !failure) throw new Error("bench: expected a replacement that joins, got none; take more steps");
  const tookMs = (step: number): number => (ends[step] as number) - (ends[step - 1] as number);
  const around = Array.from({ length: STEPS_OF_A_JOIN }, (_, i) => joined.step + i).filter(
    (step) => step < ends.length,
  );
  const usualStepMs = median(
    ends
      .slice(1)
      .map((_, i) => tookMs(i + 1))
      .slice(joined.step + STEPS_OF_A_JOIN),
  );
  return {
    comesMs: joined.atMs - failure.atMs,
    delayMs: around.reduce((sum, step) => sum + Math.max(0, tookMs(step) - usualStepMs), 0),
    usualStepMs,
  };
}

const joins = Array.from({ length: Number(values.jobs) }, runJob);
const table = timesTable([
  ["from the death to the generation of the replacement", joins.map(({ comesMs }) => comesMs)],
  ["what the join holds up the others, all together", joins.map(({ delayMs }) => delayMs)],
  ["a usual step of the two", joins.map(({ usualStepMs }) => usualStepMs)],
]);
console.log(table);
if (values.report !== undefined)
  writeReport(
    values.report,
    `two workers of one thread, ${values.model}, batch 128, Adam; ${joins.length} joins`,
    table,
    { joins },
  );
