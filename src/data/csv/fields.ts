/** Takes a record of a CSV file apart, as TensorFlow's DecodeCSV does: for names, inference, conversion, and to tell what is wrong. */
import { byteOf, type Dialect } from "./dialect.ts";

const { quote } = byteOf;

/** The fields of a record; `fault` says what is wrong with the quotes of the last one. */
export interface Fields {
  readonly texts: readonly string[];
  /** Where each field begins, in bytes from the beginning of the record; not given without quotes, as such a record is one line. */
  readonly offsets?: readonly number[];
  readonly fault?: string;
}

/** The fields of a record without its line end. A record of no bytes is one empty field. */
export function fieldsOf(record: Uint8Array, dialect: Dialect): Fields {
  if (!dialect.hasQuotes || record.indexOf(quote) < 0)
    return { texts: textOf(record, 0, record.length).split(String.fromCharCode(dialect.delimiter)) };
  const texts: string[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (;;) {
    offsets.push(at);
    const field = record[at] === quote ? quotedField(record, at, dialect) : plain(record, at, dialect);
    texts.push(field.text);
    if (field.fault !== undefined) return { texts, offsets, fault: field.fault };
    if (field.end >= record.length) return { texts, offsets };
    at = field.end + 1;
  }
}

interface Field {
  readonly text: string;
  /** Offset of the delimiter behind it, or the length of the record. */
  readonly end: number;
  readonly fault?: string;
}

function plain(record: Uint8Array, start: number, { delimiter }: Dialect): Field {
  const found = record.indexOf(delimiter, start);
  const end = found < 0 ? record.length : found;
  const text = textOf(record, start, end);
  const isFaulty = text.includes('"');
  return { text, end, ...(isFaulty && { fault: "a field that holds a quote to be quoted itself" }) };
}

function quotedField(record: Uint8Array, start: number, { delimiter }: Dialect): Field {
  let text = "";
  let from = start + 1;
  for (;;) {
    const at = record.indexOf(quote, from);
    if (at < 0) {
      const rest = text + textOf(record, from, record.length);
      return { text: rest, end: record.length, fault: "a quoted field to end with a quote" };
    }
    text += textOf(record, from, at);
    const next = record[at + 1];
    if (next === undefined || next === delimiter) return { text, end: at + 1 };
    if (next !== quote) {
      const rest = text + textOf(record, at, record.length);
      return { text: rest, end: record.length, fault: "a quote within a quoted field to be doubled" };
    }
    text += '"';
    from = at + 2;
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}
