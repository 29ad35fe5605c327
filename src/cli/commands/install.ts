/** `tensorfleet install`: fetches TensorFlow's C library into the cache, where it is not on this machine already. */
import type { Command } from "commander";
import type { InstallOutcome } from "../../native/library/first-use.ts";

interface InstallOptions {
  readonly from?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const exitCodes: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Adds the command to the program. */
export function registerInstall(program: Command): void {
  program
    .command("install")
    .description("fetch TensorFlow's C library into the cache, where it is not on this machine already")
    .option("--from <wheel>", "install from this wheel instead of fetching one")
    .option("--force", "install into the cache even where the library is found, there or elsewhere")
    .option("--json", "print the outcome as one line of JSON; progress goes to standard error always")
    .action(runInstall);
}

async function runInstall(options: InstallOptions): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => {
    process.exitCode = exitCodes[signal] ?? 1;
    interruption.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  const outcome = await install(options, interruption.signal);
  if (options.json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
  else if ("folder" in outcome) process.stdout.write(`${describeOutcome(outcome)}\n`);
  else process.stderr.write(`${outcome.error.message}\n`);
  if ("error" in outcome) process.exitCode ??= 1;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
}

async function install({ from, force }: InstallOptions, signal: AbortSignal): Promise<InstallOutcome> {
  const { TensorfleetError } = await import("../../base/errors.ts");
  const { findLibrary } = await import("../../native/library/find.ts");
  const { installLibrary } = await import("../../native/library/install.ts");
  const { progressOn } = await import("../../native/library/progress.ts");
  try {
    const found = from || force ? undefined : findLibrary();
    if (found) return { ...found, installed: false };
    return {
      ...(await installLibrary({ progress: progressOn(process.stderr), from, force, signal })),
      source: "cache",
    };
  } catch (error) {
    if (!(error instanceof TensorfleetError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

function describeOutcome({ folder, source, installed }: Extract<InstallOutcome, { folder: string }>): string {
  return installed
    ? `installed TensorFlow's C library in ${folder}`
    : `TensorFlow's C library is here already: ${folder} (${source})`;
}
