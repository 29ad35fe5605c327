/**
 * `tensorfleet run SCRIPT`: runs a TypeScript or JavaScript file in this process, compiled as it is loaded. With `--workers` this process
 * is the agent of a job, and starts the same command once for each worker.
 */
import { existsSync, statSync } from "node:fs";
import inspector from "node:inspector";
import module from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { addressOf, type DebuggerAddress, debuggerAddress } from "../debugger-address.ts";
import { addJobOptions, isJob, type JobCommandOptions } from "../job-options.ts";
import { integerAtLeast } from "../numbers.ts";
import { scriptFailureText } from "../script-failure.ts";
import type { ScriptLoaderSettings } from "../script-loader.ts";

/** Node's exit code for a top-level await that never ends. */
const unsettledExitCode = 13;

/** What the command line gives. */
export interface RunOptions extends JobCommandOptions {
  readonly seed?: number;
  readonly threads?: number;
  readonly inspect?: DebuggerAddress | true;
  readonly inspectBrk?: DebuggerAddress | true;
}

/** Adds `run` to the program. */
export function registerRun(program: Command): void {
  const command = program
    .command("run")
    .description("run a training script (TypeScript or JavaScript)")
    .argument("<script>", "the file to run")
    .argument("[arguments...]", "what follows -- is handed to the script as process.argv.slice(2)")
    .option("--seed <number>", "the seed of every random number of the run", integerAtLeast(0))
    .option("--threads <number>", "threads that one operation may use", integerAtLeast(1))
    .option("--inspect [address]", "let a debugger attach, at [host:]port (default 127.0.0.1:9229)", debuggerAddress)
    .option(
      "--inspect-brk [address]",
      "the same, but wait for it and stop before the script's first line",
      debuggerAddress,
    );
  addJobOptions(command).action(run);
}

async function run(script: string, scriptArguments: string[], options: RunOptions, command: Command): Promise<void> {
  checkScript("tensorfleet run", script, command);
  const { workerLink } = await import("../../cluster/worker-link.ts");
  if (!workerLink() && isJob(options)) {
    const { runJob } = await import("../run-job.ts");
    return runJob(script, scriptArguments, options, (message) => command.error(message));
  }
  await runHere(script, scriptArguments, options);
}

/** Ends the process when there is no such script. */
export function checkScript(api: string, script: string, command: Command): void {
  const path = resolve(script);
  if (!existsSync(path)) command.error(`${api}: expected a script, got ${script}, which does not exist`);
  if (!statSync(path).isFile()) command.error(`${api}: expected a file, got the folder ${script}`);
}

/** Runs a script in this process. */
export async function runHere(script: string, scriptArguments: readonly string[], options: RunOptions): Promise<void> {
  const path = resolve(script);
  if (options.seed !== undefined) process.env.TENSORFLEET_SEED = String(options.seed);
  if (options.threads !== undefined) process.env.TENSORFLEET_THREADS = String(options.threads);
  process.argv = [process.execPath, path, ...scriptArguments];
  await import("../../index.ts"); // before the hooks exist: each of its modules would otherwise make a detour through their thread
  const url = pathToFileURL(path).href;
  await registerLoader({ entry: url, stopsFirst: options.inspectBrk !== undefined });
  process.setSourceMapsEnabled(true);
  openInspector(options);
  process.on("exit", () => {
    if (process.exitCode === unsettledExitCode)
      console.error(`tensorfleet run: ${script} waits for a promise that nothing will settle any more`);
  });
  try {
    await import(url);
  } catch (error) {
    console.error(scriptFailureText(error));
    process.exit(1);
  }
}

/** Newer versions of Node run hooks in the main thread; Node 20 knows only those in a thread of their own. */
async function registerLoader(settings: ScriptLoaderSettings): Promise<void> {
  const { registerHooks } = module as { registerHooks?: (hooks: typeof import("../script-loader.ts")) => void };
  if (!registerHooks) {
    module.register("../script-loader.js", { parentURL: import.meta.url, data: settings });
    return;
  }
  const hooks = await import("../script-loader.ts");
  hooks.initialize(settings);
  registerHooks(hooks);
}

function openInspector({ inspect, inspectBrk }: RunOptions): void {
  const address = inspectBrk ?? inspect;
  if (address === undefined) return;
  const { host, port } = addressOf(address);
  inspector.open(port, host, inspectBrk !== undefined);
}
