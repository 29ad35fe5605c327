/** Lines of text files by offsets: what an error names. */
import type { FileWindow } from "../records/file-window.ts";
import { byteOf } from "./dialect.ts";

const { newline, carriageReturn } = byteOf;

/** How many lines end in `bytes`; `next` is the byte behind them. */
export function countLines(bytes: Uint8Array, next?: number): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte > carriageReturn) continue;
    if (byte === newline) count++;
    else if (byte === carriageReturn && (at + 1 < bytes.length ? bytes[at + 1] : next) !== newline) count++;
  }
  return count;
}

/** The line, from 1, on which byte `offset` of a file lies. */
export function lineAt(file: FileWindow, offset: number): number {
  let line = 1;
  for (let at = 0; at < Math.min(offset, file.size); ) {
    file.at(at, Math.min(2, file.size - at)); // a line end has up to two bytes, which must not be seen apart
    const shown = file.shown(at);
    const length = Math.min(offset - at, at + shown < file.size ? shown - 1 : shown);
    const first = file.at(at, shown);
    const next = length < shown ? file.bytes[first + length] : undefined;
    line += countLines(file.bytes.subarray(first, first + length), next);
    at += length;
  }
  return line;
}
