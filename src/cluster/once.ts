/** Side effects that one worker has for all: who runs which, and what came of it. */
import type { FromAgent, Json } from "./protocol.ts";

type Entry =
  | { readonly kind: "running"; readonly by: number; readonly waiting: readonly number[] }
  | { readonly kind: "done"; readonly reply: FromAgent };

/** Replies that are to be sent. */
export type Replies = readonly { readonly worker: number; readonly message: FromAgent }[];

/** All side effects of a job, by their keys. */
export class OnceJournal {
  readonly #entries = new Map<string, Entry>();

  /** A worker has come to it: the first runs it, the others get what comes of it. */
  ask(worker: number, key: string): Replies {
    const entry = this.#entries.get(key);
    if (entry?.kind === "done") return [{ worker, message: entry.reply }];
    if (entry) {
      this.#entries.set(key, { ...entry, waiting: [...entry.waiting, worker] });
      return [];
    }
    this.#entries.set(key, { kind: "running", by: worker, waiting: [] });
    return [{ worker, message: { type: "once-run", key } }];
  }

  /** It has been done. */
  done(worker: number, key: string, result: Json): Replies {
    return this.#settle(worker, key, { type: "once-result", key, result });
  }

  /** It has thrown: it throws everywhere. */
  failed(worker: number, key: string, message: string): Replies {
    return this.#settle(worker, key, { type: "once-error", key, message });
  }

  /** A worker is gone: what it was running, another runs. */
  gone(worker: number): Replies {
    return [...this.#entries].flatMap(([key, entry]) => {
      if (entry.kind === "done") return [];
      const waiting = entry.waiting.filter((id) => id !== worker);
      if (entry.by !== worker) {
        this.#entries.set(key, { ...entry, waiting });
        return [];
      }
      const [next, ...others] = waiting;
      if (next === undefined) {
        this.#entries.delete(key);
        return [];
      }
      this.#entries.set(key, { kind: "running", by: next, waiting: others });
      return [{ worker: next, message: { type: "once-run", key } as const }];
    });
  }

  #settle(worker: number, key: string, reply: FromAgent): Replies {
    const entry = this.#entries.get(key);
    if (entry?.kind !== "running" || entry.by !== worker) return [];
    this.#entries.set(key, { kind: "done", reply });
    return entry.waiting.map((id) => ({ worker: id, message: reply }));
  }
}
