/** Records of CSV files found again, for messages. */
import { closeSync, openSync, readSync } from "node:fs";
import { BODY_OFFSET, type DerivedFile } from "../derived-file.ts";
import { lineAt } from "./lines.ts";
import { INDEX_COLUMNS, type IndexFacts } from "./record-index.ts";

const ROW_BYTES = INDEX_COLUMNS * BigInt64Array.BYTES_PER_ELEMENT;

interface Found {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

function find(paths: readonly string[], indexes: readonly DerivedFile<IndexFacts>[], record: number): Found {
  let number = record;
  let i = 0;
  for (; number >= (indexes[i] as DerivedFile<IndexFacts>).facts.numRecords; i++)
    number -= (indexes[i] as DerivedFile<IndexFacts>).facts.numRecords;
  const row = readAt((indexes[i] as DerivedFile<IndexFacts>).path, BODY_OFFSET + number * ROW_BYTES, ROW_BYTES);
  return {
    path: paths[i] as string,
    offset: Number(row.readBigInt64LE(0)),
    length: Number(row.readBigInt64LE(BigInt64Array.BYTES_PER_ELEMENT)),
  };
}

/** File, line (from 1) and offset of a record. */
export function recordPlace(
  paths: readonly string[],
  indexes: readonly DerivedFile<IndexFacts>[],
  record: number,
): { readonly path: string; readonly line: number; readonly offset: number } {
  const { path, offset } = find(paths, indexes, record);
  return { path, line: lineAt(path, offset), offset };
}

/** The bytes of a record. */
export function bytesOf(
  paths: readonly string[],
  indexes: readonly DerivedFile<IndexFacts>[],
  record: number,
): Uint8Array {
  const { path, offset, length } = find(paths, indexes, record);
  return readAt(path, offset, length);
}

function readAt(path: string, offset: number, length: number): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
  } finally {
    closeSync(descriptor);
  }
}
