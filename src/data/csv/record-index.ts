/** Where the records of a CSV file lie: found once, and kept beside the file as a table of int64 [n, 2], offsets and lengths. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { basename } from "node:path";
import type { BuildProgress } from "../build-progress.ts";
import { BODY_OFFSET, type DerivedFile, derivedFile, type Json } from "../derived-file.ts";
import { stateOf } from "../source-files.ts";
import { faultOf, type Layout } from "./columns.ts";
import { markBytes, recordsIn } from "./inference.ts";
import { lineAt } from "./lines.ts";
import { RecordScanner } from "./scanner.ts";

/** What a reader must know of an index. */
export type IndexFacts = {
  readonly numRecords: number;
  /** Records of no bytes: TensorFlow's DecodeCSV sees no field in them. */
  readonly numBlank: number;
  /** Records that cannot be read and were left out. */
  readonly numSkipped: number;
};

/** Columns of the table. */
export const INDEX_COLUMNS = 2;

const FORMAT = 1;
const PIECE_BYTES = 4 << 20;
const ROWS_AT_ONCE = 1 << 16;

/** The index of the file at `path`; with `skipsBad`, without the records that cannot be read as `layout` says. */
export function recordIndex(api: string, path: string, layout: Layout, skipsBad: boolean): DerivedFile<IndexFacts> {
  const { delimiter, hasQuotes, hasHeader, naValue } = layout.dialect;
  const reading: Json = skipsBad
    ? [naValue, layout.isAll, layout.columns.map(({ index, type, isRequired }) => [index, type, isRequired])]
    : null;
  return derivedFile<IndexFacts>({
    api,
    kind: "index",
    sources: [path],
    options: ["csv", FORMAT, delimiter, hasQuotes, hasHeader, reading],
    doing: `indexing ${basename(path)}`,
    build: (target, progress) => {
      const table = new TableWriter(target);
      try {
        if (skipsBad) return indexGood(api, path, layout, table, progress);
        return indexAll(api, path, layout, table, progress);
      } finally {
        table.close();
      }
    },
  });
}

function indexAll(
  api: string,
  path: string,
  { dialect }: Layout,
  table: TableWriter,
  progress: BuildProgress,
): IndexFacts {
  const { bytes } = stateOf(api, path);
  const descriptor = openSync(path, "r");
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    let offset = markBytes(piece.subarray(0, readSync(descriptor, piece, 0, 3, 0)));
    let isHeader = dialect.hasHeader;
    let numBlank = 0;
    const scanner = new RecordScanner(
      dialect,
      (start, end) => {
        if (isHeader) isHeader = false;
        else {
          table.add(start, end - start);
          if (end === start) numBlank++;
        }
      },
      offset,
    );
    for (;;) {
      const length = readSync(descriptor, piece, 0, PIECE_BYTES, offset);
      if (length === 0) break;
      scanner.take(piece.subarray(0, length));
      offset += length;
      progress.update(offset, bytes);
    }
    scanner.finish();
    return { numRecords: table.numRows, numBlank, numSkipped: 0 };
  } finally {
    closeSync(descriptor);
  }
}

function indexGood(api: string, path: string, layout: Layout, table: TableWriter, progress: BuildProgress): IndexFacts {
  const { bytes: fileBytes } = stateOf(api, path);
  let isHeader = layout.dialect.hasHeader;
  let [numBlank, numSkipped, first] = [0, 0, ""];
  for (const { bytes, offset } of recordsIn(path, layout.dialect)) {
    progress.update(offset, fileBytes);
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const fault = faultOf(bytes, layout);
    if (fault) {
      if (numSkipped === 0)
        first = `line ${lineAt(path, offset) + fault.linesBefore}: expected ${fault.expected}, got ${fault.got}`;
      numSkipped++;
      continue;
    }
    table.add(offset, bytes.length);
    if (bytes.length === 0) numBlank++;
  }
  if (numSkipped > 0)
    progress.say(`${path}: left out ${numSkipped} of ${table.numRows + numSkipped} records, the first at ${first}`);
  return { numRecords: table.numRows, numBlank, numSkipped };
}

/** Writes rows of two int64 one behind the other. */
class TableWriter {
  readonly #descriptor: number;
  readonly #rows = new BigInt64Array(ROWS_AT_ONCE * INDEX_COLUMNS);
  #filled = 0;
  #position: number = BODY_OFFSET;
  numRows = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r+");
  }

  add(offset: number, length: number): void {
    this.#rows[this.#filled++] = BigInt(offset);
    this.#rows[this.#filled++] = BigInt(length);
    this.numRows++;
    if (this.#filled === this.#rows.length) this.#flush();
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#rows.buffer, 0, this.#filled * BigInt64Array.BYTES_PER_ELEMENT);
    writeSync(this.#descriptor, bytes, 0, bytes.length, this.#position);
    this.#position += bytes.length;
    this.#filled = 0;
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }
}
