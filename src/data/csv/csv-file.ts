/** A file that is looked into: for its header, its types, or to be converted. */
import { statSync } from "node:fs";
import { type IndexSettings, unpacked } from "../records/record-index.ts";
import { stateOf } from "../source-files.ts";

/** A file: its name for messages, and its path or, where it is packed, its content. */
export interface CsvFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * The file at `path`.
 * @throws when it is missing, or unpacks to too much.
 */
export function csvFile(
  files: Pick<IndexSettings, "api" | "compressionType" | "maxUnpackedBytes">,
  path: string,
): CsvFile {
  stateOf(files.api, path);
  return { path, content: files.compressionType === "" ? path : unpacked(path, files) };
}

/** Bytes of its content. */
export function contentBytes({ content }: CsvFile): number {
  return typeof content === "string" ? statSync(content).size : content.length;
}
