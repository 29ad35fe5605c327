/** Zip archives of a few members, written to disk in one go and read whole. */
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { TensorfleetError } from "../../base/errors.ts";

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
const ALWAYS_ALLOWED_BYTES = 4 * 2 ** 30;

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
  const members = new Map<string, Buffer>();
  try {
    for await (const entry of archive.eachEntry()) {
      if (!wants(entry.fileName)) continue;
      if (
        entry.uncompressedSize > ALWAYS_ALLOWED_BYTES &&
        entry.uncompressedSize > MAX_EXPANSION * entry.compressedSize
      ) {
        throw new TensorfleetError(
          "invalidArgument",
          `${api}: expected members that expand at most ${MAX_EXPANSION} times, got ${entry.fileName} of ${entry.uncompressedSize} bytes from ${entry.compressedSize}`,
        );
      }
      members.set(entry.fileName, await buffer(await archive.openReadStreamPromise(entry)));
    }
  } finally {
    archive.close();
  }
  return members;
}
