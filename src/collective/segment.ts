/** A segment: memory of this machine that the workers of one generation map. It has no name that others could open or guess. */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";

/** A reserved segment. Disposing gives its memory back once nobody maps it any more. */
export interface Segment extends Disposable {
  /** What workers of the same user open while the segment is not disposed. */
  readonly path: string;
  readonly bytes: number;
}

const ZEROS = new Uint8Array(1 << 20);
const isLinux = process.platform === "linux";

/**
 * Reserves `bytes` zeros: in /dev/shm, or in `folder`. They are written, so that memory that is not there is an error here and not a
 * SIGBUS in a worker that stores.
 * @throws {TensorfleetError} `unsupported` when there is not enough room, with what to do
 */
export function createSegment(bytes: number, folder: string = defaultFolder()): Segment {
  if (!Number.isSafeInteger(bytes) || bytes < 1)
    throw invalidArgument("createSegment", "a number of bytes from 1 on", describe(bytes));
  checkRoom(bytes, folder);
  const name = join(folder, `tensorfleet-${randomBytes(16).toString("hex")}`);
  const descriptor = openSync(name, "wx+", 0o600);
  const remove = (): void => rmSync(name, { force: true });
  try {
    if (isLinux) remove();
    fill(descriptor, bytes, folder);
  } catch (error) {
    closeSync(descriptor);
    remove();
    throw error;
  }
  return {
    path: isLinux ? `/proc/${process.pid}/fd/${descriptor}` : name,
    bytes,
    [Symbol.dispose]: () => {
      closeSync(descriptor);
      if (!isLinux) remove();
    },
  };
}

function defaultFolder(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}

function checkRoom(bytes: number, folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes) throw noRoom(bytes, folder, `${toMegabytes(bavail * bsize)} MB`);
}

function fill(descriptor: number, bytes: number, folder: string): void {
  try {
    for (let at = 0; at < bytes; ) at += writeSync(descriptor, ZEROS, 0, Math.min(ZEROS.length, bytes - at));
  } catch (cause) {
    throw noRoom(bytes, folder, "less", cause);
  }
}

function noRoom(bytes: number, folder: string, got: string, cause?: unknown): TensorfleetError {
  return new TensorfleetError(
    "unsupported",
    `createSegment: expected ${toMegabytes(bytes)} MB free in ${folder}, got ${got}; give it more (docker run --shm-size=2g), or use fewer workers or a smaller model`,
    { cause },
  );
}

const toMegabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
