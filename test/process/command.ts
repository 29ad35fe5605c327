/** Runs commands for tests and gives back everything that they did. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** What a command printed and how it ended. */
export interface Result {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A command under way. */
export interface Running {
  pid: number;
  /** Resolves to all that was printed so far when the text has appeared on standard output or error. */
  printed(text: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Signals the command and all that it started, as a terminal does; for commands with `ownGroup`. */
  killGroup(signal: NodeJS.Signals): void;
  ended: Promise<Result>;
}

/** Where and how a command runs. */
export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Whether the command leads a process group. */
  ownGroup?: boolean;
}

/** Starts a command. */
export function start(
  command: string,
  args: readonly string[],
  { cwd = root, env = {}, ownGroup = false }: CommandOptions = {},
): Running {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, FORCE_COLOR: "0", ...env },
    detached: ownGroup,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result: Result = { exitCode: null, signal: null, stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      result[stream] += text;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<Result>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve(Object.assign(result, { exitCode, signal })));
  });
  const printed = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const all = result.stdout + result.stderr;
        if (all.includes(text)) resolve(all);
      };
      waiting.add(look);
      look();
      ended.then(
        ({ stdout, stderr }) => reject(new Error(`${command} ended without printing ${text}: ${stdout}${stderr}`)),
        reject,
      );
    });
  return {
    pid: child.pid!,
    printed,
    kill: (signal) => void child.kill(signal),
    killGroup: (signal) => void process.kill(-child.pid!, signal),
    ended,
  };
}

/** Runs a command to its end. */
export function run(command: string, args: readonly string[], options?: CommandOptions): Promise<Result> {
  return start(command, args, options).ended;
}

/** Runs the `tensorfleet` command of this checkout. */
export function tensorfleet(args: readonly string[], options?: CommandOptions): Promise<Result> {
  return run(process.execPath, [`${root}bin/tensorfleet.js`, ...args], options);
}
