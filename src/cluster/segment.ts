/**
 * Shared memory without a name: a file of mode 0600 in /dev/shm that is unlinked at once. The agent keeps it open, and processes
 * of the same user open it as /proc/PID/fd/N; when the agent ends, however it does, nothing is left.
 */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TensorfleetError } from "../base/errors.ts";

const fillBytes = 2 ** 20;

/** A file that only its descriptor reaches. */
export interface UnnamedFile {
  readonly descriptor: number;
  /** Where other processes of this user open it, as long as this process keeps it open. */
  readonly path: string;
}

/** Makes an empty file without a name. */
export function createUnnamedFile(): UnnamedFile {
  const name = join(sharedFolder(), `tensorfleet-${randomBytes(12).toString("hex")}`);
  const descriptor = openSync(name, "wx+", 0o600);
  unlinkSync(name);
  return { descriptor, path: `/proc/${process.pid}/fd/${descriptor}` };
}

/** A file of zeros, all of it reserved: a later store to it cannot fail. Throws when there is too little memory. */
export function createSegment(numBytes: number): UnnamedFile {
  checkSpace(numBytes);
  const file = createUnnamedFile();
  const zeros = new Uint8Array(Math.min(fillBytes, numBytes));
  try {
    for (let offset = 0; offset < numBytes; )
      offset += writeSync(file.descriptor, zeros, 0, Math.min(zeros.length, numBytes - offset), offset);
  } catch (cause) {
    closeSync(file.descriptor);
    throw tooSmall(numBytes, { cause });
  }
  return file;
}

function checkSpace(numBytes: number): void {
  const { bavail, bsize } = statfsSync(sharedFolder());
  if (bavail * bsize < numBytes) throw tooSmall(numBytes, {}, bavail * bsize);
}

function tooSmall(numBytes: number, options: { cause?: unknown }, freeBytes?: number): TensorfleetError {
  const inMiB = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  const got = freeBytes === undefined ? "less" : `${inMiB(freeBytes)} free`;
  return new TensorfleetError(
    "unsupported",
    `tensorfleet run: expected ${inMiB(numBytes)} of shared memory in ${sharedFolder()}, got ${got}; ` +
      "make room there, or start the container with a larger --shm-size",
    options,
  );
}

function sharedFolder(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}
