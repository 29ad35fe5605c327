/** The `tensorfleet` command. A command's module is imported only when that command, or help, is asked for. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";

const commands: Record<string, () => Promise<(program: Command) => void>> = {
  run: async () => (await import("./commands/run.ts")).registerRun,
  scale: async () => (await import("./commands/scale.ts")).registerScale,
  data: async () => (await import("./commands/data.ts")).registerData,
  records: async () => (await import("./commands/records.ts")).registerRecords,
  install: async () => (await import("./commands/install.ts")).registerInstall,
  doctor: async () => (await import("./commands/doctor.ts")).registerDoctor,
};

/** Exit code of a command line that cannot be understood. */
const usageExitCode = 2;

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  const program = new Command("tensorfleet")
    .description("TensorFlow 2 for TypeScript: runs scripts on TensorFlow's own C++ runtime.")
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showHelpAfterError("(tensorfleet --help lists the commands)")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "tensorfleet: ")) });
  const asked = args[0] !== undefined && Object.hasOwn(commands, args[0]) ? [args[0]] : Object.keys(commands);
  for (const name of asked) (await commands[name]!())(program);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : usageExitCode;
  }
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string })
    .version;
}
