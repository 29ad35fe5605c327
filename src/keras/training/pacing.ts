/** Gives the event loop its turn: long loops yield now and then, long work runs on another thread. */
import { setImmediate } from "node:timers/promises";

const YIELD_EVERY_MS = 20;
const LONG_MS = 20;

/** When the event loop last had its turn: one for all loops, for many short ones in a row hold it up like a long one. */
let lastYield = 0;

/** Decides, from how long pieces of work take, where the next one runs. */
export class Pacing {
  #typicalMs: number | undefined;
  #isFirst = true;

  /** Does a piece of work: here, or, when pieces are so long that they would hold up the event loop, on another thread. */
  run<T>(here: () => T, elsewhere: () => Promise<T>): T | Promise<T> {
    const start = performance.now();
    if ((this.#typicalMs ?? 0) > LONG_MS) return elsewhere().finally(() => this.#note(start));
    const result = here();
    this.#note(start);
    return result;
  }

  #note(start: number): void {
    const took = performance.now() - start;
    if (!this.#isFirst) this.#typicalMs = 0.8 * (this.#typicalMs ?? took) + 0.2 * took;
    this.#isFirst = false; // the first traces functions and fills buffers: it tells nothing of the others
  }

  /** Lets timers, signals and finalizers run when it is time. */
  async yield(): Promise<void> {
    if (performance.now() - lastYield < YIELD_EVERY_MS) return;
    await setImmediate();
    lastYield = performance.now();
  }
}

/** What is read batch by batch. */
interface Batches<B> {
  /** Whether JavaScript makes the batches: then only `nextAsync` can wait for its promises. */
  readonly isFed?: boolean;
  next(): B;
  nextAsync(): Promise<B>;
}

/** Reads a batch: here, or off the event loop when that takes long, or may wait for promises. */
export function readBatch<B>(iterator: Batches<B>, reading: Pacing): B | Promise<B> {
  if (iterator.isFed) return iterator.nextAsync();
  return reading.run(
    () => iterator.next(),
    () => iterator.nextAsync(),
  );
}
