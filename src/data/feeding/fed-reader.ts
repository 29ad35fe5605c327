/**
 * Reads an iterator whose pipeline waits for JavaScript: the next element is got in the background, and whoever waits for it pumps
 * meanwhile. A call that waited in C++ would wait for ever.
 */
/// <reference lib="esnext.disposable" />
import { setImmediate, setTimeout } from "node:timers/promises";
import { TensorfleetError } from "../../base/errors.ts";
import { BackgroundOp } from "../../runtime/background-op.ts";
import type { EagerTensor } from "../../runtime/eager-tensor.ts";
import type { Attributes } from "../../runtime/executor.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Feed } from "./feed.ts";

/** Turns without news before a waiting loop sleeps. */
const SPINS = 50;
const SLEEP_MS = 0.2;
const PAUSE_MS = 1;
const YIELD_EVERY_MS = 4;
/** How long a promise may be all that everybody waits for before a synchronous reader is told so. */
const STALLED_MS = 100;
const bell = new Int32Array(new SharedArrayBuffer(4));

/** Gets elements from an iterator and feeds what it is made of. */
export class FedReader implements Disposable {
  readonly #feeds: readonly Feed[];
  readonly #next: BackgroundOp;
  #lastYieldMs = performance.now();

  constructor(iterator: EagerTensor, attributes: Attributes, numComponents: number, feeds: readonly Feed[]) {
    this.#feeds = feeds;
    this.#next = new BackgroundOp("IteratorGetNext", iterator, attributes, numComponents);
  }

  /** The next element, whatever JavaScript has to do for it. */
  run(): Tensor[] {
    if (!this.#next.isRunning) this.#next.start();
    let stalledSince: number | undefined;
    for (let idle = 0; !this.#next.isDone(); idle++) {
      if (this.#pump(true)) {
        idle = 0;
        stalledSince = undefined;
      } else if (idle > SPINS) {
        stalledSince ??= performance.now();
        if (performance.now() - stalledSince > STALLED_MS && this.#feeds.some((feed) => feed.isStalled))
          throw mustAwait();
        Atomics.wait(bell, 0, 0, SLEEP_MS);
      }
    }
    return this.#next.take();
  }

  /** The same, with the event loop free meanwhile. */
  async nextAsync(): Promise<Tensor[]> {
    if (!this.#next.isRunning) this.#next.start();
    for (let idle = 0; !this.#isDone(); idle++) {
      const hasMoved = this.#pump(false);
      if (hasMoved) idle = 0;
      if (!hasMoved || performance.now() - this.#lastYieldMs > YIELD_EVERY_MS) await this.#yield(idle);
    }
    return outsideScopes(() => this.#next.take());
  }

  #isDone(): boolean {
    if (this.#next.isDisposed)
      throw new TensorfleetError("disposed", "iterator.next: expected a live iterator, got one that was disposed");
    return this.#next.isDone();
  }

  async #yield(idle: number): Promise<void> {
    if (idle > SPINS) await setTimeout(PAUSE_MS);
    else await setImmediate();
    this.#lastYieldMs = performance.now();
  }

  #pump(isSync: boolean): boolean {
    let hasMoved = false;
    for (const feed of this.#feeds) hasMoved = feed.pump(isSync) || hasMoved;
    return hasMoved;
  }

  /** Ends what is under way. The iterator must be freed then, and the feeds told to {@link Feed.settle}. */
  [Symbol.dispose](): void {
    this.#next[Symbol.dispose]();
  }
}

function mustAwait(): TensorfleetError {
  return new TensorfleetError(
    "wrongPlace",
    "iterator.next: expected elements that JavaScript makes at once, got a promise to wait for; use for await or iterator.nextAsync()",
  );
}
