/** Finds TensorFlow's C library where it may be already. The first of three places wins: the user's folder, the cache, Python's packages. */
import { TensorfleetError } from "../../base/errors.ts";
import { inspectCache } from "./installed.ts";
import { cacheFolder, type Environment, missingLibraries } from "./locations.ts";
import { findInPython } from "./site-packages.ts";

/** A folder with the two libraries, and which of the three places it is. */
export interface FoundLibrary {
  readonly folder: string;
  readonly source: "environment" | "cache" | "site-packages";
  /** TensorFlow's version as the place tells it; a folder that a user chose tells none until it is loaded. */
  readonly version?: string;
}

/**
 * The library if it is on this machine.
 * @throws {TensorfleetError} `libraryUnavailable` when TENSORFLEET_LIBRARY names a folder without it: what a user chose is never passed over.
 */
export function findLibrary(environment: Environment = process.env): FoundLibrary | undefined {
  if (environment.TENSORFLEET_LIBRARY) return chosenLibrary(environment.TENSORFLEET_LIBRARY);
  const cached = inspectCache(cacheFolder(environment));
  if (cached.state === "whole") return { folder: cached.folder, source: "cache", version: cached.manifest.version };
  const installed = findInPython(environment).find(({ usable }) => usable);
  return installed && { folder: installed.folder, source: "site-packages", version: installed.version };
}

function chosenLibrary(folder: string): FoundLibrary {
  const missing = missingLibraries(folder);
  if (missing.length === 0) return { folder, source: "environment" };
  throw new TensorfleetError(
    "libraryUnavailable",
    `TENSORFLEET_LIBRARY: expected a folder with TensorFlow's C library, got ${folder}, which lacks ${missing.join(" and ")}; ` +
      "name another folder, or unset it so that the library is found or fetched",
  );
}
