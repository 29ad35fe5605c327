/** What finds the records of a file of some format: the seam between formats and the index that all of them share. */
import { TensorfleetError } from "../../base/errors.ts";
import type { Json } from "../derived-file.ts";
import type { Entries } from "./entries.ts";
import type { FileWindow } from "./file-window.ts";

/** What is done about a damaged record: an error, or it gets no number and is counted. */
export type OnBadRecord = "throw" | "skip";

/** What a scan has to say beside the entries. */
export type ScanFacts = { readonly [name: string]: Json };

/** A format. */
export interface Scanner {
  /** All that decides what it finds; not given for what a file's name tells already. */
  readonly options?: Json;
  /** Adds the records of a file to `entries`; `bad` is told of damage, and throws unless damage is to be skipped. */
  scan(file: FileWindow, entries: Entries, bad: (damage: Damage) => void): ScanFacts;
  /** Where a file can be scanned part by part, and so by several threads. */
  readonly parts?: PartScanner;
}

/** A format whose records can be found from the middle of a file on. */
export interface PartScanner {
  /** By this name, and the scanner's options, a thread makes the same scanner. */
  readonly format: "tfrecord" | "lines";
  /** Where the first record that begins in `[from, to)` seems to begin; `undefined` when none is seen. */
  guess(file: FileWindow, from: number, to: number): number | undefined;
  /** Adds the records that begin in `[from, to)`, the first of them at `from`. */
  scanPart(file: FileWindow, from: number, to: number, entries: Entries, bad: (damage: Damage) => void): ScannedPart;
  /** What is wrong with a file of no bytes. */
  readonly emptyFile: Damage;
}

/** What was found in a part beside the entries. */
export interface ScannedPart {
  /** Where the next record begins. */
  readonly next: number;
  /** Records that were met, the damaged ones among them. */
  readonly numRecords: number;
  /** Numbers that add up to those of the file. */
  readonly facts: { readonly [name: string]: number };
}

/** A whole file as one part. */
export function inOnePart(
  parts: PartScanner,
  file: FileWindow,
  entries: Entries,
  bad: (damage: Damage) => void,
): ScanFacts {
  if (file.size === 0) bad(parts.emptyFile);
  return parts.scanPart(file, 0, file.size, entries, bad).facts;
}

/** A place where a file is not what its format asks for. */
export interface Damage {
  /** Byte of the file. */
  readonly offset: number;
  /** Number of the record, counted with the damaged ones. */
  readonly record: number;
  readonly expected: string;
  readonly got: string;
  /** What to do, where fetching or writing the file again is not it. */
  readonly advice?: string;
}

const DEFAULT_ADVICE =
  'fetch or write the file again, or pass onBadRecord: "skip" to leave such records out and count them';

/** The error for damage. */
export function damageError(
  api: string,
  path: string,
  { offset, record, expected, got, advice }: Damage,
): TensorfleetError {
  return new TensorfleetError(
    "invalidArgument",
    `${api}: expected ${expected} in ${path}, got ${got} (record ${record}, offset ${offset}); ${advice ?? DEFAULT_ADVICE}`,
  );
}

/** Damage in a few words, for lists of it. */
export function describeDamage({ offset, record, got }: Damage): string {
  return `record ${record}, offset ${offset}: ${got}`;
}
