/**
 * A lock between processes that cannot be left behind: flock, which the kernel releases when its holder ends, however it ends.
 * The file stays; only the lock on it counts.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { TensorfleetError } from "../../base/errors.ts";
import koffi from "../koffi.ts";

const exclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB
const pollMs = 200;

/**
 * Takes the lock, waiting for it as long as another process holds it. Disposing of the result releases it.
 * @param onWait called once when it must wait, with the number of the process that holds the lock, where known
 * @throws {TensorfleetError} `unsupported` where the file system has no locks; `AbortError` when `signal` ends the wait
 */
export async function takeLock(
  path: string,
  onWait: (holder: number | undefined) => void,
  signal?: AbortSignal,
): Promise<Disposable> {
  const file = openSync(path, "a+");
  try {
    for (let waited = false; !tryLock(file, path); waited = true) {
      if (!waited) onWait(holderOf(path));
      await setTimeout(pollMs, undefined, signal ? { signal } : {});
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  ftruncateSync(file);
  writeSync(file, String(process.pid));
  return { [Symbol.dispose]: () => closeSync(file) };
}

let flock: ((file: number, operation: number) => number) | undefined;

function tryLock(file: number, path: string): boolean {
  flock ??= koffi.load(process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6").func("int flock(int, int)");
  if (flock(file, exclusiveWithoutWaiting) === 0) return true;
  const code = koffi.errno();
  const { EAGAIN, EINTR } = koffi.os.errno;
  if (code === EAGAIN || code === EINTR) return false;
  throw new TensorfleetError(
    "unsupported",
    `tensorfleet install: expected a file system with locks, got error ${code} from flock on ${path}; set TENSORFLEET_CACHE to a folder on a local disk`,
  );
}

function holderOf(path: string): number | undefined {
  return Number(readFileSync(path, "utf8")) || undefined;
}
