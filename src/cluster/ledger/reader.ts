/** Reads a worker's ledger item by item, and notes how it ends. */
import { blocksOf, type FileEnd } from "./blocks.ts";
import { itemsOf, type LedgerItem, ledgerVersion } from "./items.ts";

/** A position in a file. */
export class LedgerReader {
  readonly path: string;
  readonly worker: number;
  readonly #blocks: Generator<Uint8Array, FileEnd, undefined>;
  #items: readonly LedgerItem[] = [];
  #next = 0;
  #end: FileEnd | undefined;

  constructor(path: string, worker: number) {
    this.path = path;
    this.worker = worker;
    this.#blocks = blocksOf(path);
  }

  /** How the file ends, once all of it has been read. */
  get end(): FileEnd | undefined {
    return this.#end;
  }

  /** The next item, which stays the next until it is taken. @throws when the file is of another version or worker. */
  peek(): LedgerItem | undefined {
    while (this.#next >= this.#items.length && this.#end === undefined) {
      const block = this.#blocks.next();
      if (block.done) this.#end = block.value;
      else this.#items = itemsOf(block.value);
      this.#next = 0;
      if (block.done) this.#items = [];
    }
    const item = this.#items[this.#next];
    if (item?.type === "begin") this.#check(item);
    return item;
  }

  take(): void {
    this.#next++;
  }

  #check({ version, worker }: { readonly version: number; readonly worker: number }): void {
    if (version !== ledgerVersion)
      throw new Error(
        `${this.path}: expected a ledger of version ${ledgerVersion}, got ${version}; check it with the tensorfleet that wrote it`,
      );
    if (worker !== this.worker)
      throw new Error(`${this.path}: expected the ledger of worker ${this.worker}, got that of worker ${worker}`);
  }

  close(): void {
    this.#blocks.return({ kind: "whole" });
  }
}
