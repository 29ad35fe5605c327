/** Takes out of a wheel what is needed at run time: the two libraries, verified as they are written, and all licences and notices. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { failure, wrongHash } from "./failures.ts";
import { HashingPass, type OnBytes } from "./hash.ts";
import type { Wheel } from "./wheels.ts";

const legalName = /^(licen[cs]es?|notices?|copying|third_party_notices)(\.(txt|md|rst))?$/i;

/**
 * Unpacks into an existing folder: the libraries at its top, licences and notices under `licenses/` with their paths in the wheel.
 * @throws {TensorfleetError} `libraryUnavailable` when a library is missing from the wheel or is not the pinned one
 */
export async function extractWheel(
  path: string,
  wheel: Wheel,
  folder: string,
  onBytes: OnBytes,
  signal?: AbortSignal,
): Promise<void> {
  const zip = await openPromise(path);
  const missing = new Set(wheel.libraries.map(({ name }) => name));
  let doneBytes = 0;
  for await (const entry of zip.eachEntry()) {
    const name = basename(entry.fileName);
    const library = wheel.libraries.find((library) => entry.fileName === `tensorflow/${library.name}`);
    if (!library && !legalName.test(name)) continue;
    const target = library ? join(folder, name) : join(folder, "licenses", entry.fileName);
    const before = doneBytes;
    const sha256 = await extractEntry(zip, entry, target, (bytes) => library && onBytes(before + bytes), signal);
    if (!library) continue;
    if (sha256 !== library.sha256)
      throw wrongHash(`${name} in ${wheel.file}`, library.sha256, sha256, "get the wheel again");
    missing.delete(name);
    doneBytes += library.bytes;
  }
  if (missing.size > 0)
    throw failure(`${[...missing].join(" and ")} in ${wheel.file}`, "a wheel without it", "get the wheel again");
}

async function extractEntry(
  zip: ZipFile,
  entry: Entry,
  target: string,
  onBytes: OnBytes,
  signal?: AbortSignal,
): Promise<string> {
  if (entry.fileName.endsWith("/")) return ""; // a folder
  await mkdir(dirname(target), { recursive: true });
  const hashing = new HashingPass(onBytes);
  const content = await zip.openReadStreamPromise(entry);
  // Flushed to the disk before the folder gets its final name: a power cut must not leave half a library under it.
  const file = createWriteStream(target, { flush: true, highWaterMark: 1 << 20 });
  await pipeline(content, (chunks: AsyncIterable<Buffer>) => hashing.pass(chunks), file, signal ? { signal } : {});
  return hashing.digest();
}
