/** The bytes of a file, read from front to back through one buffer; or bytes in memory, seen the same way. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 4 << 20;

/** A window on a file. */
export class FileWindow implements Disposable {
  /** @internal What the window shows now. */
  bytes: Buffer;
  /** Length of the file. */
  readonly size: number;
  readonly #descriptor: number | undefined;
  readonly #progress: ((doneBytes: number) => void) | undefined;
  readonly #prepare: ((offset: number, bytes: number) => void) | undefined;
  #start = 0;
  #length: number;

  /**
   * @param file a path, or the content itself
   * @param prepare is told which bytes will be read next
   */
  constructor(
    file: string | Uint8Array,
    progress?: (doneBytes: number) => void,
    prepare?: (offset: number, bytes: number) => void,
  ) {
    this.#progress = progress;
    this.#prepare = prepare;
    if (typeof file === "string") {
      this.#descriptor = openSync(file, "r");
      this.size = fstatSync(this.#descriptor).size;
      this.bytes = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, this.size));
      this.#length = 0;
    } else {
      this.bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
      this.size = file.byteLength;
      this.#length = file.byteLength;
    }
  }

  /** Where in {@link bytes} the file's byte `offset` lies; all `length` bytes from it on, which the file must have, lie behind it. */
  at(offset: number, length: number): number {
    if (offset < this.#start || offset + length > this.#start + this.#length) this.#move(offset, length);
    return offset - this.#start;
  }

  /** How many bytes from `offset` on the window shows, at least one before the file's end. */
  shown(offset: number): number {
    if (offset >= this.size) return 0;
    this.at(offset, 1);
    return this.#start + this.#length - offset;
  }

  #move(offset: number, length: number): void {
    if (length > this.bytes.length) this.bytes = Buffer.allocUnsafe(length);
    const wanted = Math.min(this.bytes.length, this.size - offset);
    this.#prepare?.(offset, wanted);
    let filled = 0;
    while (filled < wanted) {
      const read = readSync(this.#descriptor as number, this.bytes, filled, wanted - filled, offset + filled);
      if (read === 0) break; // cut meanwhile: what is missing reads as zeros, and the file's size tells
      filled += read;
    }
    this.bytes.fill(0, filled, wanted);
    [this.#start, this.#length] = [offset, wanted];
    this.#progress?.(offset);
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }
}
