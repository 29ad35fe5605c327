/** The columns of a CSV file: which are read, as what, and what is wrong with a record that cannot be. */
import type { Dialect } from "./dialect.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { countLines } from "./lines.ts";
import { type ColumnType, isReadableAs, narrowestType, widerType } from "./values.ts";

/** A column that is read. */
export interface Column {
  /** Its place in the record, from 0. */
  readonly index: number;
  readonly name: string;
  readonly type: ColumnType;
  /** Whether a record without a value is an error: there is no default. */
  readonly isRequired: boolean;
}

/** How records are read. */
export interface Layout {
  readonly dialect: Dialect;
  /** In the order of their places. */
  readonly columns: readonly Column[];
  /** How many fields a record must have; when not given, enough for the columns, and others are not looked at. */
  readonly numFields: number | undefined;
}

/** What is wrong with a record. */
export interface RecordFault {
  /** What should have been there, and where: `an int32 in column "age"`. */
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
  /** Lines of the record before the fault: quoted fields hold line ends. */
  readonly linesBefore: number;
}

const LONGEST_SHOWN = 60;

/** What TensorFlow finds wrong with `record`; `undefined` when it can be read. */
export function faultOf(record: Uint8Array, layout: Layout): RecordFault | undefined {
  const fields = fieldsOf(record, layout.dialect);
  const faultyQuotes = fields.texts.length - 1;
  for (const column of layout.columns) {
    if (fields.fault !== undefined && column.index >= faultyQuotes) break;
    const text = fields.texts[column.index];
    if (text === undefined) break;
    const wrong = valueFault(text, column, layout.dialect);
    if (wrong) return { ...wrong, linesBefore: linesBefore(record, fields, column.index) };
  }
  if (fields.fault !== undefined) {
    const name = layout.columns.find(({ index }) => index === faultyQuotes)?.name ?? String(faultyQuotes);
    return {
      expected: `${fields.fault} in column ${JSON.stringify(name)}`,
      got: shown(fields.texts[faultyQuotes] as string),
      advice: 'write "" for a quote in a quoted field, or set useQuoteDelim: false if quotes mean nothing in the file',
      linesBefore: linesBefore(record, fields, faultyQuotes),
    };
  }
  return countFault(fields, layout);
}

function valueFault(text: string, column: Column, { naValue }: Dialect): Omit<RecordFault, "linesBefore"> | undefined {
  const { name, type, isRequired } = column;
  const isMissing = text === "" || text === naValue;
  const where = `in column ${JSON.stringify(name)}`;
  const a = type === "int32" || type === "int64" ? "an" : "a";
  if (isMissing && isRequired)
    return {
      expected: `${a} ${type} ${where}`,
      got: text === "" ? "no value" : `${shown(text)}, which means a missing one`,
      advice: "give the column a default value instead of a dtype",
    };
  if (isMissing || isReadableAs(type, text)) return undefined;
  return {
    expected: `${a} ${type} ${where}`,
    got: shown(text),
    advice: adviceFor(type, text),
  };
}

function adviceFor(type: ColumnType, text: string): string {
  const wider = widerType(type, narrowestType(text));
  const declare = `declare the column as "${wider}"`;
  return wider === "string" ? `${declare}, or set naValue: ${shown(text)} if that means a missing value` : declare;
}

function countFault({ texts }: Fields, { columns, numFields }: Layout): RecordFault | undefined {
  const least = (columns.at(-1)?.index ?? -1) + 1;
  if (numFields === undefined ? texts.length >= least : texts.length === numFields) return undefined;
  const isBlank = texts.length === 1 && texts[0] === "";
  return {
    expected: numFields === undefined ? `at least ${least} fields` : `${numFields} fields`,
    got: isBlank ? "an empty line" : `${texts.length} (${shown(texts.join(" | "))})`,
    advice: isBlank ? "remove it" : "quote fields that hold the delimiter, and see whether fieldDelim is right",
    linesBefore: 0,
  };
}

function shown(text: string): string {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text);
}

function linesBefore(record: Uint8Array, { offsets }: Fields, field: number): number {
  return offsets ? countLines(record.subarray(0, offsets[field])) : 0;
}
