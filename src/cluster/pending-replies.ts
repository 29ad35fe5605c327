/** Promises for replies that a thread will bring; the process stays alive for them, and only for them. */
import type { Worker } from "node:worker_threads";

interface Waiter {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Replies that are awaited, by a key. */
export class PendingReplies {
  readonly #thread: Worker;
  readonly #waiters = new Map<string, Waiter[]>();

  constructor(thread: Worker) {
    this.#thread = thread;
  }

  /** A promise for the next reply with this key. */
  expect<T>(key: string): Promise<T> {
    this.#thread.ref();
    return new Promise((resolve, reject) => {
      this.#waiters.set(key, [...(this.#waiters.get(key) ?? []), { resolve, reject }]);
    });
  }

  /** The reply is here. */
  settle(key: string, value: unknown): void {
    for (const { resolve } of this.#take(key)) resolve(value as never);
  }

  /** The reply is an error. */
  fail(key: string, error: Error): void {
    for (const { reject } of this.#take(key)) reject(error);
  }

  #take(key: string): readonly Waiter[] {
    const waiters = this.#waiters.get(key) ?? [];
    this.#waiters.delete(key);
    if (this.#waiters.size === 0) this.#thread.unref();
    return waiters;
  }
}
