/** What an installation is once it stands in the cache: a folder with the libraries and a note of what they must be. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { installedFolder } from "./locations.ts";

/** The name of the note inside the folder. */
export const manifestName = "library.json" as string;

/** One installed file: its size and its sha256 in hexadecimal digits. */
export interface InstalledFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The note: which wheel the libraries came from, and what they are. */
export interface Manifest {
  readonly version: string;
  readonly wheel: string;
  readonly files: readonly InstalledFile[];
}

/** What stands in a cache: nothing, a whole installation, or one whose files are not what its note says. */
export type CacheState =
  | { readonly state: "empty" }
  | { readonly state: "whole"; readonly folder: string; readonly manifest: Manifest }
  | { readonly state: "damaged"; readonly folder: string; readonly reason: string };

/** Looks into a cache. Costs three system calls, so that it can be done at every start; hashes are compared at installation. */
export function inspectCache(cache: string): CacheState {
  const folder = installedFolder(cache);
  let text: string;
  try {
    text = readFileSync(join(folder, manifestName), "utf8");
  } catch {
    return { state: "empty" };
  }
  const manifest = parseManifest(text);
  if (!manifest) return { state: "damaged", folder, reason: `${manifestName} cannot be read` };
  const damaged = manifest.files.find(({ name, bytes }) => sizeOf(join(folder, name)) !== bytes);
  return damaged
    ? { state: "damaged", folder, reason: `${damaged.name} should have ${damaged.bytes} bytes` }
    : { state: "whole", folder, manifest };
}

function parseManifest(text: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Manifest;
    return Array.isArray(manifest.files) && manifest.files.length > 0 ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
