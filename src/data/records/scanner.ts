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
}

/** A place where a file is not what its format asks for. */
export interface Damage {
  /** Byte of the file. */
  readonly offset: number;
  /** Number of the record, counted with the damaged ones. */
  readonly record: number;
  readonly expected: string;
  readonly got: string;
}

/** The error for damage. */
export function damageError(api: string, path: string, { offset, record, expected, got }: Damage): TensorfleetError {
  return new TensorfleetError(
    "invalidArgument",
    `${api}: expected ${expected} in ${path}, got ${got} (record ${record}, offset ${offset}); fetch or write the file again, or pass onBadRecord: "skip" to leave such records out and count them`,
  );
}

/** Damage in a few words, for lists of it. */
export function describeDamage({ offset, record, got }: Damage): string {
  return `record ${record}, offset ${offset}: ${got}`;
}
