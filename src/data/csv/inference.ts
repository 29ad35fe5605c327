/** Which columns a CSV file has, and of which types: from its header and its first records, by Python's rules. */
import { closeSync, openSync, readSync } from "node:fs";
import { TensorfleetError } from "../../base/errors.ts";
import type { Dialect } from "./dialect.ts";
import { fieldsOf } from "./fields.ts";
import { lineAt } from "./lines.ts";
import { RecordScanner } from "./scanner.ts";
import { type ColumnType, narrowestType, widerType } from "./values.ts";

const PIECE_BYTES = 1 << 18;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** How many bytes of a byte order mark `start`, the beginning of a file, has. */
export function markBytes(start: Uint8Array): number {
  return BYTE_ORDER_MARK.equals(start.subarray(0, BYTE_ORDER_MARK.length)) ? BYTE_ORDER_MARK.length : 0;
}

/** A record as a reader meets it. */
export interface TextRecord {
  readonly bytes: Uint8Array;
  /** Where it begins in the file. */
  readonly offset: number;
}

/** The records of the file at `path` one by one, its header among them, from the disk in pieces. */
export function* recordsIn(path: string, dialect: Dialect): Generator<TextRecord, void, undefined> {
  const descriptor = openSync(path, "r");
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    const start = piece.subarray(0, readSync(descriptor, piece, 0, BYTE_ORDER_MARK.length, 0));
    let offset = markBytes(start);
    let pending = Buffer.alloc(0); // the bytes of the record that is open
    let pendingAt = offset;
    let found: [number, number][] = [];
    const scanner = new RecordScanner(dialect, (from, to) => found.push([from, to]), offset);
    for (;;) {
      const length = readSync(descriptor, piece, 0, PIECE_BYTES, offset);
      pending = Buffer.concat([pending, piece.subarray(0, length)]);
      scanner.take(piece.subarray(0, length));
      if (length === 0) scanner.finish();
      for (const [from, to] of found) yield { bytes: pending.subarray(from - pendingAt, to - pendingAt), offset: from };
      const last = found.at(-1);
      if (last) {
        pending = pending.subarray(last[1] - pendingAt);
        pendingAt = last[1];
      }
      found = [];
      if (length === 0) return;
      offset += length;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The names in the header of the file at `path`. */
export function headerOf(api: string, path: string, dialect: Dialect): readonly string[] {
  for (const { bytes } of recordsIn(path, dialect)) {
    const { texts, fault } = fieldsOf(bytes, dialect);
    if (fault === undefined) return texts;
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected ${fault} in the header of ${path}, got ${bytes.toString()}`,
    );
  }
  throw new TensorfleetError(
    "invalidArgument",
    `${api}: expected a header with the names of the columns in ${path}, got an empty file; leave the file out, or give columnNames and header: false`,
  );
}

/** What is known of a column after some records. */
export interface ColumnFacts {
  readonly name: string;
  readonly type: ColumnType;
  readonly numMissing: number;
  /** Some of its values as they stand in the file, the first ones that differ. */
  readonly examples: readonly string[];
  /** Texts that made it a column of strings, when all others are numbers: probably a word for a missing value. */
  readonly oddTexts: readonly string[];
}

/** What {@link inferColumns} is told. */
export interface Inference {
  readonly dialect: Dialect;
  readonly names: readonly string[];
  /** How many records of all files together are looked at; `Infinity`: all. */
  readonly numRecords: number;
}

const NUM_EXAMPLES = 3;
const NUM_ODD = 3;

class Facts {
  type: ColumnType | undefined;
  numberType: ColumnType | undefined;
  numMissing = 0;
  readonly examples: Set<string> = new Set();
  readonly odd: Set<string> = new Set();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  add(text: string, naValue: string): void {
    if (text === "" || text === naValue) {
      this.numMissing++;
      return;
    }
    const type = narrowestType(text);
    this.type = this.type === undefined ? type : widerType(this.type, type);
    if (type === "string") {
      if (this.odd.size <= NUM_ODD) this.odd.add(text);
    } else this.numberType = this.numberType === undefined ? type : widerType(this.numberType, type);
    if (this.examples.size < NUM_EXAMPLES) this.examples.add(text);
  }

  result(): ColumnFacts {
    const { name, type = "string", numberType, numMissing, examples, odd } = this;
    const isOdd = numberType !== undefined && odd.size > 0 && odd.size <= NUM_ODD;
    return { name, type, numMissing, examples: [...examples], oddTexts: isOdd ? [...odd] : [] };
  }
}

/**
 * The columns of the files `paths`.
 * @throws when a record has another number of fields than there are names, or is quoted badly.
 */
export function inferColumns(
  api: string,
  paths: readonly string[],
  { dialect, names, numRecords }: Inference,
): { columns: ColumnFacts[]; numRead: number } {
  const facts = names.map((name) => new Facts(name));
  let numRead = 0;
  for (const path of paths) {
    let isHeader = dialect.hasHeader;
    for (const { bytes, offset } of recordsIn(path, dialect)) {
      if (numRead >= numRecords) return { columns: facts.map((column) => column.result()), numRead };
      if (isHeader) {
        isHeader = false;
        continue;
      }
      const { texts, fault } = fieldsOf(bytes, dialect);
      const isBlankOfOne = names.length === 1 && bytes.length === 0;
      if (fault !== undefined || (texts.length !== names.length && !isBlankOfOne))
        throw badRecord(api, `${path}, line ${lineAt(path, offset)}`, fault, texts, names.length);
      for (const [i, column] of facts.entries()) column.add(texts[i] ?? "", dialect.naValue);
      numRead++;
    }
  }
  return { columns: facts.map((column) => column.result()), numRead };
}

function badRecord(
  api: string,
  place: string,
  fault: string | undefined,
  texts: readonly string[],
  numNames: number,
): TensorfleetError {
  const got = fault === undefined ? `${texts.length}` : JSON.stringify(texts.at(-1));
  return new TensorfleetError(
    "invalidArgument",
    `${api}: expected ${fault ?? `${numNames} fields`} at ${place}, got ${got}; quote fields that hold the delimiter, or give columnDefaults instead of having them inferred`,
  );
}
