/** Memory that several processes map, and how one of them sleeps until another has changed a word of it. */
import { closeSync, fstatSync, openSync } from "node:fs";
import { TensorfleetError } from "../base/errors.ts";
import koffi from "./koffi.ts";

/** A file mapped for reading and writing by all who open it. Disposing unmaps it: nobody may touch it then, TensorFlow included. */
export interface SharedMemory extends Disposable {
  /** Address of the first byte, at the beginning of a page. */
  readonly pointer: bigint;
  readonly bytes: number;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_POPULATE = process.platform === "linux" ? 0x8000 : 0; // page faults now, not in the first step
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const EVERYBODY = 0x7fffffff;
/** Number of the futex call; without it a sleeper wakes by the clock. */
const futexNumber = process.platform === "linux" ? { x64: 202, arm64: 98 }[process.arch as string] : undefined;

type LibC = Record<"mmap" | "munmap" | "move" | "usleep" | "futex" | "yield", (...args: unknown[]) => unknown>;
let cached: LibC | undefined;

function libc(): LibC {
  if (cached) return cached;
  const library = koffi.load(process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6");
  const usleep = library.func("int usleep(uint32_t)");
  cached = {
    mmap: library.func("void *mmap(void *, size_t, int, int, int, int64_t)"),
    munmap: library.func("int munmap(void *, size_t)"),
    move: library.func("void memmove(uint64_t, uint64_t, size_t)"),
    usleep,
    yield: library.func("int sched_yield()"),
    futex:
      futexNumber === undefined
        ? usleep
        : library.func("long syscall(long, uint64_t, int, uint32_t, void *, uint64_t, uint32_t)"),
  };
  return cached;
}

/** Maps the file at `path`, whole, for reading and writing. @throws when it cannot be opened or mapped. */
export function mapShared(path: string): SharedMemory {
  const descriptor = openSync(path, "r+");
  try {
    const bytes = fstatSync(descriptor).size;
    const flags = MAP_SHARED | MAP_POPULATE;
    const pointer =
      bytes === 0 ? -1n : BigInt(libc().mmap(null, bytes, PROT_READ_WRITE, flags, descriptor, 0) as bigint);
    if (BigInt.asIntN(64, pointer) === -1n)
      throw new TensorfleetError(
        "nativeFailure",
        `mapShared: expected ${path} (${bytes} bytes) to be mappable for reading and writing, got a refusal`,
      );
    return { pointer, bytes, [Symbol.dispose]: () => void libc().munmap(pointer, bytes) };
  } finally {
    closeSync(descriptor);
  }
}

/** Copies `bytes` between native addresses. */
export function moveMemory(target: bigint, source: bigint, bytes: number): void {
  if (bytes > 0 && target !== source) libc().move(target, source, bytes);
}

const timeout = new BigInt64Array(2); // struct timespec

/**
 * Sleeps until another process calls {@link wakeSleepers} for the 32-bit word at `pointer`, at most `milliseconds`, and not at all when
 * the word is no longer `seen`. This thread is blocked meanwhile. It may wake early: look again.
 */
export function sleepOnWord(pointer: bigint, seen: number, milliseconds: number): void {
  if (futexNumber === undefined) {
    libc().usleep(Math.min(milliseconds * 1000, 200));
    return;
  }
  timeout[1] = BigInt(Math.round(Math.min(milliseconds, 999) * 1e6));
  libc().futex(futexNumber, pointer, FUTEX_WAIT, seen >>> 0, timeout, 0, 0);
}

/** Lets another thread have this core, if one wants it. */
export function yieldCore(): void {
  libc().yield();
}

/** Wakes all who sleep on the word at `pointer`. */
export function wakeSleepers(pointer: bigint): void {
  if (futexNumber !== undefined) libc().futex(futexNumber, pointer, FUTEX_WAKE, EVERYBODY, null, 0, 0);
}
