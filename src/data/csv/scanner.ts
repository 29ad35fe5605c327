/**
 * Finds where the records of a CSV file lie, piece by piece. A line ends a record unless it lies in a quoted field; quotes mean
 * something at the beginning of a field alone. That is TensorFlow's reading: what it refuses (a quote within a field) ends where it
 * would have ended there.
 */
import { byteOf, type Dialect } from "./dialect.ts";

/** How far bytes are looked at one by one, before the rest of a longer field is searched natively. */
const NEAR_BYTES = 16;

const { newline, carriageReturn, quote } = byteOf;

/** `plain`: outside of quotes; `quoted`: within; `closing`: behind a quote that may end the field or be the first of two. */
type State = "plain" | "quoted" | "closing";

/** Is told of a record: the offsets of its first byte, and of the byte behind its last; its line end is not part of it. */
export type OnRecord = (start: number, end: number) => void;

/** Takes the bytes of a file in order. */
export class RecordScanner {
  readonly #delimiter: number;
  readonly #hasQuotes: boolean;
  readonly #onRecord: OnRecord;
  #state: State = "plain";
  /** Offset of the piece that comes next. */
  #offset: number;
  /** Offset of the record that is open. */
  #start: number;
  /** The last byte of the piece before. */
  #before: number = newline;
  readonly #newlines = new NextByte(newline);
  readonly #returns = new NextByte(carriageReturn);
  readonly #quotes = new NextByte(quote);

  /** @param offset where the first piece lies in the file: a record begins there */
  constructor({ delimiter, hasQuotes }: Dialect, onRecord: OnRecord, offset = 0) {
    this.#delimiter = delimiter;
    this.#hasQuotes = hasQuotes;
    this.#onRecord = onRecord;
    this.#offset = offset;
    this.#start = offset;
  }

  /** The next piece of the file. */
  take(piece: Uint8Array): void {
    for (const next of [this.#newlines, this.#returns, this.#quotes]) next.forget();
    let at = 0;
    while (at < piece.length) {
      if (this.#state === "plain") at = this.#plain(piece, at);
      else if (this.#state === "quoted") at = this.#quoted(piece, at);
      else at = this.#closing(piece, at);
    }
    this.#offset += piece.length;
    if (piece.length > 0) this.#before = piece[piece.length - 1] as number;
  }

  /** The file has ended. Returns whether a quoted field was still open. */
  finish(): boolean {
    if (this.#offset > this.#start) this.#onRecord(this.#start, this.#offset);
    return this.#state === "quoted";
  }

  /** Outside of quotes: to the end of the piece, or behind a quote that opens a field. */
  #plain(piece: Uint8Array, from: number): number {
    const base = this.#offset;
    let near = Math.min(from + NEAR_BYTES, piece.length);
    for (let at = from; at < piece.length; at++) {
      if (at >= near) {
        at = Math.min(this.#newlines.from(piece, at), this.#quotes.from(piece, at), this.#returns.from(piece, at));
        if (at === piece.length) break;
      }
      const byte = piece[at] as number;
      if (byte > quote) continue; // nearly all of them
      if (byte === newline) this.#endLine(base + at, at === 0 ? this.#before : (piece[at - 1] as number));
      else if (byte === carriageReturn) this.#endRecord(base + at);
      else if (byte === quote && this.#hasQuotes && this.#opensField(piece, at)) {
        this.#state = "quoted";
        return at + 1;
      } else continue;
      near = Math.min(at + NEAR_BYTES, piece.length);
    }
    return piece.length;
  }

  #opensField(piece: Uint8Array, at: number): boolean {
    if (this.#offset + at === this.#start) return true;
    return (at === 0 ? this.#before : piece[at - 1]) === this.#delimiter;
  }

  #quoted(piece: Uint8Array, from: number): number {
    const end = piece.indexOf(quote, from);
    if (end < 0) return piece.length;
    this.#state = "closing";
    return end + 1;
  }

  /** Behind a quote in a quoted field: another one is an escape, an end ends the field, and anything else is an error, but still quoted. */
  #closing(piece: Uint8Array, at: number): number {
    const byte = piece[at] as number;
    const isEnd = byte === this.#delimiter || byte === newline || byte === carriageReturn;
    this.#state = isEnd ? "plain" : "quoted";
    if (byte === newline || byte === carriageReturn) this.#endRecord(this.#offset + at);
    return at + 1;
  }

  /** A line feed ends a record, unless it is the second half of a line end. */
  #endLine(at: number, before: number): void {
    if (before === carriageReturn && at === this.#start) this.#start = at + 1;
    else this.#endRecord(at);
  }

  #endRecord(at: number): void {
    this.#onRecord(this.#start, at);
    this.#start = at + 1;
  }
}

/** Where a byte comes next in a piece: looked for natively, and only again when that place is passed. */
class NextByte {
  readonly #byte: number;
  #next = -1;

  constructor(byte: number) {
    this.#byte = byte;
  }

  /** Another piece comes. */
  forget(): void {
    this.#next = -1;
  }

  /** The first place from `at` on; the piece's length when there is none. `at` never goes back within a piece. */
  from(piece: Uint8Array, at: number): number {
    if (this.#next >= at) return this.#next;
    const found = piece.indexOf(this.#byte, at);
    this.#next = found < 0 ? piece.length : found;
    return this.#next;
  }
}
