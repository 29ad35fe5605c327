/** Zip archives of a few members, written to disk in one go and read whole. */
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { ZipFile as Archive } from "yauzl";
import { TensorfleetError } from "../../base/errors.ts";
import { telling } from "./file-errors.ts";

/** A member: text, or a file on disk. */
export type Member =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly file: string };

/** Writes an archive at `path`; it appears there when it is whole. Members are stored, not compressed, as Keras does. */
export async function writeArchive(path: string, members: readonly Member[]): Promise<void> {
  const { ZipFile } = await import("yazl");
  const archive = new ZipFile();
  for (const member of members) {
    if ("text" in member) archive.addBuffer(Buffer.from(member.text), member.name, { compress: false });
    else archive.addFile(member.file, member.name, { compress: false });
  }
  archive.end();
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await pipeline(archive.outputStream, createWriteStream(temporary));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const MAX_EXPANSION = 100;
const ALWAYS_ALLOWED_BYTES = 2 ** 27; // 128 MiB

/** The members of an archive whose names `wants` accepts. @throws when it is no zip, or a member expands suspiciously. */
export async function readArchive(
  api: string,
  path: string,
  wants: (name: string) => boolean,
): Promise<Map<string, Buffer>> {
  const { openPromise } = await import("yauzl");
  const archive = await openPromise(path).catch((cause: unknown) => {
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected a .keras file (a zip archive), got ${path}, which is none or is damaged`,
      { cause },
    );
  });
  try {
    return await telling(api, `a .keras file that is whole, at ${path}`, () => membersOf(api, archive, wants));
  } finally {
    archive.close();
  }
}

async function membersOf(
  api: string,
  archive: Archive,
  wants: (name: string) => boolean,
): Promise<Map<string, Buffer>> {
  const members = new Map<string, Buffer>();
  for await (const entry of archive.eachEntry()) {
    const { fileName, compressedSize, uncompressedSize } = entry;
    if (!wants(fileName)) continue;
    if (uncompressedSize > ALWAYS_ALLOWED_BYTES && uncompressedSize > MAX_EXPANSION * compressedSize) {
      throw new TensorfleetError(
        "invalidArgument",
        `${api}: expected members that expand at most ${MAX_EXPANSION} times, got ${fileName} of ${uncompressedSize} bytes from ${compressedSize}`,
      );
    }
    members.set(fileName, await buffer(await archive.openReadStreamPromise(entry)));
  }
  return members;
}
