/** A worker's ledger of samples, written as it trains: each write lies in the page cache at once, where a SIGKILL cannot reach it. */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { append, HEAD_BYTES, seal } from "./blocks.ts";
import { ItemBuffer, type LedgerData, ledgerVersion, type ToldRows } from "./items.ts";

export type { ToldRows };

const fileName = /^worker-(\d+)\.ledger$/;

/** The file of a worker. */
export function ledgerPath(folder: string, worker: number): string {
  return join(folder, `worker-${worker}.ledger`);
}

/** Whose file this is; `undefined` when it is no ledger. */
export function workerOf(name: string): number | undefined {
  const [, worker] = fileName.exec(name) ?? [];
  return worker === undefined ? undefined : Number(worker);
}

/** Writes it. Without fsync: what a failing machine loses, the check finds missing. */
export class LedgerWriter implements Disposable {
  readonly #items = new ItemBuffer(HEAD_BYTES);
  readonly #failed: (error: Error) => void;
  readonly #known = new Set<string>();
  #descriptor: number | undefined;
  /** The last step that was committed in the call. */
  #last = { call: -1, step: -1 };

  /**
   * @param failed told once when it cannot be written: the training goes on without it, and is not proven
   * @throws when the worker has a file there already
   */
  constructor(folder: string, worker: number, failed: (error: Error) => void) {
    mkdirSync(folder, { recursive: true });
    this.#failed = failed;
    this.#descriptor = openSync(ledgerPath(folder, worker), "ax");
    this.#items.json({ type: "begin", version: ledgerVersion, worker });
    this.#write();
  }

  /** The data of a call; known ones are not written again. */
  data(call: number, purpose: LedgerData["purpose"], describe: () => Omit<LedgerData, "call" | "purpose">): void {
    const key = `${call} ${purpose}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#items.json({ type: "data", data: { call, purpose, ...describe() } });
  }

  /** Rows that are about to be added to a step: written before others can see them. */
  rows(rows: ToldRows): void {
    this.#items.rows(rows);
    this.#write();
  }

  /** A step is committed. */
  commit(call: number, step: number, generation: number): void {
    this.#last = { call, step };
    this.#items.commit(call, step, generation);
    this.#write();
  }

  /** A call has ended. */
  end(call: number, name: string): void {
    this.#items.json({ type: "end", call, name, last: this.#last.call === call ? this.#last.step : -1 });
    this.#write();
    this.#known.clear();
  }

  #write(): void {
    const { bytes } = this.#items;
    try {
      if (this.#descriptor !== undefined) {
        seal(bytes);
        append(this.#descriptor, bytes);
      }
    } catch (error) {
      this[Symbol.dispose](); // what would follow a part of a block could not be read
      this.#failed(error as Error);
    }
    this.#items.clear();
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
