/**
 * A lock between processes that all want to make the same file: a file made by its holder alone, with the holder's name in it. A lock
 * whose holder is gone is taken over. Should two hold it at once, both make the same file, and nothing is lost but time.
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from "node:fs";
import { hostname } from "node:os";

/** How often a waiting process looks. */
const pollMs = 20;
/** A holder on another host that has not touched its lock for so long is taken for dead. */
const foreignTimeoutMs = 60_000;
/** How long a lock may be without a name in it. */
const namelessTimeoutMs = 2000;

/** A lock that this process holds. Disposing releases it. */
export interface BuildLock extends Disposable {
  /** Says to other hosts that the holder lives. */
  touch(): void;
}

/** Takes the lock, blocking this thread as long as a living process holds it. */
export function takeBuildLock(path: string, doing: string): BuildLock {
  for (let hasTold = false, sinceMs = performance.now(); ; ) {
    const descriptor = tryMake(path);
    if (descriptor !== undefined) {
      writeSync(descriptor, JSON.stringify({ host: hostname(), pid: process.pid, started: startOf(process.pid) }));
      closeSync(descriptor);
      return { touch: () => touch(path), [Symbol.dispose]: () => rmSync(path, { force: true }) };
    }
    if (isAbandoned(path)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!hasTold && performance.now() - sinceMs > 1000) {
      process.stderr.write(`tensorfleet: waiting for another process that is ${doing}\n`);
      hasTold = true;
    }
    sleep(pollMs);
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // somebody took it for abandoned: see above
  }
}

function tryMake(path: string): number | undefined {
  try {
    return openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

function isAbandoned(path: string): boolean {
  const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  try {
    const holder = JSON.parse(readFileSync(path, "utf8")) as { host: string; pid: number; started: string | null };
    if (holder.host !== hostname()) return ageMs > foreignTimeoutMs;
    return !isAlive(holder.pid) || (holder.started !== null && holder.started !== startOf(holder.pid));
  } catch {
    return ageMs > namelessTimeoutMs; // its holder is about to write its name, or died before
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process was started, in the words of the kernel: numbers of processes are used again. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

const word = new Int32Array(new SharedArrayBuffer(4));

function sleep(milliseconds: number): void {
  Atomics.wait(word, 0, 0, milliseconds);
}
