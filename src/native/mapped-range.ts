/** Several files mapped one behind the other into one range of addresses, so that they can be seen as one piece of memory. */
import { closeSync, fstatSync, openSync } from "node:fs";
import { TensorfleetError } from "../base/errors.ts";
import koffi from "./koffi.ts";
import { copyToMemory, viewMemory } from "./memory.ts";

/** A part of a range: a file of a length that is known, or bytes that are copied into it. */
export type RangePart = { readonly path: string; readonly bytes: number } | Uint8Array;

/** Mapped parts. They stay mapped for the life of the process: TensorFlow's threads may read them longer than we know. */
export interface MappedRange {
  readonly pointer: bigint;
  readonly bytes: number;
  /** Where each part begins in the range: multiples of {@link RANGE_ALIGNMENT}. */
  readonly starts: readonly number[];
  /** Tells the system that these bytes will be read soon. */
  willNeed(offset: number, bytes: number): void;
  /** The bytes from `offset` on, without a copy. */
  view(offset: number, bytes: number): Uint8Array;
}

/** No system has larger pages by default. */
export const RANGE_ALIGNMENT: number = 2 ** 16;

const isMac = process.platform === "darwin";
const PROT_READ = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = isMac ? 0x1000 : 0x20;
const MAP_NORESERVE = isMac ? 0x40 : 0x4000;
const MADV_WILLNEED = 3;

type LibC = Record<"mmap" | "madvise", (...args: unknown[]) => unknown>;
let cached: LibC | undefined;

function libc(): LibC {
  if (cached) return cached;
  const library = koffi.load(isMac ? "libSystem.B.dylib" : "libc.so.6");
  cached = {
    mmap: library.func("void *mmap(uint64_t, size_t, int, int, int, int64_t)"),
    madvise: library.func("int madvise(uint64_t, size_t, int)"),
  };
  return cached;
}

const aligned = (bytes: number): number => Math.ceil(bytes / RANGE_ALIGNMENT) * RANGE_ALIGNMENT;
const lengthOf = (part: RangePart): number => (part instanceof Uint8Array ? part.length : part.bytes);

/**
 * Maps `parts` one behind the other.
 * @throws when a file has another length than was said, or cannot be mapped.
 */
export function mapRange(parts: readonly RangePart[]): MappedRange {
  const starts: number[] = [];
  let bytes = 0;
  for (const part of parts) {
    starts.push(bytes);
    bytes += aligned(lengthOf(part));
  }
  bytes = Math.max(bytes, RANGE_ALIGNMENT);
  // Aligned addresses need a little more room than the parts. What lies between them can be read, as zeros: a place that is wrong
  // because an index is damaged must not end the process.
  const reserved = map(
    0n,
    bytes + RANGE_ALIGNMENT,
    PROT_READ,
    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
    -1,
    "memory",
  );
  const unit = BigInt(RANGE_ALIGNMENT);
  const pointer = ((reserved + unit - 1n) / unit) * unit;
  parts.forEach((part, i) => {
    place(part, pointer + BigInt(starts[i] as number));
  });
  return {
    pointer,
    bytes,
    starts,
    willNeed: (offset, length) => {
      const page = Math.floor(offset / 4096) * 4096;
      libc().madvise(pointer + BigInt(page), offset - page + length, MADV_WILLNEED);
    },
    view: (offset, length) => new Uint8Array(viewMemory(pointer + BigInt(offset), length)),
  };
}

function place(part: RangePart, address: bigint): void {
  if (lengthOf(part) === 0) return;
  if (part instanceof Uint8Array) {
    map(address, part.length, PROT_READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, "memory");
    copyToMemory(address, part);
    return;
  }
  const descriptor = openSync(part.path, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size < part.bytes)
      throw new TensorfleetError(
        "invalidArgument",
        `mapRange: expected ${part.path} to have ${part.bytes} bytes as before, got ${size}; leave files as they are while they are read`,
      );
    map(address, part.bytes, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, part.path);
  } finally {
    closeSync(descriptor);
  }
}

function map(address: bigint, bytes: number, access: number, flags: number, descriptor: number, what: string): bigint {
  const pointer = BigInt(libc().mmap(address, bytes, access, flags, descriptor, 0) as bigint);
  if (BigInt.asIntN(64, pointer) === -1n)
    throw new TensorfleetError(
      "nativeFailure",
      `mapRange: expected ${what} (${bytes} bytes) to be mappable, got a refusal; is it on a file system that cannot map files?`,
    );
  return pointer;
}
