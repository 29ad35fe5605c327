/** TensorFlow's C library on this machine: found where it is already, else fetched at its first use after saying so. */
import { findLibrary } from "./find.ts";
import { installInChild } from "./first-use.ts";
import type { Environment } from "./locations.ts";

/**
 * The folder with the two libraries. The usual case, the library in the cache, takes well under a millisecond; where it is nowhere, the
 * call returns once it is fetched, and standard error says what, how big, and where to.
 * @throws {TensorfleetError} `libraryUnavailable` or `unsupported` with what to do when it cannot be had
 */
export function ensureLibrary(environment: Environment = process.env): string {
  return findLibrary(environment)?.folder ?? installInChild(environment);
}
