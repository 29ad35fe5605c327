/** Batches of a stream that is split by files or elements: a worker reads the streams of its shards, and others' rows after a fault. */
/// <reference lib="esnext.disposable" />
import { invalidArgument, TensorfleetError } from "../base/errors.ts";
import { flatten, type Nest, packLike } from "../base/nests.ts";
import { executeOne } from "../runtime/executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Deal, type Run } from "./deal.ts";
import { DealtRecords } from "./dealt-records.ts";
import { DealtStream, joined } from "./dealt-stream.ts";
import { type Element, structureOf } from "./element.ts";
import { DataIterator, type IteratorOptions } from "./iterator.ts";
import type { ShardsOf } from "./own-rows.ts";
import type { PassFacts } from "./pass-facts.ts";
import type { Part, Plan, Source } from "./plan.ts";
import { type BatchPlace, rowsBetween } from "./shared-batches.ts";
import { batch } from "./transforms/batch.ts";
import { shard } from "./transforms/order.ts";

const api = "autoShardPolicy";
const COUNTED_AT_ONCE = 256;

/** Runs the counting of elements: on one worker for all. */
export type Counting = (count: () => Promise<number[]>) => Promise<number[]>;

/** The streams of shards, and how their elements make batches. */
export class DealtData {
  readonly deal: Deal;
  readonly plan: Plan;
  readonly records: DealtRecords;
  readonly #parts: readonly Plan[];

  private constructor(plan: Plan, parts: readonly Plan[], deal: Deal, records: DealtRecords) {
    this.plan = plan;
    this.#parts = parts;
    this.deal = deal;
    this.records = records;
  }

  static readonly #known = new WeakMap<Plan, Map<number, Promise<DealtData>>>();

  /** Deals a plan's elements over `numShards` shards: counts them first, once. */
  static of(plan: Plan, numShards: number, counting: Counting): Promise<DealtData> {
    const ofPlan = DealtData.#known.get(plan) ?? new Map<number, Promise<DealtData>>();
    DealtData.#known.set(plan, ofPlan);
    const known = ofPlan.get(numShards) ?? DealtData.#make(plan, numShards, counting);
    ofPlan.set(numShards, known);
    return known;
  }

  static async #make(plan: Plan, numShards: number, counting: Counting): Promise<DealtData> {
    const { rows, dropRemainder } = unbatchedOf(plan);
    const parts = Array.from({ length: numShards }, (_, part) => partOf(plan, numShards, part));
    const counts = await counting(() => countsOf(rows, parts, plan.arrangement?.policy === "elements"));
    const batchRows = plan.arrangement?.batchRows as number;
    const deal = new Deal({ counts, batchRows, dropRemainder });
    return new DealtData(plan, parts, deal, new DealtRecords(deal, counts));
  }

  /** Begins to read the stream of a shard. */
  open(part: number, epoch: number): DealtStream {
    const size = this.deal.rowsOf(part) || (this.plan.arrangement?.batchRows as number);
    return new DealtStream(this.#parts[part] as Plan, `the stream of shard ${part}`, size, epoch);
  }
}

function unbatchedOf({ unbatched }: Plan): NonNullable<Plan["unbatched"]> {
  if (unbatched) return unbatched;
  throw invalidArgument(
    api,
    "FILE and DATA for batches: batch last, then at most prefetch",
    "something else",
    "use AUTO",
  );
}

/** What a shard reads of the elements that batches are made of. @throws when files are to be split and none are opened. */
export function partOf(plan: Plan, numShards: number, part: number): Plan {
  const { rows } = unbatchedOf(plan);
  const by = plan.arrangement?.policy as Part["by"];
  const made = rows.partOf?.({ by, numShards, shard: part });
  if (made) return made;
  if (by === "elements") return shard(rows, numShards, part);
  throw invalidArgument(
    api,
    "FILE for a dataset of files' names whose files flatMap or interleave opens",
    "one that opens none so",
    "use DATA or AUTO",
  );
}

/** How many elements each part has. */
async function countsOf(rows: Plan, parts: readonly Plan[], areEveryNth: boolean): Promise<number[]> {
  if (areEveryNth && !rows.partOf?.({ by: "elements", numShards: parts.length, shard: 0 })) {
    const all = await countOf(rows);
    return parts.map((_, part) => Math.max(0, Math.ceil((all - part) / parts.length)));
  }
  const counts: number[] = [];
  for (const part of parts) counts.push(await countOf(part));
  return counts;
}

async function countOf(plan: Plan): Promise<number> {
  if (plan.cardinality === Number.POSITIVE_INFINITY)
    throw invalidArgument(api, "FILE and DATA for data with an end", "endless data", "repeat by epochs, or use AUTO");
  if (plan.cardinality !== undefined) return plan.cardinality;
  using iterator = outsideScopes(() => new DataIterator<Nest<Tensor>>(batch(plan, COUNTED_AT_ONCE, false)));
  let count = 0;
  for (;;) {
    const piece = await iterator.nextAsync();
    if (piece === undefined) return count;
    const tensors = flatten(piece);
    count += tensors[0]?.shape[0] ?? 0;
    for (const tensor of tensors) tensor.dispose();
  }
}

/** A position in dealt batches. */
export class DealtBatches implements Disposable {
  /** They are waited for, never read at once. */
  readonly isFed = true;
  readonly #plan: Plan;
  readonly #counting: Counting;
  readonly #shardsNow: () => ShardsOf;
  readonly #lastEpoch: number;
  readonly #streams = new Map<number, DealtStream>();
  #epoch: number;
  #position: number;
  #isAtEnd = false;
  #none: Tensor[] | undefined;

