/** `tensorfleet scale N`: asks a job that runs on this host for another number of workers. */
import type { Command } from "commander";
import { integerAtLeast } from "../numbers.ts";

interface ScaleOptions {
  readonly job?: number;
}

/** Adds the command to the program. */
export function registerScale(program: Command): void {
  program
    .command("scale")
    .description("ask a running job for another number of workers")
    .argument("<workers>", "how many there are to be", integerAtLeast(1))
    .option("--job <process>", "process id of its `tensorfleet run`, where several run here", integerAtLeast(1))
    .action(runScale);
}

async function runScale(workers: number, { job }: ScaleOptions): Promise<void> {
  const { runningJobs, scaleJob } = await import("../../cluster/index.ts");
  try {
    const jobs = job === undefined ? runningJobs() : [job];
    if (jobs.length !== 1) throw new Error(ambiguity(jobs));
    process.stdout.write(`${await scaleJob(jobs[0]!, workers)}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

function ambiguity(jobs: readonly number[]): string {
  if (jobs.length === 0)
    return "tensorfleet scale: expected a running job, got none; start one with tensorfleet run --workers";
  return `tensorfleet scale: expected one running job, got ${jobs.length}; name one: ${jobs.map((pid) => `--job ${pid}`).join(" or ")}`;
}
