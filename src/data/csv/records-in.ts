/** The records of a CSV file one by one, for those who look into them: headers, inference, conversion. */
import type { FileWindow } from "../records/file-window.ts";
import type { Dialect } from "./dialect.ts";
import { RecordScanner } from "./scanner.ts";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** How many bytes of a byte order mark a file begins with. */
export function markBytes(file: FileWindow): number {
  const length = BYTE_ORDER_MARK.length;
  if (file.size < length) return 0;
  const first = file.at(0, length);
  return BYTE_ORDER_MARK.equals(file.bytes.subarray(first, first + length)) ? length : 0;
}

/** Whether a file begins as UTF-16 does: no byte of such text means what it means in UTF-8. */
export function isUtf16(file: FileWindow): boolean {
  if (file.size < 2) return false;
  const first = file.at(0, 2);
  const mark = file.bytes.readUInt16BE(first);
  return mark === 0xfffe || mark === 0xfeff;
}

/** A record as a reader meets it. */
export interface TextRecord {
  /** Valid until the next record is asked for. */
  readonly bytes: Uint8Array;
  /** Where it begins in the file. */
  readonly offset: number;
}

/** The records of a file in order, its header among them. */
export function* recordsIn(file: FileWindow, dialect: Dialect): Generator<TextRecord, void, undefined> {
  let at = markBytes(file);
  let found: [start: number, end: number][] = [];
  const scanner = new RecordScanner(dialect, (start, end) => found.push([start, end]), at);
  for (let isEnd = false; !isEnd; ) {
    const shown = file.shown(at);
    const first = file.at(at, shown);
    if (shown > 0) scanner.take(file.bytes.subarray(first, first + shown));
    else scanner.finish();
    isEnd = shown === 0;
    at += shown;
    for (const [start, end] of found) {
      const place = file.at(start, end - start);
      yield { bytes: file.bytes.subarray(place, place + end - start), offset: start };
    }
    found = [];
  }
}
