/** Private native memory at a multiple of 64, that grows. */
import { allocateMemory, freeMemory } from "../native/memory.ts";
import { ALIGNMENT, type Memory } from "./transport.ts";

/** A buffer that is as long as was last asked for; its content is lost when it grows. */
export class AlignedMemory implements Disposable {
  #block = 0n;
  #room = -1;

  /** The buffer, of `bytes` bytes. Frees what it had before when that was shorter. */
  ofBytes(bytes: number): Memory {
    if (bytes > this.#room) {
      this[Symbol.dispose]();
      this.#block = allocateMemory(bytes + ALIGNMENT);
      this.#room = bytes;
    }
    const misfit = this.#block % BigInt(ALIGNMENT);
    return { pointer: this.#block + (misfit === 0n ? 0n : BigInt(ALIGNMENT) - misfit), bytes };
  }

  [Symbol.dispose](): void {
    if (this.#room >= 0) freeMemory(this.#block);
    this.#room = -1;
  }
}
