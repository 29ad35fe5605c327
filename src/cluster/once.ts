/** Side effects that one worker has for all: who runs which, and what came of it. */
import type { FromAgent, Json } from "./protocol.ts";

type Entry =
  /** `by` is undefined while only such have come to it as may not run it. */
  | { readonly kind: "running"; readonly by: number | undefined; readonly waiting: readonly number[] }
  | { readonly kind: "done"; readonly reply: FromAgent };

/** Replies that are to be sent. */
export type Replies = readonly { readonly worker: number; readonly message: FromAgent }[];

/** All side effects of a job, by their keys. */
export class OnceJournal {
  readonly #entries = new Map<string, Entry>();
  readonly #mayRun: (worker: number) => boolean;

  /** @param mayRun whether a worker has what the training has come to: of others the effects would be wrong */
  constructor(mayRun: (worker: number) => boolean) {
    this.#mayRun = mayRun;
  }

  /** A worker has come to it: the first runs it, the others get what comes of it. */
  ask(worker: number, key: string): Replies {
    const entry = this.#entries.get(key);
    if (entry?.kind === "done") return [{ worker, message: entry.reply }];
    const { by, waiting = [] } = entry ?? {};
    const runs = by === undefined && this.#mayRun(worker);
    this.#entries.set(key, { kind: "running", by: runs ? worker : by, waiting: runs ? waiting : [...waiting, worker] });
    return runs ? [{ worker, message: { type: "once-run", key } }] : [];
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
      const next = waiting.find((id) => this.#mayRun(id));
      this.#entries.set(key, { kind: "running", by: next, waiting: waiting.filter((id) => id !== next) });
      return next === undefined ? [] : [{ worker: next, message: { type: "once-run", key } as const }];
    });
  }

  #settle(worker: number, key: string, reply: FromAgent): Replies {
    const entry = this.#entries.get(key);
    if (entry?.kind !== "running" || entry.by !== worker) return [];
    this.#entries.set(key, { kind: "done", reply });
    return entry.waiting.map((id) => ({ worker: id, message: reply }));
  }
}
