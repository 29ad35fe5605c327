/** Compares the library's files with what they must be. Reads all of them: a second or more. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FoundLibrary } from "./find.ts";
import { hashFile, type OnBytes } from "./hash.ts";
import { libraryNames } from "./locations.ts";
import { tensorflowsIn } from "./site-packages.ts";
import { type WheelTable, wheels } from "./wheels.ts";

/** A library's file, its sha256 and the one it should have; `expected` is undefined where nothing says what that is. */
export interface VerifiedFile {
  readonly name: string;
  readonly sha256: string;
  readonly expected: string | undefined;
}

/** Hashes both libraries. Those of Python's packages must be what Python's own RECORD says, all others what this package pins. */
export async function verifyLibrary(
  found: FoundLibrary,
  onBytes?: OnBytes,
  table: WheelTable = wheels,
): Promise<VerifiedFile[]> {
  const expected = found.source === "site-packages" ? recordedHashes(found.folder) : pinnedHashes(table);
  const files: VerifiedFile[] = [];
  for (const name of libraryNames()) {
    files.push({ name, sha256: await hashFile(join(found.folder, name), onBytes), expected: expected.get(name) });
  }
  return files;
}

function pinnedHashes(table: WheelTable): Map<string, string> {
  const libraries = table[`${process.platform}-${process.arch}`]?.libraries ?? [];
  return new Map(libraries.map(({ name, sha256 }) => [name, sha256]));
}

/** RECORD's lines are `path,sha256=DIGEST,bytes`; the digest is in base64 for URLs. */
function recordedHashes(folder: string): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const { record } of tensorflowsIn(dirname(folder))) {
    for (const [, name = "", digest = ""] of readFileSync(record, "utf8").matchAll(
      /^tensorflow\/([^/,]+),sha256=([\w-]+),/gm,
    )) {
      hashes.set(name, Buffer.from(digest, "base64url").toString("hex"));
    }
  }
  return hashes;
}
