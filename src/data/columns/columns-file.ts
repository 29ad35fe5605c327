/** The columns of one data file: made once and kept beside it, or in memory when the file is small. */
import { basename } from "node:path";
import type { RangePart } from "../../native/mapped-range.ts";
import { BODY_OFFSET, derivedFile, type Json } from "../derived-file.ts";
import { KEEP_FROM_BYTES } from "../records/record-index.ts";
import { stateOf } from "../source-files.ts";
import { type ColumnType, innerSize, isVariable, widthOf } from "./column-type.ts";
import { type ColumnsLayout, ColumnsWriter } from "./columns-writer.ts";
import { fileSink, MemorySink, type Sink } from "./sink.ts";

/** How a file is turned into columns. */
export interface Conversion {
  readonly api: string;
  readonly path: string;
  readonly columns: readonly ColumnType[];
  /** All that decides on the values beside the file and the columns. */
  readonly options: Json;
  /** How many records there can be at most. */
  maxRecords(): number;
  /** Adds all records, and says how many were left out; `update` is told how many bytes of the file are done. */
  convert(writer: ColumnsWriter, update: (doneBytes: number) => void, say: (line: string) => void): number;
}

/** A file's columns. */
export interface ColumnsFile {
  readonly path: string;
  readonly layout: ColumnsLayout;
  /** Records that were left out. */
  readonly skipped: number;
  readonly part: RangePart;
  /** Where in the part the columns begin. */
  readonly start: number;
}

type Facts = { readonly layout: ColumnsLayout; readonly skipped: number };

const FORMAT = 1;
const MOST_BYTES_IN_MEMORY = 16 << 20;

/** The columns of a file, made now if need be. @throws what the conversion throws. */
export function columnsFile(conversion: Conversion): ColumnsFile {
  const { api, path, columns, options } = conversion;
  const { bytes } = stateOf(api, path);
  if (bytes < KEEP_FROM_BYTES) {
    const maxRecords = conversion.maxRecords();
    if (regionBytes(columns, maxRecords) <= MOST_BYTES_IN_MEMORY) return columnsInMemory(conversion, maxRecords);
  }
  const derived = derivedFile<Facts>({
    api,
    kind: "columns",
    sources: [path],
    options: [FORMAT, columns.map(({ path: names, dtype, shape }) => [names, dtype, shape]), options],
    doing: `converting ${basename(path)}`,
    build: (target, progress) => {
      using sink = fileSink(target);
      const update = (doneBytes: number): void => progress.update(doneBytes, bytes);
      return written(conversion, sink, BODY_OFFSET, conversion.maxRecords(), update, (line) => progress.say(line));
    },
  });
  const part = { path: derived.path, bytes: BODY_OFFSET + derived.bodyBytes };
  return { path, ...derived.facts, part, start: BODY_OFFSET };
}

function columnsInMemory(conversion: Conversion, maxRecords: number): ColumnsFile {
  using sink = new MemorySink();
  const say = (line: string): void => void process.stderr.write(`tensorfleet: ${line}\n`);
  const facts = written(conversion, sink, 0, maxRecords, () => {}, say);
  return { path: conversion.path, ...facts, part: sink.content(), start: 0 };
}

function written(
  conversion: Conversion,
  sink: Sink,
  start: number,
  maxRecords: number,
  update: (doneBytes: number) => void,
  say: (line: string) => void,
): Facts {
  const writer = new ColumnsWriter(sink, start, conversion.columns, maxRecords);
  const skipped = conversion.convert(writer, update, say);
  return { layout: writer.finish(), skipped };
}

function regionBytes(columns: readonly ColumnType[], maxRecords: number): number {
  const rows = columns.map((type) => (isVariable(type) ? 1 : innerSize(type)) * widthOf(type.dtype));
  return maxRecords * rows.reduce((sum, bytes) => sum + bytes, 0);
}
