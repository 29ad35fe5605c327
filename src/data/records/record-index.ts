/** The index of one file: where each record lies, found once and kept beside the file; of packed files, made anew in memory. */
import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";
import { TensorfleetError } from "../../base/errors.ts";
import { BODY_OFFSET, type Derivation, derivedFile, hasDerivedFile, type Json } from "../derived-file.ts";
import { stateOf } from "../source-files.ts";
import { ENTRY_BYTES, Entries } from "./entries.ts";
import { FileWindow } from "./file-window.ts";
import { joinParts } from "./parts.ts";
import { ScanThreads } from "./scan-threads.ts";
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
  /** Threads that have begun to find the records. */
  readonly threads?: ScanThreads | undefined;
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

/** What is kept of an index beside its entries. */
export type IndexFacts = { readonly numRecords: number; readonly skipped: number; readonly facts: ScanFacts };

/** Below this size finding records is quicker than keeping where they are. */
export const KEEP_FROM_BYTES: number = 64 << 10;

/**
 * The index of the file at `path`.
 * @throws when the file is missing, damaged and damage is not to be skipped, or unpacks to too much.
 */
export function recordIndex(path: string, settings: IndexSettings): RecordIndex {
  const { api, compressionType } = settings;
  const { bytes } = stateOf(api, path);
  if (compressionType !== "" || bytes < KEEP_FROM_BYTES) return indexInMemory(path, bytes, settings);
  const derived = derivedFile(derivationOf(path, bytes, settings));
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

/** How the index of a file of `bytes` bytes is made. */
function derivationOf(path: string, bytes: number, settings: IndexSettings): Derivation<IndexFacts> {
  return {
    api: settings.api,
    kind: "index",
    sources: [path],
    ...indexOptions(settings),
    doing: `indexing ${basename(path)}`,
    build: (target, progress) => {
      const update = (doneBytes: number): void => progress.update(doneBytes, bytes);
      using file = new FileWindow(path, update);
      const { entries, ...found } = scanned(path, file, settings, (line) => progress.say(line), update);
      writeEntries(target, entries);
      return found;
    },
  };
}

/** What decides on an index beside its file. */
export function indexOptions({ scanner, onBadRecord }: Pick<IndexSettings, "scanner" | "onBadRecord">): {
  options?: Json;
} {
  const options = [
    ...(scanner.options === undefined ? [] : [scanner.options]),
    ...(onBadRecord === "throw" ? [] : [onBadRecord]),
  ];
  return options.length > 0 ? { options } : {};
}

/** Threads that find the records of those files whose indexes must be made; `undefined` when it is not worth it. */
export function indexThreads(paths: readonly string[], settings: IndexSettings): ScanThreads | undefined {
  if (settings.compressionType !== "" || !settings.scanner.parts) return undefined;
  const missing = paths.filter((path) => {
    const facts = statSync(path, { throwIfNoEntry: false }); // what is no file is told by who opens it
    const bytes = facts?.isFile() ? facts.size : 0;
    return bytes >= KEEP_FROM_BYTES && !hasDerivedFile(derivationOf(path, bytes, settings));
  });
  return ScanThreads.for(missing, settings);
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

/** What {@link scanFile} is told. */
export interface FileScan extends Pick<IndexSettings, "scanner" | "onBadRecord" | "threads"> {
  readonly entries: Entries;
  bad(damage: Damage): void;
  readonly progress?: ((doneBytes: number) => void) | undefined;
}

/** Finds the records of a file, here or in the threads that have begun with it. */
export function scanFile(path: string, file: FileWindow, scan: FileScan): ScanFacts {
  const { scanner, onBadRecord, threads, entries, bad, progress } = scan;
  const parts = threads?.partsOf(path) ?? [];
  if (!threads || !scanner.parts || parts.length === 0) return scanner.scan(file, entries, bad);
  return joinParts(parts, entries, {
    scanner: scanner.parts,
    onBadRecord,
    found: (part) => threads.found(part),
    bad,
    ...(progress && { progress }),
  });
}

/** Finds the records of one file and counts what is left out; `tell` is told of it once. */
export function scanned(
  path: string,
  file: FileWindow,
  { api, scanner, onBadRecord, threads }: Pick<IndexSettings, "api" | "scanner" | "onBadRecord" | "threads">,
  tell: (line: string) => void,
  progress?: (doneBytes: number) => void,
): IndexFacts & { readonly entries: Entries } {
  const entries = new Entries();
  const damages: Damage[] = [];
  const bad = (damage: Damage): void => {
    if (onBadRecord === "throw") throw damageError(api, path, damage);
    damages.push(damage);
  };
  const facts = scanFile(path, file, { scanner, onBadRecord, threads, entries, bad, progress });
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
