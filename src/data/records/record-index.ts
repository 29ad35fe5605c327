/** The index of one file: where each record lies, found once and kept beside the file; of packed files, made anew in memory. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";
import { TensorfleetError } from "../../base/errors.ts";
import { BODY_OFFSET, derivedFile } from "../derived-file.ts";
import { stateOf } from "../source-files.ts";
import { ENTRY_BYTES, Entries } from "./entries.ts";
import { FileWindow } from "./file-window.ts";
import { type Damage, damageError, type OnBadRecord, type ScanFacts, type Scanner } from "./scanner.ts";

/** How files are packed, under TensorFlow's names. */
export type CompressionType = "" | "GZIP" | "ZLIB";

/** What {@link recordIndex} is told. */
export interface IndexSettings {
  readonly api: string;
  readonly scanner: Scanner;
  readonly onBadRecord: OnBadRecord;
  readonly compressionType: CompressionType;
  /** How much packed files may unpack to. */
  readonly maxUnpackedBytes: number;
}

/** Bytes: those of a file from `offset` on, or in memory. */
export type Stored = { readonly path: string; readonly fileBytes: number; readonly offset: number } | Uint8Array;

/** Where the records of a file are. */
export interface RecordIndex {
  readonly path: string;
  readonly numRecords: number;
  readonly skipped: number;
  readonly facts: ScanFacts;
  /** Offsets and lengths. */
  readonly entries: Stored;
  /** What they point into. */
  readonly content: Stored;
}

type IndexFacts = { readonly numRecords: number; readonly skipped: number; readonly facts: ScanFacts };

/** Below this size finding records is quicker than keeping where they are. */
export const KEEP_FROM_BYTES: number = 64 << 10;

/**
 * The index of the file at `path`.
 * @throws when the file is missing, damaged and damage is not to be skipped, or unpacks to too much.
 */
export function recordIndex(path: string, settings: IndexSettings): RecordIndex {
  const { api, scanner, onBadRecord, compressionType } = settings;
  const { bytes } = stateOf(api, path);
  if (compressionType !== "" || bytes < KEEP_FROM_BYTES) return indexInMemory(path, bytes, settings);
  const options = [
    ...(scanner.options === undefined ? [] : [scanner.options]),
    ...(onBadRecord === "throw" ? [] : [onBadRecord]),
  ];
  const derived = derivedFile<IndexFacts>({
    api,
    kind: "index",
    sources: [path],
    ...(options.length > 0 && { options }),
    doing: `indexing ${basename(path)}`,
    build: (target, progress) => {
      using file = new FileWindow(path, (doneBytes) => progress.update(doneBytes, bytes));
      const { entries, ...found } = scanned(path, file, settings, (line) => progress.say(line));
      writeEntries(target, entries);
      return found;
    },
  });
  const { numRecords, skipped, facts } = derived.facts;
  const fileBytes = BODY_OFFSET + numRecords * ENTRY_BYTES;
  return {
    path,
    numRecords,
    skipped,
    facts,
    entries: { path: derived.path, fileBytes, offset: BODY_OFFSET },
    content: { path, fileBytes: bytes, offset: 0 },
  };
}

function indexInMemory(path: string, bytes: number, settings: IndexSettings): RecordIndex {
  const isPacked = settings.compressionType !== "";
  const content = isPacked ? unpacked(path, settings) : undefined;
  using file = new FileWindow(content ?? path);
  const { entries, ...found } = scanned(path, file, settings, (line) => process.stderr.write(`tensorfleet: ${line}\n`));
  return { path, ...found, entries: entries.bytes(), content: content ?? { path, fileBytes: bytes, offset: 0 } };
}

/** Writes entries as the body of a derived file. */
export function writeEntries(target: string, entries: Entries): void {
  const descriptor = openSync(target, "r+");
  try {
    const bytes = entries.bytes();
    for (let done = 0; done < bytes.length; )
      done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 1 << 30), BODY_OFFSET + done);
  } finally {
    closeSync(descriptor);
  }
}

/** Finds the records of one file and counts what is left out; `tell` is told of it once. */
export function scanned(
  path: string,
  file: FileWindow,
  { api, scanner, onBadRecord }: Pick<IndexSettings, "api" | "scanner" | "onBadRecord">,
  tell: (line: string) => void,
): IndexFacts & { readonly entries: Entries } {
  const entries = new Entries();
  const damages: Damage[] = [];
  const facts = scanner.scan(file, entries, (damage) => {
    if (onBadRecord === "throw") throw damageError(api, path, damage);
    damages.push(damage);
  });
  const [first] = damages;
  if (first)
    tell(
      `${path}: ${damages.length} damaged record${damages.length === 1 ? " is" : "s are"} left out, the first at offset ${first.offset}: ${first.got}`,
    );
  return { numRecords: entries.count, skipped: damages.length, facts, entries };
}

/** The content of a packed file. */
export function unpacked(
  path: string,
  { api, compressionType, maxUnpackedBytes }: Pick<IndexSettings, "api" | "compressionType" | "maxUnpackedBytes">,
): Uint8Array {
  const unpack = compressionType === "GZIP" ? gunzipSync : inflateSync;
  const packed = readFileSync(path);
  try {
    return packed.length === 0 ? packed : unpack(packed, { maxOutputLength: Math.max(1, maxUnpackedBytes) });
  } catch (error) {
    const isTooLong = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    const [expected, got, advice] = isTooLong
      ? [
          `${path} to unpack to at most ${maxUnpackedBytes} bytes, for packed files are unpacked into memory`,
          "more",
          "unpack it on the disk, where it can be mapped, or raise maxUnpackedBytes",
        ]
      : [
          `a whole file packed with ${compressionType} at ${path}`,
          `"${(error as Error).message}"`,
          "fetch it again if it is cut, or give the compressionType that it has",
        ];
    throw new TensorfleetError("invalidArgument", `${api}: expected ${expected}, got ${got}; ${advice}`, {
      cause: error,
    });
  }
}
