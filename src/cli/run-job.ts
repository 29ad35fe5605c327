/** `tensorfleet run --workers`: this process is the agent of a job; it starts workers and never loads TensorFlow itself. */
import { existsSync, renameSync, statSync, writeFileSync } from "node:fs";
import module from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { drawSeed } from "../base/seeds.ts";
import { Agent, type Fault, type Job, type JobOptions, type Json, parseFault } from "../cluster/index.ts";
import type { RunOptions } from "./commands/run.ts";
import { addressOf } from "./debugger-address.ts";
import { ledgerFolder, ledgerNote, withLedger } from "./ledger-report.ts";

/** A running job can be scaled to at least this many workers. */
const leastWorkerLimit = 64;
const exitCodes: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
const brokenPipeExitCode = 141; // 128 + SIGPIPE
const stopSignals = Object.keys(exitCodes) as readonly NodeJS.Signals[];

/** Runs a script in workers, to its end; `misused` ends the process with a usage error. */
export async function runJob(
  script: string,
  scriptArguments: readonly string[],
  options: RunOptions,
  misused: (message: string) => never,
): Promise<void> {
  if (process.platform !== "linux")
    misused(`tensorfleet run: expected Linux for a job of several workers, got ${process.platform}`);
  const report = options.report === undefined ? undefined : reportPath(options.report, misused);
  const ledger = options.ledger === undefined ? undefined : ledgerPath(options.ledger, misused);
  const job = { ...jobOf(options, report !== undefined), ledger };
  const isDebugging = options.inspect !== undefined || options.inspectBrk !== undefined;
  using agent = new Agent({
    script,
    job,
    faults: faultsOf(options.fault ?? [], misused),
    settings: { spares: options.spares ?? 0, isDebugging },
    commandFor: commandOf(script, scriptArguments, options, job),
  });
  const clean = (): void => agent[Symbol.dispose]();
  const stop = (signal: NodeJS.Signals): void => agent.stop(exitCodes[signal] ?? 1);
  process.once("exit", clean);
  const suspend = (): void => {
    agent.pause(true);
    process.kill(process.pid, "SIGSTOP");
  };
  const resume = (): void => agent.pause(false);
  for (const signal of stopSignals) process.on(signal, stop);
  process.on("SIGTSTP", suspend).on("SIGCONT", resume);
  process.stdout.on("error", () => agent.abandon(brokenPipeExitCode));
  process.stderr.write(`tensorfleet run: ${described(job, options, isDebugging)}\n`);
  const outcome = await agent.run();
  for (const signal of stopSignals) process.off(signal, stop);
  process.off("SIGTSTP", suspend).off("SIGCONT", resume);
  process.off("exit", clean);
  process.exitCode = outcome.exitCode;
  const told = ledger === undefined ? outcome.report : proven(ledger, outcome.report);
  if (report !== undefined) writeReport(report, told);
}

/** Says whether the ledger proves what the job has read; a job that wanted a proof and has none has failed. */
function proven(folder: string, report: Json): Json {
  const checked = withLedger(folder, report);
  process.stderr.write(`${ledgerNote(folder, checked.ledger)}\n`);
  if (!checked.ledger.proven) process.exitCode ||= 1;
  return checked.report;
}

function ledgerPath(folder: string, misused: (message: string) => never): string {
  try {
    return ledgerFolder(folder);
  } catch (error) {
    return misused(`tensorfleet run: ${(error as Error).message}`);
  }
}

function jobOf({ workers = { min: 1, max: 1 }, shards, seed, threads }: RunOptions, reports: boolean): Job {
  return {
    shards,
    minWorkers: workers.min,
    maxWorkers: workers.max,
    workerLimit: Math.max(workers.max, leastWorkerLimit),
    seed: seed ?? Number(process.env.TENSORFLEET_SEED || drawSeed()),
    threads: threads ?? Number(process.env.TENSORFLEET_THREADS || 1),
    reports,
  };
}

function described(job: Job, { seed, threads }: RunOptions, isDebugging: boolean): string {
  const { minWorkers, maxWorkers } = job;
  const range = minWorkers === 1 ? `${maxWorkers}` : `${minWorkers} to ${maxWorkers}`;
  return [
    `${range} worker${maxWorkers === 1 ? "" : "s"} with ${job.threads} thread${job.threads === 1 ? "" : "s"} each`,
    ...(threads === undefined ? [" (--threads)"] : []),
    `, seed ${job.seed}`,
    ...(seed === undefined ? [` (repeat this run with --seed ${job.seed})`] : []),
    ...(isDebugging ? ["; no worker is given up for being silent while debuggers may hold them"] : []),
  ].join("");
}

function faultsOf(texts: readonly string[], misused: (message: string) => never): readonly Fault[] {
  try {
    return texts.map(parseFault);
  } catch (error) {
    return misused(`tensorfleet run: ${(error as Error).message}`);
  }
}

/** Where the report goes: known to be possible before hours of training. */
function reportPath(file: string, misused: (message: string) => never): string {
  const path = resolve(file);
  if (!existsSync(dirname(path))) misused(`tensorfleet run: --report ${file}: the folder does not exist`);
  if (existsSync(path) && statSync(path).isDirectory()) misused(`tensorfleet run: --report ${file}: it is a folder`);
  return path;
}

function writeReport(path: string, report: unknown): void {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(report, undefined, 2)}\n`);
  renameSync(aside, path);
}

/** The same command, without what made this process an agent; under a debugger, each worker at a port of its own. */
function commandOf(
  script: string,
  scriptArguments: readonly string[],
  { inspect, inspectBrk }: RunOptions,
  { seed, threads }: Job,
): JobOptions["commandFor"] {
  const main = fileURLToPath(new URL("./main.js", import.meta.url));
  const nodeOptions = process.execArgv.filter((option) => !option.startsWith("--inspect"));
  const { getCompileCacheDir } = module as { getCompileCacheDir?: () => string | undefined };
  const cache = getCompileCacheDir?.();
  const env = {
    ...process.env,
    ...(cache && { NODE_COMPILE_CACHE: cache }),
    TENSORFLEET_SEED: String(seed),
    TENSORFLEET_THREADS: String(threads),
  };
  return (worker) => {
    const given = inspectBrk ?? inspect;
    const { host, port } = addressOf(given ?? true);
    const address = `${host}:${port === 0 ? 0 : port + worker}`;
    const debugging = given === undefined ? [] : [inspectBrk ? "--inspect-brk" : "--inspect", address];
    const args = [...nodeOptions, main, "run", ...debugging, resolve(script), "--", ...scriptArguments];
    return { command: process.execPath, args, env };
  };
}
