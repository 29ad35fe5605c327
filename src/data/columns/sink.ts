/** Where a columns file is written to: the disk, or memory. */
import { closeSync, openSync, writeSync } from "node:fs";

/** Takes bytes at places. */
export interface Sink extends Disposable {
  write(bytes: Uint8Array, position: number): void;
}

/** A file that exists. */
export function fileSink(path: string): Sink {
  const descriptor = openSync(path, "r+");
  return {
    write: (bytes, position) => {
      for (let done = 0; done < bytes.length; )
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/** Memory that grows. */
export class MemorySink implements Sink {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      wider.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = wider;
    }
    this.#bytes.set(bytes, position);
    this.#length = Math.max(this.#length, end);
  }

  /** What was written. */
  content(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  [Symbol.dispose](): void {}
}
