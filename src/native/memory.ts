/** Native memory as JavaScript sees it: views without copies, and files mapped into the process. */
import { closeSync, fstatSync, openSync } from "node:fs";
import { TensorfleetError } from "../base/errors.ts";
import koffi from "./koffi.ts";

/** The `bytes` at a native address, without a copy. The caller keeps that memory alive. */
export function viewMemory(pointer: bigint, bytes: number): ArrayBuffer {
  return bytes === 0 ? new ArrayBuffer(0) : (koffi.view(pointer, bytes) as ArrayBuffer);
}

/** Copies the bytes of `source` to a native address: for small pieces far cheaper than a view. */
export function copyToMemory(pointer: bigint, source: ArrayBufferView): void {
  libc().copyTo(pointer, source, source.byteLength);
}

/** Fills `target` with bytes from a native address. */
export function copyFromMemory(pointer: bigint, target: ArrayBufferView): void {
  libc().copyFrom(target, pointer, target.byteLength);
}

/** The address of a typed array's or buffer's first byte. It is valid while the view is referenced. */
export function addressOf(view: ArrayBufferView): bigint {
  return BigInt(koffi.address(view) as bigint | number);
}

type LibC = Record<
  "mmap" | "munmap" | "madvise" | "malloc" | "free" | "copyTo" | "copyFrom",
  (...args: unknown[]) => unknown
> & {
  nothing: bigint;
};
let cached: LibC | undefined;

function libc(): LibC {
  if (cached) return cached;
  const library = koffi.load(process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6");
  cached = {
    mmap: library.func("void *mmap(void *, size_t, int, int, int, int64_t)"),
    munmap: library.func("int munmap(void *, size_t)"),
    madvise: library.func("int madvise(void *, size_t, int)"),
    malloc: library.func("void *malloc(size_t)"),
    free: library.func("void free(void *)"),
    copyTo: library.func("void memcpy(uint64_t, const void *, size_t)"),
    copyFrom: library.func("void memcpy(void *, uint64_t, size_t)"),
    nothing: BigInt(library.func("void *dlsym(void *, str)")(null, "sched_yield") as bigint),
  };
  return cached;
}

/** A native function that does nothing when called: the deallocator of tensors over memory that is not theirs. */
export function doNothing(): bigint {
  return libc().nothing;
}

/** Memory that is freed by {@link freeMemory} alone. Throws when there is none left. */
export function allocateMemory(bytes: number): bigint {
  const pointer = BigInt((libc().malloc(Math.max(1, bytes)) as bigint | null) ?? 0n);
  if (pointer === 0n)
    throw new TensorfleetError("nativeFailure", `allocateMemory: expected ${bytes} free bytes, got none`);
  return pointer;
}

/** Gives back what {@link allocateMemory} returned. */
export function freeMemory(pointer: bigint): void {
  libc().free(pointer);
}

/** A file mapped for reading; its pages are the page cache's. Disposing unmaps it: nobody may read it then. */
export interface MappedFile extends Disposable {
  /** Address of the first byte. */
  readonly pointer: bigint;
  /** Length of the file in bytes. */
  readonly bytes: number;
  /** The file's content, without a copy. */
  readonly view: Uint8Array;
}

/** Maps the file at `path` for reading. Throws when it cannot be opened, is empty or cannot be mapped. */
export function mapFile(path: string): MappedFile {
  const descriptor = openSync(path, "r");
  try {
    const bytes = fstatSync(descriptor).size;
    if (bytes === 0)
      throw new TensorfleetError(
        "invalidArgument",
        `mapFile: expected a file with content, got the empty file ${path}`,
      );
    const PROT_READ = 1;
    const MAP_SHARED = 1;
    const pointer = BigInt(libc().mmap(null, bytes, PROT_READ, MAP_SHARED, descriptor, 0) as bigint);
    if (BigInt.asIntN(64, pointer) === -1n)
      throw new TensorfleetError(
        "nativeFailure",
        `mapFile: expected ${path} (${bytes} bytes) to be mappable, got a refusal; is it on a file system that cannot map files?`,
      );
    return {
      pointer,
      bytes,
      view: new Uint8Array(viewMemory(pointer, bytes)),
      [Symbol.dispose]: () => void libc().munmap(pointer, bytes),
    };
  } finally {
    closeSync(descriptor);
  }
}
