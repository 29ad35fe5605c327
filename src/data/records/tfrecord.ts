/**
 * The TFRecord format: for each record its length (uint64), the masked CRC-32C of these 8 bytes, the data, the masked CRC-32C of the data.
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord
 */
import { crc32c, masked } from "./crc32c.ts";
import type { Entries } from "./entries.ts";
import { exampleFault, type FeatureNeed } from "./example-faults.ts";
import type { FileWindow } from "./file-window.ts";
import { inOnePart, type PartScanner, type Scanner } from "./scanner.ts";

export const HEADER_BYTES: number = 12;
export const FOOTER_BYTES: number = 4;
const LENGTH_BYTES = 8;
/** How much of the data is summed at once. */
const PIECE_BYTES = 1 << 20;

/** How far the beginning of a record is looked for. */
const GUESS_BYTES = 2 << 20;

const FORMAT = 1;

/**
 * Finds the records of a TFRecord file and checks both sums of each.
 * @param needs features that each record must have, as a `tf.train.Example`; not looked into when not given
 */
export function tfRecordScanner(needs?: readonly FeatureNeed[]): Scanner {
  const parts: PartScanner = {
    format: "tfrecord",
    emptyFile: { offset: 0, record: 0, expected: "at least one record", got: "an empty file" },
    guess: (file, from, to) => {
      const end = Math.min(to, from + GUESS_BYTES);
      const at = nextRecord(file, from, end);
      return at < end ? at : undefined;
    },
    scanPart: (file, from, to, entries, bad) => {
      let [at, numRecords] = [from, 0];
      for (; at < to; numRecords++) {
        const found = check(file, at, needs);
        if (typeof found === "number") {
          entries.add(at + HEADER_BYTES, found);
          at += HEADER_BYTES + found + FOOTER_BYTES;
        } else {
          const { expected, got, next, advice } = found;
          bad({ offset: at, record: numRecords, expected, got, ...(advice && { advice }) });
          at = next ?? nextRecord(file, at + 1, file.size);
        }
      }
      return { next: at, numRecords, facts: {} };
    },
  };
  return {
    ...(needs && { options: ["tfrecord", FORMAT, needs] }),
    parts,
    scan: (file, entries, bad) => inOnePart(parts, file, entries, bad),
  };
}

interface Wrong {
  readonly expected: string;
  readonly got: string;
  /** Where the next record begins, when that is known. */
  readonly next?: number;
  readonly advice?: string;
}

/** The length of the record at `at`, or what is wrong with it. */
function check(file: FileWindow, at: number, needs: readonly FeatureNeed[] | undefined): number | Wrong {
  const left = file.size - at;
  if (left < HEADER_BYTES)
    return { expected: "whole records", got: `the end of the file after ${left} bytes of a record`, next: file.size };
  const length = lengthAt(file, at);
  if (length === undefined)
    return { expected: "the length of a record with its checksum", got: "a length that does not match its checksum" };
  const end = at + HEADER_BYTES + length + FOOTER_BYTES;
  if (end > file.size)
    return {
      expected: "whole records",
      got: `the end of the file after ${left} of ${end - at} bytes of a record`,
      next: file.size,
    };
  if (!isIntact(file, at + HEADER_BYTES, length))
    return { expected: "data that matches its checksum", got: "data with another checksum", next: end };
  if (!needs) return length;
  const i = length === 0 ? 0 : file.at(at + HEADER_BYTES, length);
  const fault = exampleFault(file.bytes.subarray(i, i + length), needs);
  return fault ? { ...fault, got: `${fault.got} where ${fault.expected} was asked for`, next: end } : length;
}

/** The length that a header at `at` says, `undefined` when there is none. */
function lengthAt(file: FileWindow, at: number): number | undefined {
  const i = file.at(at, HEADER_BYTES);
  const { bytes } = file;
  if (bytes.readUInt32LE(i + LENGTH_BYTES) !== masked(crc32c(bytes, i, i + LENGTH_BYTES))) return undefined;
  const length = bytes.readUInt32LE(i) + bytes.readUInt32LE(i + 4) * 2 ** 32;
  return Number.isSafeInteger(length) ? length : undefined;
}

function isIntact(file: FileWindow, offset: number, length: number): boolean {
  if (length + FOOTER_BYTES <= PIECE_BYTES) {
    const i = file.at(offset, length + FOOTER_BYTES);
    return masked(crc32c(file.bytes, i, i + length)) === file.bytes.readUInt32LE(i + length);
  }
  let crc = 0;
  for (let done = 0; done < length; done += PIECE_BYTES) {
    const piece = Math.min(PIECE_BYTES, length - done);
    const i = file.at(offset + done, piece);
    crc = crc32c(file.bytes, i, i + piece, crc);
  }
  const footer = file.at(offset + length, FOOTER_BYTES);
  return masked(crc) === file.bytes.readUInt32LE(footer);
}

/** Where the next whole record begins in `[from, to)`, else `to`: a length that matches its sum is hardly ever one by chance. */
function nextRecord(file: FileWindow, from: number, to: number): number {
  const greatest = Math.floor(file.size / 2 ** 32);
  for (let at = from; at < to && at + HEADER_BYTES + FOOTER_BYTES <= file.size; at++) {
    const i = file.at(at, HEADER_BYTES);
    if (file.bytes.readUInt32LE(i + 4) > greatest) continue; // no length of this file: what most bytes are
    const length = lengthAt(file, at);
    if (length === undefined || at + HEADER_BYTES + length + FOOTER_BYTES > file.size) continue;
    if (isIntact(file, at + HEADER_BYTES, length)) return at;
  }
  return to;
}

/** A record as it stands in a file. */
export function frame(data: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER_BYTES + data.length + FOOTER_BYTES);
  framed.writeBigUInt64LE(BigInt(data.length));
  framed.writeUInt32LE(masked(crc32c(framed, 0, LENGTH_BYTES)), LENGTH_BYTES);
  framed.set(data, HEADER_BYTES);
  const end = HEADER_BYTES + data.length;
  framed.writeUInt32LE(masked(crc32c(framed, HEADER_BYTES, end)), end);
  return framed;
}

/** Adds the entry of a record that was framed at `offset`; returns where the next one goes. */
export function addFramed(entries: Entries, offset: number, framed: Buffer): number {
  entries.add(offset + HEADER_BYTES, framed.length - HEADER_BYTES - FOOTER_BYTES);
  return offset + framed.length;
}
