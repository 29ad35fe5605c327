/** The lines of text files, as TensorFlow reads them: ended by "\n" or by the end of the file; "\r" is no part of a line, wherever it stands. */
import type { Entries } from "./entries.ts";
import type { FileWindow } from "./file-window.ts";
import { inOnePart, type PartScanner, type ScannedPart, type Scanner } from "./scanner.ts";

const NEWLINE = 10;
const RETURN = 13;

const parts: PartScanner = {
  format: "lines",
  emptyFile: { offset: 0, record: 0, expected: "at least one line", got: "an empty file" },
  guess: (file, from, to) => {
    for (let at = from - 1; at < to - 1; ) {
      const shown = Math.min(file.shown(at), to - 1 - at);
      const first = file.at(at, shown);
      const i = file.bytes.subarray(first, first + shown).indexOf(NEWLINE);
      if (i >= 0) return at + i + 1;
      at += shown;
    }
    return undefined;
  },
  scanPart: (file, from, to, entries) => new LinesOfPart(file, from, to, entries).scan(),
};

/** Finds lines. `returnsWithin` counts the "\r" that stand within lines and must be taken out of them. */
export const textLineScanner: Scanner = {
  options: { format: "lines", version: 1 },
  parts,
  scan: (file, entries, bad) => inOnePart(parts, file, entries, bad),
};

/** The lines that begin in `[from, to)`. */
class LinesOfPart {
  readonly #file: FileWindow;
  readonly #to: number;
  readonly #entries: Entries;
  #start: number;
  #numLines = 0;
  #returns = 0;
  #returnsAtEnds = 0;

  constructor(file: FileWindow, from: number, to: number, entries: Entries) {
    this.#file = file;
    this.#to = to;
    this.#entries = entries;
    this.#start = from;
  }

  scan(): ScannedPart {
    const file = this.#file;
    let before = NEWLINE;
    for (let at = this.#start; at < file.size && this.#start < this.#to; ) {
      const shown = file.shown(at);
      const first = file.at(at, shown);
      const bytes = file.bytes.subarray(first, first + shown);
      const isDone = this.#take(bytes, at, before);
      this.#countReturns(isDone ? bytes.subarray(0, this.#start - at) : bytes);
      before = bytes[shown - 1] as number;
      at += shown;
    }
    if (this.#start < this.#to && this.#hasText()) this.#endLine(file.size, before);
    const next = this.#start < this.#to ? file.size : this.#start;
    return { next, numRecords: this.#numLines, facts: { returnsWithin: this.#returns - this.#returnsAtEnds } };
  }

  /** The lines that end in `bytes`, which stand at `at`; whether the part is over. */
  #take(bytes: Buffer, at: number, before: number): boolean {
    for (let i = bytes.indexOf(NEWLINE); i >= 0; i = bytes.indexOf(NEWLINE, i + 1)) {
      this.#endLine(at + i, i === 0 ? before : (bytes[i - 1] as number));
      this.#start = at + i + 1;
      if (this.#start >= this.#to) return true;
    }
    return false;
  }

  /** Whether the file's last line, which no newline ends, is one: nothing but "\r" is not. */
  #hasText(): boolean {
    for (let at = this.#start; at < this.#file.size; at++) {
      const i = this.#file.at(at, 1);
      if (this.#file.bytes[i] !== RETURN) return true;
    }
    return false;
  }

  #endLine(end: number, last: number): void {
    const isReturn = end > this.#start && last === RETURN;
    if (isReturn) this.#returnsAtEnds++;
    this.#entries.add(this.#start, end - this.#start - (isReturn ? 1 : 0));
    this.#numLines++;
  }

  #countReturns(bytes: Buffer): void {
    for (let i = bytes.indexOf(RETURN); i >= 0; i = bytes.indexOf(RETURN, i + 1)) this.#returns++;
  }
}
