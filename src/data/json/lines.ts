/** The lines of a file of JSON lines, one by one; those of white space alone are none. */
import { isUtf8 } from "node:buffer";
import type { FileWindow } from "../records/file-window.ts";

/** A line as it stands in the file. */
export interface Line {
  /** Its number in the file, from 1. */
  readonly number: number;
  readonly offset: number;
  /** What it says; `undefined` when it is no text, or longer than a string may be. */
  readonly text: string | undefined;
}

const NEWLINE = 10;
const SPACE = 32;
const LONGEST_LINE = 1 << 28;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** How many lines the file has at most. */
export function countLines(file: FileWindow): number {
  let count = 1;
  for (let at = 0; at < file.size; ) {
    const bytes = shownFrom(file, at);
    for (let i = bytes.indexOf(NEWLINE); i >= 0; i = bytes.indexOf(NEWLINE, i + 1)) count++;
    at += bytes.length;
  }
  return count;
}

/** The lines from the file's beginning to its end. */
export function* linesOf(file: FileWindow): Generator<Line, void, undefined> {
  const hasMark = file.size >= MARK.length && MARK.equals(shownFrom(file, 0).subarray(0, MARK.length));
  let start = hasMark ? MARK.length : 0;
  for (let number = 1; start < file.size; number++) {
    const end = endOfLine(file, start);
    if (end - start > LONGEST_LINE) yield { number, offset: start, text: undefined };
    else {
      const from = file.at(start, end - start);
      const bytes = file.bytes.subarray(from, from + end - start);
      if (!isBlank(bytes)) yield { number, offset: start, text: isUtf8(bytes) ? bytes.toString() : undefined };
    }
    start = end + 1;
  }
}

function endOfLine(file: FileWindow, start: number): number {
  for (let at = start; at < file.size; ) {
    const bytes = shownFrom(file, at);
    const found = bytes.indexOf(NEWLINE);
    if (found >= 0) return at + found;
    at += bytes.length;
  }
  return file.size;
}

/** What the window shows from `offset` on, at least a byte. */
function shownFrom(file: FileWindow, offset: number): Buffer {
  const length = file.shown(offset);
  const at = file.at(offset, length);
  return file.bytes.subarray(at, at + length);
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte <= SPACE);
}