  constructor(plan: Plan, shardsNow: () => ShardsOf, counting: Counting, options: IteratorOptions) {
    const { epoch = 0, numEpochs = 1, startStep = 0 } = options;
    this.#plan = plan;
    this.#counting = counting;
    this.#shardsNow = shardsNow;
    this.#lastEpoch = epoch + numEpochs - 1;
    this.#epoch = epoch;
    this.#position = startStep;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get position(): number {
    return this.#position;
  }

  /** @throws always. */
  next(): never {
    throw new TensorfleetError(
      "wrongPlace",
      "dataset: expected to wait for batches that are dealt by policy, got next()",
    );
  }

  /** The next batch, which the caller disposes; `undefined` at the end of an epoch. */
  async nextAsync(): Promise<DealtBatch | undefined> {
    const shards = this.#shardsNow();
    const data = await DealtData.of(this.#plan, shards.of, this.#counting);
    if (this.#isAtEnd || this.#position >= data.deal.numBatches) return this.#finishEpoch();
    const number = this.#position++;
    const rows = data.deal.rowsIn(number);
    const border = (at: number): number => Math.floor((rows * at) / shards.of);
    const [begin, end] = [border(shards.from), border(shards.to)];
    if (end > begin) {
      const read = await this.#take(data, data.deal.runs(number, begin, end));
      return new DealtBatch(data, { epoch: this.#epoch, number }, read, [begin, end]);
    }
    this.#none ??= await this.#noRows(data, number);
    const none = outsideScopes(() => this.#none?.map((tensor) => executeOne("Identity", [tensor])));
    return new DealtBatch(data, { epoch: this.#epoch, number }, none as Tensor[], [0, 0]);
  }

  /** No rows of a batch, of its dtypes and shapes. */
  async #noRows(data: DealtData, number: number): Promise<Tensor[]> {
    const [row] = data.deal.runs(number, 0, 1) as [Run];
    using stream = data.open(row.stream, this.#epoch);
    const read = await stream.take(row.first, 1);
    const none = outsideScopes(() => read.map((tensor) => rowsBetween(tensor, 0, 0)));
    for (const tensor of read) tensor.dispose();
    return none;
  }

  async #take(data: DealtData, runs: readonly Run[]): Promise<Tensor[]> {
    const parts: Tensor[][] = [];
    for (const { stream, first, count } of runs) {
      const opened = this.#streams.get(stream) ?? data.open(stream, this.#epoch);
      this.#streams.set(stream, opened);
      parts.push(await opened.take(first, count));
    }
    return joined(parts);
  }

  #finishEpoch(): undefined {
    this.#close();
    this.#isAtEnd = this.#epoch === this.#lastEpoch;
    if (this.#isAtEnd) return undefined;
    this.#epoch++;
    this.#position = 0;
    return undefined;
  }

  #close(): void {
    for (const stream of this.#streams.values()) stream[Symbol.dispose]();
    this.#streams.clear();
  }

  dispose(): void {
    this.#close();
    for (const tensor of this.#none ?? []) tensor.dispose();
    this.#none = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** One batch, of which the rows of this worker's shards have been read. */
export class DealtBatch implements Disposable {
  readonly place: BatchPlace;
  readonly rows: number;
  /** The rows that have been read, any number of them: their dtypes and shapes are those of all. */
  readonly own: Element;
  /** The elements of the shards' streams: the column of {@link origins}. */
  readonly sources: readonly Source[];
  readonly #data: DealtData;
  readonly #read: readonly Tensor[];
  readonly #begin: number;
  readonly #end: number;

  constructor(data: DealtData, place: BatchPlace, read: readonly Tensor[], [begin, end]: readonly [number, number]) {
    this.place = place;
    this.rows = data.deal.rowsIn(place.number);
    this.own = this.#packed(data, read);
    this.sources = [data.records.source];
    this.#data = data;
    this.#read = read;
    this.#begin = begin;
    this.#end = end;
  }

  #packed(data: DealtData, tensors: readonly Tensor[]): Element {
    return packLike(structureOf(data.plan.spec), [...tensors]) as Element;
  }

  /** Rows `[begin, end)`: tensors of the innermost scope. */
  part(begin: number, end: number): Element {
    const isOwn = this.#begin <= begin && end <= this.#end;
    if (!isOwn && begin < end) return this.#packed(this.#data, this.#readOthers(begin, end));
    const [from, to] = isOwn ? [begin - this.#begin, end - this.#begin] : [0, 0];
    const rows = this.#read.map((tensor) => rowsBetween(tensor, from, to));
    return this.#packed(this.#data, rows);
  }

  /** The records behind rows `[begin, end)`. */
  origins(begin: number, end: number): BigInt64Array {
    return this.#data.records.origins(this.#data.deal.runs(this.place.number, begin, end));
  }

  /** What the pass reads that the batch is a part of. */
  pass(): PassFacts {
    return this.#data.records.pass();
  }

  #readOthers(begin: number, end: number): Tensor[] {
    const { number, epoch } = this.place;
    const parts = this.#data.deal.runs(number, begin, end).map(({ stream, first, count }) => {
      using opened = this.#data.open(stream, epoch);
      return opened.takeNow(first, count);
    });
    const whole = joined(parts);
    const rows = whole.map((tensor) => executeOne("Identity", [tensor])); // in the caller's scope
    for (const tensor of whole) tensor.dispose();
    return rows;
  }

  dispose(): void {
    for (const tensor of this.#read) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
