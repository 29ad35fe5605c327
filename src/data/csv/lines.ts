/** Lines of text files by offsets: what an error names. */
import { closeSync, openSync, readSync } from "node:fs";
import { byteOf } from "./dialect.ts";

const { newline, carriageReturn } = byteOf;
const PIECE_BYTES = 1 << 20;

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

/** The line, from 1, on which byte `offset` of the file at `path` lies. */
export function lineAt(path: string, offset: number): number {
  const descriptor = openSync(path, "r");
  try {
    const piece = Buffer.alloc(PIECE_BYTES + 1);
    let line = 1;
    for (let at = 0; at < offset; at += PIECE_BYTES) {
      const length = readSync(descriptor, piece, 0, PIECE_BYTES + 1, at);
      const end = Math.min(length, PIECE_BYTES, offset - at);
      line += countLines(piece.subarray(0, end), end < length ? piece[end] : undefined);
    }
    return line;
  } finally {
    closeSync(descriptor);
  }
}
