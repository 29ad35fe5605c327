/** A file that is looked into: for its header, its types, for messages, or to be converted. */
import { isObjectName } from "../objects/address.ts";
import { Replica, unpackedObject } from "../objects/replica.ts";
import { FileWindow } from "../records/file-window.ts";
import { type IndexSettings, unpacked } from "../records/record-index.ts";
import { stateOf } from "../source-files.ts";

/** A file, or an object of a store. */
export interface CsvFile {
  /** Its name for messages. */
  readonly path: string;
  /** Bytes of its content, unpacked. */
  readonly numBytes: number;
  /** A window on its content. */
  open(): FileWindow;
}

/**
 * The file at `path`.
 * @throws when it is missing, or unpacks to too much.
 */
export function csvFile(
  files: Pick<IndexSettings, "api" | "compressionType" | "maxUnpackedBytes">,
  path: string,
): CsvFile {
  if (isObjectName(path)) return csvObject(Replica.open(files.api, path), files);
  const { bytes } = stateOf(files.api, path);
  if (files.compressionType === "") return { path, numBytes: bytes, open: () => new FileWindow(path) };
  const content = unpacked(path, files);
  return { path, numBytes: content.length, open: () => new FileWindow(content) };
}

function csvObject(
  replica: Replica,
  { api, compressionType }: Pick<IndexSettings, "api" | "compressionType">,
): CsvFile {
  const { path, bytes } = unpackedObject(api, replica, compressionType);
  const fetch = (offset: number, length: number): void => replica.wait(replica.blocksOf(offset, length));
  return { path: replica.name, numBytes: bytes, open: () => new FileWindow(path, undefined, fetch) };
}
