/**
 * Counters in shared memory that only grow, and the patience of those who wait for one: look again and again, offering the core to
 * others in between; then sleep until woken; then give the event loop its turn between sleeps. A peer that needs this core to come
 * gets it at once: whoever spins without offering it waits for itself.
 */
import { availableParallelism } from "node:os";
import { setImmediate, setTimeout } from "node:timers/promises";
import { TensorfleetError } from "../base/errors.ts";
import { sleepOnWord, wakeSleepers, yieldCore } from "../native/shared-memory.ts";
import { StaleGenerationError } from "./errors.ts";

/** How long to wait, and when to give up. */
export interface Patience {
  readonly generation: number;
  /** Whether the generation is over: looked at between sleeps. */
  readonly isStale: () => boolean;
  /** The longest wait; Infinity under a debugger. */
  readonly deadlineMs: number;
  /** Milliseconds, from any beginning. */
  readonly clock: () => number;
  /** Whether the thread may be stopped: not where the peer runs on this very thread. */
  readonly mayBlock: boolean;
}

/** Int32 words that one counter takes: its value, and how many sleep on it. */
export const COUNTER_WORDS = 2;

const FIRST_LOOKS = 60_000; // some 150 us: longer than a peer takes to wake up, or both would always wait for each other asleep
const LOOKS = 500; // then others may have the core every microsecond or two
const LOOK_MS = 0.3;
const QUICK_MS = 0.6; // both phases of looking, and waking up
const LEAST_ZEAL = 1 / 64;
const BRIEF_SLEEPS_MS = [0.1, 0.2, 0.4, 0.8, 1.6];
const LONG_SLEEP_MS = 2;
const QUICK_TURNS = 1000; // of the event loop

/** The counters of a segment. `counter` is the number of its first word; values wrap around. */
export class Signals {
  readonly #words: Int32Array;
  readonly #pointer: bigint;
  readonly #patience: Patience;
  readonly #firstLooks: number;
  /** What part of the looks is worth the while: less where peers are long in coming, as on a machine whose cores others keep busy. */
  #zeal = 1;
  #isClosed = false;

  /** `pointer` is where `words` begin; `numProcesses` wait and compute at the same time. */
  constructor(words: Int32Array, pointer: bigint, numProcesses: number, patience: Patience) {
    this.#words = words;
    this.#pointer = pointer;
    this.#patience = patience;
    this.#firstLooks = patience.mayBlock && numProcesses <= availableParallelism() ? FIRST_LOOKS : 1;
  }

  /** Sets a counter that is ours and wakes those who sleep on it. What was stored before is seen by whoever sees the new value. */
  post(counter: number, value: number): void {
    Atomics.store(this.#words, counter, value);
    if (Atomics.load(this.#words, counter + 1) !== 0) wakeSleepers(this.#addressOf(counter));
  }

  /** Whether a counter has come to `value`. */
  hasReached(counter: number, value: number): boolean {
    return ((Atomics.load(this.#words, counter) - value) | 0) >= 0;
  }

  /** Waits some milliseconds at most, in which the event loop stands still; false when that was not enough. */
  waitBriefly(api: string, counter: number, value: number): boolean {
    if (this.hasReached(counter, value)) return true;
    const start = performance.now();
    const hasCome = this.#waitAwakeAndAsleep(api, counter, value);
    const isQuick = hasCome && performance.now() - start < QUICK_MS;
    this.#zeal = isQuick ? Math.min(1, 2 * this.#zeal) : Math.max(LEAST_ZEAL, this.#zeal / 2);
    return hasCome;
  }

  #waitAwakeAndAsleep(api: string, counter: number, value: number): boolean {
    if (this.#looksUntil(counter, value, Math.ceil(this.#zeal * this.#firstLooks))) return true;
    if (!this.#patience.mayBlock) return false;
    const end = performance.now() + this.#zeal * LOOK_MS;
    do {
      yieldCore();
      if (this.#looksUntil(counter, value, LOOKS)) return true;
    } while (performance.now() < end);
    for (const milliseconds of BRIEF_SLEEPS_MS) {
      this.#checkGeneration(api);
      this.#sleep(counter, value, milliseconds);
      if (this.hasReached(counter, value)) return true;
    }
    return false;
  }

  #looksUntil(counter: number, value: number, looks: number): boolean {
    for (let look = 0; look < looks; look++) if (this.hasReached(counter, value)) return true;
    return false;
  }

  /** Waits as long as it takes. @throws when the generation is over; what `late` makes when the deadline has passed. */
  async waitLong(api: string, counter: number, value: number, late: () => Error): Promise<void> {
    const { clock, deadlineMs, mayBlock } = this.#patience;
    const start = clock();
    for (let turn = 0; ; turn++) {
      await (mayBlock || turn < QUICK_TURNS ? setImmediate() : setTimeout(LONG_SLEEP_MS));
      if (this.#isClosed)
        throw new TensorfleetError(
          "disposed",
          `${api}: expected a live transport, got one that was disposed meanwhile`,
        );
      if (this.hasReached(counter, value)) return;
      this.#checkGeneration(api);
      if (clock() - start >= deadlineMs) throw late();
      if (mayBlock) this.#sleep(counter, value, LONG_SLEEP_MS);
    }
  }

  /** Those who wait stop before they look at memory that is going to be unmapped. */
  close(): void {
    this.#isClosed = true;
  }

  #sleep(counter: number, value: number, milliseconds: number): void {
    Atomics.add(this.#words, counter + 1, 1);
    const seen = Atomics.load(this.#words, counter);
    if (((seen - value) | 0) < 0) sleepOnWord(this.#addressOf(counter), seen, milliseconds);
    Atomics.sub(this.#words, counter + 1, 1);
  }

  #checkGeneration(api: string): void {
    if (this.#patience.isStale()) throw new StaleGenerationError(api, this.#patience.generation);
  }

  #addressOf(counter: number): bigint {
    return this.#pointer + BigInt(4 * counter);
  }
}
