/**
 * Batches of values in memory, as `fit(x, y)` takes them. One gather a batch and tensor, on the calling thread: for data that are
 * there already, handing batches over from the threads of a pipeline costs more than making them.
 */
import { flatten, mapNest, type Nest, packLike } from "../../base/nests.ts";
import { seedWord } from "../../data/checks.ts";
import type { DataIterator, IteratorOptions } from "../../data/index.ts";
import { int64, range } from "../../data/ops.ts";
import type { PassFacts } from "../../data/pass-facts.ts";
import { permute } from "../../data/permutation.ts";
import { type Source, sourceInMemory } from "../../data/plan.ts";
import { factsOfSource } from "../../distribute/data-facts.ts";
import type { DataFacts } from "../../distribute/data-plan.ts";
import type { BatchDataset, Rows, RowsIterator } from "../../distribute/shared-rows.ts";
import { type EagerTensor, fromRaw } from "../../runtime/eager-tensor.ts";
import { executeOne, withoutRecorders } from "../../runtime/executor.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** What training reads batches from. */
export type BatchData = ArrayData | BatchDataset;

/** What gives batches one after another. */
export type BatchIterator = Pick<
  DataIterator<Nest<Tensor>>,
  "next" | "nextAsync" | "dispose" | "epoch" | "position"
> & {
  /** Whether JavaScript makes the batches: then only `nextAsync` can wait for its promises. */
  readonly isFed?: boolean;
} & Disposable;

/** What {@link ArrayData} is told. */
export interface ArraySettings {
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** Rows `[first, last)` of the tensors. */
  readonly rows: readonly [first: number, last: number];
}

/** Rows of tensors, in order or shuffled anew for each epoch as `dataset.shuffle()` does. */
export class ArrayData {
  readonly #structure: Nest<null>;
  readonly #tensors: readonly Tensor[];
  readonly #settings: ArraySettings;
  readonly #seed: number | undefined;
  readonly #sources: readonly Source[];

  /** @param tensors of the same length; they may be disposed afterwards */
  constructor(tensors: Nest<Tensor>, settings: ArraySettings) {
    this.#structure = mapNest(tensors, () => null) as Nest<null>;
    this.#tensors = flatten(tensors).map((tensor) => (tensor as EagerTensor).share());
    this.#settings = settings;
    this.#seed = settings.shuffle ? seedWord("model.fit", undefined) : undefined;
    this.#sources = [sourceInMemory("values", this.#tensors[0]?.shape[0] ?? undefined, 0)];
  }

  cardinality(): number {
    const [first, last] = this.#settings.rows;
    return Math.ceil((last - first) / this.#settings.batchSize);
  }

  /** What is known before anything is read. */
  get facts(): DataFacts {
    const {
      batchSize,
      rows: [first, last],
    } = this.#settings;
    const batches = this.cardinality();
    return {
      sources: this.#sources.map(factsOfSource),
      batches,
      batchRows: Math.min(batchSize, last - first),
      lastBatchRows: last - first - (batches - 1) * batchSize,
      shuffled: this.#seed === undefined ? null : "exactly",
      reads: "own rows",
      opens: null,
    };
  }

  /** The batches whole. */
  iterator(options: IteratorOptions = {}): BatchIterator {
    return new WholeArrays(this.rows(options));
  }

  /** The batches, of which the rows are gathered that are asked for. */
  rows({ epoch = 0, numEpochs = 1, startStep = 0 }: IteratorOptions = {}): ArrayIterator {
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
  rowsOf(epoch: number, number: number, order: BigInt64Array | undefined): Rows {
    const [first, last] = this.#settings.rows;
    const start = number * this.#settings.batchSize;
    return {
      rows: Math.min(this.#settings.batchSize, last - first - start),
      place: { epoch, number },
      sources: this.#sources,
      part: (begin, end) => this.#part(start + begin, start + end, order),
      origins: (begin, end) =>
        order?.slice(start + begin, start + end) ??
        BigInt64Array.from({ length: end - begin }, (_, row) => BigInt(first + start + begin + row)),
      pass: () => this.#pass,
      dispose: () => {},
    };
  }

  get #pass(): PassFacts {
    const [first, end] = this.#settings.rows;
    const rows = end - first;
    const sources = this.#sources.map((source) => ({ source, first, end, reads: { total: rows, least: 1, most: 1 } }));
    return { batches: this.cardinality(), rows, sources };
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

/** Batches of {@link ArrayData}. */
class ArrayIterator implements RowsIterator {
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

  next(): Rows | undefined {
    if (this.#position < this.#numBatches) return this.#data.rowsOf(this.#epoch, this.#position++, this.#order);
    if (this.#epoch < this.#lastEpoch) {
      this.#epoch++;
      this.#position = 0;
      this.#order = this.#data.orderOf(this.#epoch);
    }
    return undefined;
  }

  async nextAsync(): Promise<Rows | undefined> {
    return this.next();
  }

  dispose(): void {
    this.#order = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** The same batches whole. */
class WholeArrays implements BatchIterator {
  readonly #rows: ArrayIterator;

  constructor(rows: ArrayIterator) {
    this.#rows = rows;
  }

  get epoch(): number {
    return this.#rows.epoch;
  }

  get position(): number {
    return this.#rows.position;
  }

  next(): Nest<Tensor> | undefined {
    const batch = this.#rows.next();
    return batch?.part(0, batch.rows);
  }

  async nextAsync(): Promise<Nest<Tensor> | undefined> {
    return this.next();
  }

  dispose(): void {
    this.#rows.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
