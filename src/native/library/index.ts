/** TensorFlow's C library on this machine: found where it is already, else fetched after saying so. */
import { TensorfleetError } from "../../base/errors.ts";
import { findLibrary } from "./find.ts";
import type { Environment } from "./locations.ts";

/**
 * The folder with the two libraries. The usual case, the library in the cache, takes well under a millisecond.
 * @throws {TensorfleetError} `libraryUnavailable` when it is nowhere, with what to do.
 */
export function ensureLibrary(environment: Environment = process.env): string {
  const found = findLibrary(environment);
  if (found) return found.folder;
  throw new TensorfleetError(
    "libraryUnavailable",
    'native: expected TensorFlow\'s C library on this machine, got none; run "tensorfleet install"',
  );
}
