/** A folder in which a test runs jobs, and what they leave behind in it and on the machine. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Result, type Running, root, start } from "../command.ts";

const training = fileURLToPath(new URL("./fake-training.ts", import.meta.url));

/** The report of a job, as far as tests read it. */
export interface Report {
  readonly steps?: number;
  readonly state?: { readonly weightsSha256: string };
  readonly exitCode: number;
  readonly seed: number;
  readonly generations: readonly {
    readonly number: number;
    readonly workers: readonly number[];
    readonly reason: string;
  }[];
  readonly failures: readonly {
    readonly worker: number;
    readonly kind: string;
    readonly step: number;
    readonly detectMs: number | null;
    readonly resumeMs: number | null;
    readonly stepsLost: number;
  }[];
}

/** A running job. */
export interface RunningJob extends Running {
  /** The report, once it has ended. */
  report(): Report;
}

/** What `steps` steps of the fake training make of a number. */
export function stateAfter(steps: number, state: number = 1): number {
  let after = state;
  for (let step = 0; step < steps; step++) after = (after * 31 + step) % 1_000_003;
  return after;
}

/** Where jobs of a test file run. */
export class Workspace implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "tensorfleet-workers-"));
  readonly #temporary: string = join(this.folder, "temporary");
  #jobs = 0;
  readonly #running = new Set<Running>();

  constructor() {
    mkdirSync(this.#temporary);
  }

  /** Environment of commands that are to find the jobs of this workspace. */
  get env(): NodeJS.ProcessEnv {
    return { TMPDIR: this.#temporary, TENSORFLEET_TEST: this.folder };
  }

  /** Runs a script in workers; `script` may call `train` and use `link`. */
  start(script: string, ...args: string[]): RunningJob {
    const name = `job-${this.#jobs++}`;
    writeFileSync(
      join(this.folder, `${name}.ts`),
      `import { link, train } from ${JSON.stringify(training)};\n${script}\n`,
    );
    const report = join(this.folder, `${name}.json`);
    const command = [`${root}bin/tensorfleet.js`, "run", `${name}.ts`, "--report", report, ...args];
    const running = start(process.execPath, command, { cwd: this.folder, env: this.env, ownGroup: true });
    this.#running.add(running);
    void running.ended.then(() => this.#running.delete(running));
    return { ...running, report: () => JSON.parse(readFileSync(report, "utf8")) as Report };
  }

  /** Runs a script in workers to its end. */
  async run(script: string, ...args: string[]): Promise<Result & { readonly report: Report }> {
    const job = this.start(script, ...args);
    const result = await job.ended;
    return { ...result, report: job.report() };
  }

  /** Whether a job is running. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Ends jobs that a test did not wait for: one that hangs must not make the next tests fail. */
  async endJobs(): Promise<void> {
    for (const job of this.#running) job.killGroup("SIGKILL");
    await Promise.all([...this.#running].map((job) => job.ended));
  }

  /** Processes, files and shared memory of this workspace's jobs. */
  leftovers(): readonly string[] {
    const processes = readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid && this.#isOurs(pid))
      .map((pid) => `process ${pid}`);
    const segments = readdirSync("/dev/shm").filter((name) => name.startsWith("tensorfleet-"));
    const files = readdirSync(this.#temporary).filter((name) => name.startsWith("tensorfleet-"));
    return [...processes, ...segments, ...files];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #isOurs(pid: string): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TENSORFLEET_TEST=${this.folder}\0`);
    } catch {
      return false; // it has just ended
    }
  }
}
