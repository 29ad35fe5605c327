/** The sums that a step has had and still needs: copies, for a transport keeps what it returns only until its next calls. */
import { AlignedMemory } from "../collective/aligned-memory.ts";
import type { Memory } from "../collective/transport.ts";
import { moveMemory } from "../native/shared-memory.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Bucket } from "./flat-layout.ts";
import { memoryOf, tensorOver } from "./memory-tensors.ts";

/** Sums in the order in which the step had them. */
export class OpenSums {
  readonly #buffers: AlignedMemory[] = [];
  readonly #sums: Memory[] = [];
  /** How many a newcomer has been given that its step has not asked for yet. */
  #given = 0;

  /** Sums of the open step. */
  get all(): readonly Memory[] {
    return this.#sums;
  }

  /** The next sum that a newcomer was given. */
  next({ dtype, rows, rowElements }: Bucket): Tensor | undefined {
    if (this.#given === 0) return undefined;
    const memory = this.#sums[this.#sums.length - this.#given--] as Memory;
    return outsideScopes(() => tensorOver(memory, dtype, [rows, rowElements]));
  }

  /** A copy of a sum, which lives until the step is over. */
  keep(sum: Tensor, { dtype, rows, rowElements, bytes }: Bucket): Tensor {
    using source = memoryOf(sum);
    const known = this.#sums.find(({ pointer }) => pointer === source.pointer);
    if (known) return sum;
    const copy = this.#room(bytes);
    moveMemory(copy.pointer, source.pointer, bytes);
    sum.dispose();
    return outsideScopes(() => tensorOver(copy, dtype, [rows, rowElements]));
  }

  /** Room for a sum that the others have had: what a newcomer is given. */
  room(bytes: number): Memory {
    this.#given++;
    return this.#room(bytes);
  }

  #room(bytes: number): Memory {
    const index = this.#sums.length;
    const buffer = this.#buffers[index] ?? new AlignedMemory();
    this.#buffers[index] = buffer;
    const memory = buffer.ofBytes(bytes);
    this.#sums.push(memory);
    return memory;
  }

  /** The step is over. */
  clear(): void {
    this.#sums.length = 0;
    this.#given = 0;
  }
}
