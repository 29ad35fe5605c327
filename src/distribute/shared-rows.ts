/** Batches of which a worker reads what it needs: the rows of its shards where elements have numbers, else all of them. */
/// <reference lib="esnext.disposable" />
import { flatten, mapNest, type Nest } from "../base/nests.ts";
import type { Counting, DealtBatches } from "../data/dealt-batches.ts";
import type { DataIterator, IteratorOptions } from "../data/iterator.ts";
import type { ShardsOf } from "../data/own-rows.ts";
import { originsOf, type PassFacts, passFacts } from "../data/pass-facts.ts";
import type { Plan, Source } from "../data/plan.ts";
import { type BatchPlace, rowsBetween, type SharedBatches } from "../data/shared-batches.ts";
import { executeOne } from "../runtime/executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { once } from "./once.ts";
import type { BatchRows } from "./row-log.ts";

/** One batch. */
export interface Rows extends Omit<BatchRows, "purpose"> {
  readonly place?: BatchPlace | undefined;
  /** The rows that have been read, any number of them: their dtypes and shapes are those of all. */
  readonly own?: Nest<Tensor>;
  /** Rows `[begin, end)`: tensors of the innermost scope. */
  part(begin: number, end: number): Nest<Tensor>;
  /** Frees what has been read. */
  dispose(): void;
}

/** A batch of a dataset. */
export type DatasetRows = Rows & Required<Pick<Rows, "own">>;

/** What a step tells of the batch that it reads. */
export function describedRows(batch: Rows, purpose: BatchRows["purpose"]): BatchRows {
  const { rows, place, sources } = batch;
  const origins: BatchRows["origins"] = (begin, end) => batch.origins?.(begin, end);
  return { rows, purpose, place, sources, origins, pass: () => batch.pass?.() };
}

/** A dataset, as far as its batches are read. */
export interface BatchDataset {
  readonly plan: Plan;
  cardinality(): number;
  sharedBatches(shardsNow: () => ShardsOf, options?: IteratorOptions): SharedBatches | undefined;
  dealtBatches(shardsNow: () => ShardsOf, counting: Counting, options?: IteratorOptions): DealtBatches | undefined;
  wholeBatches(options?: IteratorOptions): DataIterator<Nest<Tensor>>;
  iterator(options?: IteratorOptions): DataIterator<Nest<Tensor>>;
}

/** A position in batches. */
export interface RowsIterator<R extends Rows = Rows> extends Disposable {
  /** The pass that the next batch belongs to. */
  readonly epoch: number;
  /** Number of the next batch. */
  readonly position: number;
  /** Whether JavaScript makes the batches: then only {@link nextAsync} can wait for its promises. */
  readonly isFed?: boolean;
  /** The next batch, which the caller disposes; `undefined` once at the end of each epoch. */
  next(): R | undefined;
  /** Like {@link next}, but waits off the event loop. */
  nextAsync(): Promise<R | undefined>;
  dispose(): void;
}

/** In which order elements may come: that of the dataset, or the one that its policy deals them in. */
export type RowsOrder = "given" | "dealt";

/**
 * Reads the batches of a dataset.
 * @param shardsNow the shards of this worker, which may change from batch to batch
 */
export function readRows(
  dataset: BatchDataset,
  shardsNow: () => ShardsOf,
  options: IteratorOptions = {},
  order: RowsOrder = "dealt",
): RowsIterator<DatasetRows> {
  const shared = dataset.sharedBatches(shardsNow, options);
  const dealt = shared || order === "given" ? undefined : dataset.dealtBatches(shardsNow, countingOnce, options);
  return shared ?? dealt ?? new WholeBatches(dataset, options);
}

/** One worker counts for all. */
const countingOnce: Counting = (count) => once("count the elements of the shards", count);

/** Batches that can only be read whole. */
class WholeBatches implements RowsIterator<DatasetRows> {
  readonly #iterator: DataIterator<Nest<Tensor>>;
  readonly #plan: Plan;

  constructor(dataset: BatchDataset, options: IteratorOptions) {
    this.#plan = dataset.plan;
    this.#iterator = outsideScopes(() => dataset.wholeBatches(options));
  }

  get epoch(): number {
    return this.#iterator.epoch;
  }

  get position(): number {
    return this.#iterator.position;
  }

  get isFed(): boolean {
    return this.#iterator.isFed;
  }

  get #place(): BatchPlace {
    return { epoch: this.epoch, number: this.position };
  }

  next(): DatasetRows | undefined {
    const place = this.#place;
    const element = outsideScopes(() => this.#iterator.next());
    return element && new WholeBatch(element, place, this.#plan);
  }

  async nextAsync(): Promise<DatasetRows | undefined> {
    const place = this.#place;
    const element = await this.#iterator.nextAsync();
    return element && new WholeBatch(element, place, this.#plan);
  }

  dispose(): void {
    this.#iterator.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A batch that has been read whole. */
export class WholeBatch implements DatasetRows {
  readonly own: Nest<Tensor>;
  readonly place: BatchPlace | undefined;
  readonly rows: number;
  readonly #plan: Plan | undefined;

  constructor(element: Nest<Tensor>, place?: BatchPlace, plan?: Plan) {
    this.own = element;
    this.place = place;
    this.#plan = plan;
    this.rows = flatten(element)[0]?.shape[0] ?? 0;
  }

  part(begin: number, end: number): Nest<Tensor> {
    const isWhole = begin === 0 && end === this.rows;
    return mapNest(this.own, (tensor) =>
      isWhole ? executeOne("Identity", [tensor]) : rowsBetween(tensor, begin, end),
    );
  }

  get sources(): readonly Source[] | undefined {
    return this.#plan?.sources;
  }

  /** Known where the batch has a row for each element that it is made of: they are taken to be in the same order. */
  origins(begin: number, end: number): BigInt64Array | undefined {
    const { number, epoch } = this.place ?? {};
    if (number === undefined || epoch === undefined || !this.#plan) return undefined;
    const origins = originsOf(this.#plan, { first: number, count: 1, epoch });
    const columns = this.sources?.length ?? 1;
    return origins?.length === this.rows * columns ? origins.subarray(begin * columns, end * columns) : undefined;
  }

  pass(): PassFacts | undefined {
    return this.#plan && passFacts(this.#plan);
  }

  dispose(): void {
    for (const tensor of flatten(this.own)) tensor.dispose();
  }
}
