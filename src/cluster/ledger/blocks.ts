/**
 * How a ledger's file is cut: blocks with checksums of their head and of their items. A process that is killed leaves whole blocks and, of
 * the last one, what was written of it: a torn tail, which is told from damage.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

/** Bytes of a block before its items: mark, length, checksum of the items, checksum of the head. */
export const HEAD_BYTES: number = 16;
const HEAD_WORDS = 4;
const MARK = 0x4744_4c54; // "TLDG"
const WINDOW_BYTES = 2 ** 20;

/** Fills in the head of `block`, whose items stand behind it. */
export function seal(block: Uint8Array): void {
  const head = new Uint32Array(block.buffer, block.byteOffset, HEAD_WORDS);
  head.set([MARK, block.length - HEAD_BYTES, crc32(block.subarray(HEAD_BYTES))]);
  head[3] = crc32(block.subarray(0, HEAD_BYTES - Uint32Array.BYTES_PER_ELEMENT));
}

/** Writes all of `bytes` at the end of a file. */
export function append(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; )
    written += writeSync(descriptor, bytes, written, bytes.length - written);
}

/** How a file ends. */
export type FileEnd =
  | { readonly kind: "whole" }
  /** The process ended while it wrote: this many bytes are of no whole block. */
  | { readonly kind: "torn"; readonly bytes: number }
  | { readonly kind: "damaged"; readonly offset: number };

/** The items of each block of a file, one block after another; gives how the file ends. */
export function* blocksOf(path: string): Generator<Uint8Array, FileEnd, undefined> {
  const file = new Window(path);
  try {
    for (let offset = 0; ; ) {
      const head = file.at(offset, HEAD_BYTES);
      if (head.length === 0) return { kind: "whole" };
      if (head.length < HEAD_BYTES) return { kind: "torn", bytes: head.length };
      const [mark, length = 0, itemsSum, headSum] = new Uint32Array(head.slice().buffer);
      if (mark !== MARK || headSum !== crc32(head.subarray(0, HEAD_BYTES - Uint32Array.BYTES_PER_ELEMENT)))
        return { kind: "damaged", offset };
      const items = file.at(offset + HEAD_BYTES, length);
      if (items.length < length) return { kind: "torn", bytes: HEAD_BYTES + items.length };
      if (crc32(items) !== itemsSum) return { kind: "damaged", offset };
      yield items.slice();
      offset += HEAD_BYTES + length;
    }
  } finally {
    file.close();
  }
}

/** A file that is read forwards, some of it at a time. */
class Window {
  readonly #descriptor: number;
  #bytes = new Uint8Array(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
  }

  /** `count` bytes from `offset` on, fewer at the file's end; valid until the next call. */
  at(offset: number, count: number): Uint8Array {
    if (offset < this.#start || offset + count > this.#start + this.#length) this.#fill(offset, count);
    const from = offset - this.#start;
    return this.#bytes.subarray(from, Math.min(from + count, this.#length));
  }

  #fill(offset: number, count: number): void {
    if (count > this.#bytes.length) this.#bytes = new Uint8Array(count);
    [this.#start, this.#length] = [offset, 0];
    while (this.#length < this.#bytes.length) {
      const { length } = this.#bytes;
      const read = readSync(this.#descriptor, this.#bytes, this.#length, length - this.#length, offset + this.#length);
      if (read === 0) return;
      this.#length += read;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
