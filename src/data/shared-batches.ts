/** Batches that workers share out: an iterator that reads the rows of this worker's shards ahead, and follows when its shards change. */
/// <reference lib="esnext.disposable" />
import { type Nest, packLike } from "../base/nests.ts";
import { fromRaw } from "../runtime/eager-tensor.ts";
import { executeOne } from "../runtime/executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type Element, structureOf } from "./element.ts";
import { DataIterator, type IteratorOptions } from "./iterator.ts";
import type { OwnRows, ReadPart, ShardsOf } from "./own-rows.ts";
import type { PassFacts } from "./pass-facts.ts";
import type { Plan, Source } from "./plan.ts";

/** Where a batch stands: its pass over the data, and its number there. */
export interface BatchPlace {
  readonly epoch: number;
  readonly number: number;
}

/** One batch, of which the rows of some shards have been read. */
export class SharedBatch implements Disposable {
  /** Rows of the whole batch. */
  readonly rows: number;
  readonly place: BatchPlace;
  /** The rows that have been read, any number of them: their dtypes and shapes are those of all. */
  readonly own: Element;
  /** What the data are read from: the columns of {@link origins}. */
  readonly sources: readonly Source[] | undefined;
  readonly #own: OwnRows;
  readonly #structure: Nest<null>;
  readonly #read: ReadPart;
  readonly #begin: number;
  readonly #end: number;
  #origins: BigInt64Array | undefined;

  constructor(own: OwnRows, structure: Nest<null>, read: ReadPart, shards: ShardsOf, place: BatchPlace) {
    this.#own = own;
    this.#structure = structure;
    this.#read = read;
    this.place = place;
    this.own = packLike(structure, [...read.components]) as Element;
    this.sources = own.sources;
    this.rows = Number(read.numRows.item());
    this.#begin = Math.floor((this.rows * shards.from) / shards.of);
    this.#end = Math.floor((this.rows * shards.to) / shards.of);
  }

  #isOwn(begin: number, end: number): boolean {
    return this.#begin <= begin && end <= this.#end;
  }

  /** Rows `[begin, end)`: tensors of the innermost scope. Rows of other shards are read now: the group has changed. */
  part(begin: number, end: number): Element {
    const { components } = this.#isOwn(begin, end) ? this.#read : this.#readOther(begin, end);
    const isWhole = !this.#isOwn(begin, end) || (begin === this.#begin && end === this.#end);
    const rows = components.map((tensor) =>
      isWhole ? executeOne("Identity", [tensor]) : rowsBetween(tensor, begin - this.#begin, end - this.#begin),
    );
    if (components !== this.#read.components) for (const tensor of components) tensor.dispose();
    return packLike(this.#structure, rows) as Element;
  }

  #readOther(begin: number, end: number): ReadPart {
    const { number, epoch } = this.place;
    const read = outsideScopes(() => this.#own.read(number, epoch, { from: begin, to: end, of: this.rows }));
    read.origins?.dispose();
    return read;
  }

  /** The records behind rows `[begin, end)`: a number for each of the plan's sources, row by row; `undefined` where they are not known. */
  origins(begin: number, end: number): BigInt64Array | undefined {
    const { origins } = this.#read;
    if (!origins) return undefined;
    const columns = origins.shape[1] ?? 1;
    if (this.#isOwn(begin, end)) {
      this.#origins ??= origins.data() as BigInt64Array;
      return this.#origins.subarray((begin - this.#begin) * columns, (end - this.#begin) * columns);
    }
    const { number, epoch } = this.place;
    const read = outsideScopes(() => this.#own.read(number, epoch, { from: begin, to: end, of: this.rows }));
    const data = read.origins?.data() as BigInt64Array;
    for (const tensor of [read.origins, ...read.components]) tensor?.dispose();
    return data;
  }

  /** What the pass reads that the batch is a part of. */
  pass(): PassFacts {
    return this.#own.pass();
  }

  dispose(): void {
    for (const tensor of [this.#read.numRows, this.#read.origins, ...this.#read.components]) tensor?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Rows `[begin, end)` of a tensor. */
export function rowsBetween(tensor: Tensor, begin: number, end: number): Tensor {
  const at = (row: number): Tensor => fromRaw("int64", [1], BigInt64Array.of(BigInt(row)));
  return executeOne("StridedSlice", [tensor, at(begin), at(end), at(1)]);
}

/** A position in the batches of a dataset. */
export class SharedBatches implements Disposable {
  readonly #own: OwnRows;
  readonly #structure: Nest<null>;
  readonly #shardsNow: () => ShardsOf;
  readonly #lastEpoch: number;
  #shards: ShardsOf;
  #iterator: DataIterator<Tensor[]>;

  /** @param shardsNow the shards of this worker, which may change from batch to batch */
  constructor(plan: Plan, own: OwnRows, shardsNow: () => ShardsOf, options: IteratorOptions) {
    const { epoch = 0, numEpochs = 1 } = options;
    this.#own = own;
    this.#structure = structureOf(plan.spec);
    this.#shardsNow = shardsNow;
    this.#lastEpoch = epoch + numEpochs - 1;
    this.#shards = shardsNow();
    this.#iterator = this.#open(options);
  }

  #open(options: IteratorOptions): DataIterator<Tensor[]> {
    return outsideScopes(() => new DataIterator<Tensor[]>(this.#own.partsFor(this.#shards), options));
  }

  /** Goes on at the same place with other rows when the group has changed. */
  #follow(): void {
    const now = this.#shardsNow();
    const { from, to, of } = this.#shards;
    if (now.from === from && now.to === to && now.of === of) return;
    const { epoch, position } = this.#iterator;
    this.#iterator.dispose();
    this.#shards = now;
    this.#iterator = this.#open({ epoch, numEpochs: this.#lastEpoch - epoch + 1, startStep: position });
  }

  /** Whether JavaScript has a part in making them: then only {@link nextAsync} can wait for its promises. */
  get isFed(): boolean {
    return this.#iterator.isFed;
  }

  /** The pass that the next batch belongs to. */
  get epoch(): number {
    return this.#iterator.epoch;
  }

  /** Number of the next batch. */
  get position(): number {
    return this.#iterator.position;
  }

  /** The next batch, which the caller disposes; `undefined` at the end of an epoch. */
  next(): SharedBatch | undefined {
    this.#follow();
    const place = this.#place();
    return this.#batch(
      outsideScopes(() => this.#iterator.next()),
      place,
    );
  }

  /** Like {@link next}, but waits off the event loop. */
  async nextAsync(): Promise<SharedBatch | undefined> {
    this.#follow();
    const place = this.#place();
    return this.#batch(await this.#iterator.nextAsync(), place);
  }

  #place(): BatchPlace {
    return { epoch: this.#iterator.epoch, number: this.#iterator.position };
  }

  #batch(element: readonly Tensor[] | undefined, place: BatchPlace): SharedBatch | undefined {
    return element && new SharedBatch(this.#own, this.#structure, this.#own.parse(element), this.#shards, place);
  }

  dispose(): void {
    this.#iterator.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
