/** The sums that a worker has had in a call: how many, and the last of them, which it hands to those who lack it. */
import { AlignedMemory } from "../collective/aligned-memory.ts";
import type { Memory } from "../collective/transport.ts";
import { moveMemory } from "../native/shared-memory.ts";
import { NEWCOMER } from "./state-transfer.ts";

/** They are counted. */
export class HadSums {
  /** How many; {@link NEWCOMER} while this worker does not know yet. */
  count: number = NEWCOMER;
  /** Length of the sum that is being asked for. */
  awaitedBytes: number = 0;
  #last: Memory | undefined;
  readonly #kept: AlignedMemory = new AlignedMemory();

  /** Another call begins. */
  restart(): void {
    this.count = NEWCOMER;
    this.#last = undefined;
  }

  /** One more, which lies in the memory of the generation; none when nobody else can lack it. */
  received(sum: Memory | undefined): void {
    this.count++;
    this.#last = sum;
  }

  /** The generation is over and its memory with it: others may still need the last sum. */
  keepLast(): void {
    if (!this.#last) return;
    const kept = this.#kept.ofBytes(this.#last.bytes);
    moveMemory(kept.pointer, this.#last.pointer, kept.bytes);
    this.#last = kept;
  }

  /** The last one, for those who lack it. */
  get last(): Memory {
    return this.#last as Memory;
  }

  /** Room for the sum that was being asked for, which another hands over. */
  roomForAwaited(): Memory {
    return this.#kept.ofBytes(this.awaitedBytes);
  }
}
