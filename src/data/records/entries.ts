/** A growing table of records: offset and length of each as int64, the form that index files and TensorFlow have. */

/** Bytes of a record's entry. */
export const ENTRY_BYTES: number = 16;

const WORDS = ENTRY_BYTES / 4;
const TWO_TO_32 = 2 ** 32;

/** Entries in the order in which records were found. */
export class Entries {
  /** Number of records. */
  count = 0;
  #words = new Uint32Array(WORDS << 10);

  /** The next record: `length` bytes from `offset` of its file on. */
  add(offset: number, length: number): void {
    const at = this.count * WORDS;
    if (at === this.#words.length) this.#makeRoomFor(at + WORDS);
    this.#words[at] = offset; // modulo 2^32
    this.#words[at + 1] = offset / TWO_TO_32;
    this.#words[at + 2] = length;
    this.#words[at + 3] = length / TWO_TO_32;
    this.count++;
  }

  /** Entries that another table gave as bytes. */
  append(bytes: Uint8Array): void {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    const at = this.count * WORDS;
    this.#makeRoomFor(at + words.length);
    this.#words.set(words, at);
    this.count += words.length / WORDS;
  }

  #makeRoomFor(words: number): void {
    if (words <= this.#words.length) return;
    const wider = new Uint32Array(Math.max(words, this.#words.length * 2));
    wider.set(this.#words);
    this.#words = wider;
  }

  /** All entries as bytes, without a copy. */
  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#words.buffer, 0, this.count * ENTRY_BYTES);
  }
}
