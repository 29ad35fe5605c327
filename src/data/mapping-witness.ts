/**
 * A mapped file that is cut short ends the process that reads it with SIGBUS, in the middle of whatever it does, so nobody here can say
 * why. A shell that outlives it can: it knows how long the files were, and looks when the process has gone without a word. Workers of a
 * job have one too: their agent sees the signal, but not which file it was.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { resolve } from "node:path";
import type { Writable } from "node:stream";

type Witness = ChildProcessByStdio<Writable, null, null>;

const SCRIPT = `
while IFS=' ' read -r bytes path; do
  [ "$bytes" = end ] && exit
  set -- "$@" "$bytes" "$path"
done
while [ $# -gt 0 ]; do
  now=$(stat -c %s -- "$2" 2>/dev/null)
  [ -n "$now" ] && [ "$now" -lt "$1" ] && echo "tensorfleet: the process ended while $2, which it had mapped with $1 bytes, was cut to $now: the system ends who reads what is cut off (SIGBUS); write data to new files, and leave those that are read as they are" >&2
  shift 2
done`;

let witness: Witness | undefined;
const told = new Set<string>();

/** Tells the witness of files of which `bytes` are mapped. */
export function tellWitness(files: readonly { readonly path: string; readonly bytes: number }[]): void {
  if (process.platform !== "linux") return;
  for (const { path, bytes } of files) {
    const line = `${bytes} ${resolve(path)}`;
    if (told.has(line) || line.includes("\n")) continue;
    told.add(line);
    witness ??= startWitness();
    witness.stdin.write(`${line}\n`);
  }
}

function startWitness(): Witness {
  const child = spawn("/bin/sh", ["-c", SCRIPT, "sh"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.on("error", () => {}).stdin.on("error", () => {}); // without a shell, or when somebody ends it, there is no witness
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  process.once("exit", () => child.stdin.write("end\n"));
  return child;
}
