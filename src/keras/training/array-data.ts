/**
 * Batches of values in memory, as `fit(x, y)` takes them. One gather a batch and tensor, on the calling thread: for data that are
 * there already, handing batches over from the threads of a pipeline costs more than making them.
 */
import { flatten, mapNest, type Nest, packLike } from "../../base/nests.ts";
import { seedWord } from "../../data/checks.ts";
import type { DataIterator, IteratorOptions } from "../../data/index.ts";
import { int64, range } from "../../data/ops.ts";
import { permute } from "../../data/permutation.ts";
import { type EagerTensor, fromRaw } from "../../runtime/eager-tensor.ts";
import { executeOne, withoutRecorders } from "../../runtime/executor.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** What training reads batches from: a dataset is one. */
export interface BatchData {
  /** Number of batches of an epoch; negative when unknown or endless, as `dataset.cardinality()` gives it. */
  cardinality(): number;
  iterator(options?: IteratorOptions): BatchIterator;
}

/** What gives batches one after another. */
export type BatchIterator = Pick<
  DataIterator<Nest<Tensor>>,
  "next" | "nextAsync" | "dispose" | "epoch" | "position"
> & {
  /** The next batch, of which only the rows are read that are asked for. */
  nextRows?(): Rows | undefined;
} & Disposable;

/** A batch of which a worker reads the rows of its shards. */
export interface Rows {
  readonly rows: number;
  /** Rows `[begin, end)` of an element of the data. */
  part(begin: number, end: number): Nest<Tensor>;
}

/** What {@link ArrayData} is told. */
export interface ArraySettings {
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** Rows `[first, last)` of the tensors. */
  readonly rows: readonly [first: number, last: number];
}

/** Rows of tensors, in order or shuffled anew for each epoch as `dataset.shuffle()` does. */
export class ArrayData implements BatchData {
  readonly #structure: Nest<null>;
  readonly #tensors: readonly Tensor[];
  readonly #settings: ArraySettings;
  readonly #seed: number | undefined;

  /** @param tensors of the same length; they may be disposed afterwards */
  constructor(tensors: Nest<Tensor>, settings: ArraySettings) {
    this.#structure = mapNest(tensors, () => null) as Nest<null>;
    this.#tensors = flatten(tensors).map((tensor) => (tensor as EagerTensor).share());
    this.#settings = settings;
    this.#seed = settings.shuffle ? seedWord("model.fit", undefined) : undefined;
  }

  cardinality(): number {
    const [first, last] = this.#settings.rows;
    return Math.ceil((last - first) / this.#settings.batchSize);
  }

  iterator({ epoch = 0, numEpochs = 1, startStep = 0 }: IteratorOptions = {}): ArrayIterator {
    return new ArrayIterator(this, epoch, epoch + numEpochs - 1, startStep);
  }

  /** @internal The numbers of the rows in an epoch, in order; `undefined` when they are those of the data. */
  orderOf(epoch: number): BigInt64Array | undefined {
    const seed = this.#seed;
    if (seed === undefined) return undefined;
    const [first, last] = this.#settings.rows;
    return withoutRecorders(() =>
      tidy(() => {
        const order = permute(last - first, seed, range(int64(0), int64(last - first)), int64(epoch));
        return (first === 0 ? order : order.add(BigInt(first))).data() as BigInt64Array;
      }),
    );
  }

  /** @internal A batch whose rows are gathered when they are asked for. */
  rowsOf(number: number, order: BigInt64Array | undefined): Rows {
    const [first, last] = this.#settings.rows;
    const start = number * this.#settings.batchSize;
    const rows = Math.min(this.#settings.batchSize, last - first - start);
    return { rows, part: (begin, end) => this.#part(start + begin, start + end, order) };
  }

  #part(begin: number, end: number, order: BigInt64Array | undefined): Nest<Tensor> {
    const [first] = this.#settings.rows;
    const parts = withoutRecorders(() =>
      tidy(() => (order ? this.#gather(order.subarray(begin, end)) : this.#slice(first + begin, first + end))),
    );
    return packLike(this.#structure, parts);
  }

  #gather(rows: BigInt64Array): Tensor[] {
    const indices = fromRaw("int64", [rows.length], rows);
    const axis = fromRaw("int32", [], Int32Array.of(0));
    return this.#tensors.map((tensor) => executeOne("GatherV2", [tensor, indices, axis]));
  }

  #slice(begin: number, end: number): Tensor[] {
    const bound = (row: number): Tensor => fromRaw("int64", [1], BigInt64Array.of(BigInt(row)));
    return this.#tensors.map((tensor) => executeOne("StridedSlice", [tensor, bound(begin), bound(end), bound(1)]));
  }

  /** Frees what is held of the tensors. */
  dispose(): void {
    for (const tensor of this.#tensors) tensor.dispose();
  }
}

/** Batches of {@link ArrayData}: `next()` gives `undefined` once at the end of each epoch. */
class ArrayIterator implements BatchIterator {
  readonly #data: ArrayData;
  readonly #lastEpoch: number;
  readonly #numBatches: number;
  #order: BigInt64Array | undefined;
  #epoch: number;
  #position: number;

  constructor(data: ArrayData, epoch: number, lastEpoch: number, startStep: number) {
    this.#data = data;
    this.#position = startStep;
    this.#epoch = epoch;
    this.#lastEpoch = lastEpoch;
    this.#numBatches = data.cardinality();
    this.#order = data.orderOf(epoch);
  }

  get epoch(): number {
    return this.#epoch;
  }

  get position(): number {
    return this.#position;
  }

  next(): Nest<Tensor> | undefined {
    const rows = this.nextRows();
    return rows?.part(0, rows.rows);
  }

  nextRows(): Rows | undefined {
    if (this.#position < this.#numBatches) return this.#data.rowsOf(this.#position++, this.#order);
    if (this.#epoch < this.#lastEpoch) {
      this.#epoch++;
      this.#position = 0;
      this.#order = this.#data.orderOf(this.#epoch);
    }
    return undefined;
  }

  async nextAsync(): Promise<Nest<Tensor> | undefined> {
    return this.next();
  }

  dispose(): void {
    this.#order = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
