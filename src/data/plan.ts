/**
 * A plan is a dataset before it runs: what its elements are, how many, and how to get them. Two ways: as a stream, TensorFlow's
 * pipeline of C++ iterators; and, where the elements are a function of their number, by index. By index is what makes a shuffle exact
 * and stateless, a position free, and a batch one vectorised call instead of many small ones.
 */
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { ElementSpec } from "./element.ts";
import type { Feed } from "./feeding/feed.ts";

/** Number of elements: `Infinity` when there is no end, `undefined` when it is not known before they are read. */
export type Cardinality = number | undefined;

/** Where a stream begins. */
export interface Position {
  /** Which pass over the data, from 0: an int64 scalar. Shuffles are functions of it. */
  readonly epoch: Tensor;
  /** Number of the first element. */
  readonly start: number;
}

/** Bytes that have been asked for. */
export interface Need {
  /** Whether they are here. @throws when they cannot be brought. */
  areHere(): boolean;
  /** Waits for them. @throws when they cannot be brought. */
  wait(): void;
}

/** What a plan reads from: files, tensors in memory, numbers. */
export interface Source {
  /** "TFRecord", "tensors", ... */
  readonly kind: string;
  /** The files it reads; none when it lies in memory. */
  readonly paths: readonly string[];
  /** Records that it has; `undefined` when only reading tells. */
  readonly numRecords: number | undefined;
  readonly bytes: number;
  /** Where its elements come from JavaScript: whoever waits for them must pump meanwhile. */
  readonly feed?: Feed;
  /** Records that are damaged and were left out on request. */
  readonly skipped?: number;
  /** @throws when a file is no longer as it was when it was opened. */
  verify(): void;
  /** Where the bytes come from another machine: asks for those of records, without which they must not be read. */
  need?(records: readonly number[] | "all"): Need;
  /** Tells the system that the records `first` to `first + count` will be read soon. */
  readAhead?(first: number, count: number): void;
  /** A record in words: "train.tfrecord, record 17, offset 1234". */
  describeRecord?(record: number): string;
  /** A copy of a record, where records are strings. */
  read?(record: number): Uint8Array;
  /** Why reading these records fails, when it finds out. */
  explain?(records: readonly number[]): string | undefined;
}

/** Records of a source, one behind the other. */
export interface Span {
  readonly source: Source;
  readonly first: number;
  readonly count: number;
}

/** What the elements to come are made of, known without reading them. */
export interface Ahead {
  /** How many elements before its turn an element's records may be needed, because others of a window come earlier. */
  readonly lead: number;
  /** The records of `count` elements of pass `epoch`, from number `first` on. Runs eagerly. */
  spans(first: number, count: number, epoch: number): Span[];
}

/** Elements by their numbers. The functions run while a function is being traced, on int64 tensors. */
export interface Indexed {
  /** The components of element `index` (a scalar) in pass `epoch` (a scalar). */
  element(index: Tensor, epoch: Tensor): Tensor[];
  /**
   * The components of the elements `indices` [m], stacked: [m, ...]. `epochs` is [m], or a scalar for all. Missing where elements may
   * differ in shape.
   */
  readonly rows?: ((indices: Tensor, epochs: Tensor) => Tensor[]) | undefined;
  /**
   * Which records the elements `indices` [m] are made of: int64 [k, sources], a column for each of the plan's sources, with -1 where an
   * element has nothing of a source. k is m, or, where an element is a batch, the number of rows of all of them. `epochs` as for rows.
   */
  readonly origins?: ((indices: Tensor, epochs: Tensor) => Tensor) | undefined;
  /** Where each element is a batch of rows that can be had one by one. */
  readonly batches?: IndexedBatches | undefined;
}

/** Batches in parts; numbers are int64 scalars. */
export interface IndexedBatches {
  /** Rows of a batch that is full. */
  readonly size: number;
  /** How many rows batch `index` has. */
  numRows(index: Tensor, epoch: Tensor): Tensor;
  /** The components of rows `[begin, end)` of it. */
  rows(index: Tensor, epoch: Tensor, begin: Tensor, end: Tensor): Tensor[];
  /** The origins of these rows: [end - begin, sources]. */
  readonly origins?: ((index: Tensor, epoch: Tensor, begin: Tensor, end: Tensor) => Tensor) | undefined;
}

/** How the elements were put in order and together: what is told of a dataset before it is read. */
export interface Arrangement {
  /** What was shuffled: elements exactly or in blocks, within a buffer, or whole batches. */
  readonly shuffled?: "exactly" | "blocks" | "buffer" | "batches" | undefined;
  /** Rows of a batch that is full, where elements are batches. */
  readonly batchRows?: number | undefined;
  /** How many files were opened, one for each element, where the elements come out of them. */
  readonly files?: number | undefined;
  /** How workers split what has no numbers. */
  readonly policy?: SplitPolicy | undefined;
}

/** How a stream is split: not at all, by the files that it opens, or by its elements. */
export type SplitPolicy = "off" | "files" | "elements";

/** One of the streams over which shards deal elements: part `shard` of `numShards`. */
export interface Part {
  readonly by: Exclude<SplitPolicy, "off">;
  readonly numShards: number;
  readonly shard: number;
}

/** A dataset as the transformations see it. */
export interface Plan {
  readonly spec: ElementSpec;
  readonly cardinality: Cardinality;
  /** Whether one pass differs from another: there is a shuffle or a random function in it. */
  readonly varies: boolean;
  readonly arrangement?: Arrangement | undefined;
  /** How many batches or elements are to be computed at once when they are got by index. */
  readonly parallelism?: number | undefined;
  /** Whether the stream is read ahead already. */
  readonly isPrefetched?: boolean;
  readonly indexed?: Indexed | undefined;
  /** What it reads from: the columns of `indexed.origins`. */
  readonly sources?: readonly Source[] | undefined;
  /** The users' functions that the elements have passed. */
  readonly functions?: readonly ConcreteFunction[] | undefined;
  /** The plan of whole batches of which this one reads parts. */
  readonly whole?: Plan;
  /** Which records elements are made of, where that is known beforehand and the sources can make use of it. */
  readonly ahead?: Ahead | undefined;
  /** Whether readers tell the sources what comes; when not given, where the files do not fit into memory. */
  readonly readsAhead?: boolean | undefined;
  /** The same of a part of what it reads, where its elements are a part of the whole's then. It shares what this one holds. */
  readonly partOf?: ((part: Part) => Plan | undefined) | undefined;
  /** What the batches are made of, where they were streamed. */
  readonly unbatched?: { readonly rows: Plan; readonly dropRemainder: boolean } | undefined;
  /** The tensors that the plan is, where it is an element of another one. */
  readonly held?: readonly Tensor[];
  /** The elements from a position on, as a variant tensor of TensorFlow's. Runs eagerly or while tracing. */
  stream(position: Position): Tensor;
  /** The same for `numEpochs` epochs in a row, where that is one stream: the next epoch is prepared while the last one ends. */
  streamEpochs?: ((position: Position, numEpochs: number) => Tensor) | undefined;
  /** Frees the tensors that the plan holds, its sources' too. */
  dispose(): void;
}

/** A plan made of `parent`: what is not given is the parent's, but for ways by index and over epochs, which must be made. */
export function derive(parent: Plan, own: Partial<Plan> & Pick<Plan, "stream">): Plan {
  const { spec, cardinality, varies, arrangement, parallelism, sources, functions, dispose } = parent;
  return { spec, cardinality, varies, arrangement, parallelism, sources, functions, dispose, ...own };
}

/** What several plans read from. */
export function sourcesOf(plans: readonly Plan[]): readonly Source[] {
  return plans.flatMap((plan) => plan.sources ?? []);
}

/** What JavaScript feeds the plan with. */
export function feedsOf(plan: Plan): readonly Feed[] {
  return [...new Set((plan.sources ?? []).flatMap((source) => source.feed ?? []))];
}

/** A source that is no file. */
export function sourceInMemory(kind: string, numRecords: number | undefined, bytes: number): Source {
  return { kind, paths: [], numRecords, bytes, verify: () => {} };
}

/** The same plan, which also frees what `release` frees. */
export function releasing(plan: Plan, release: () => void): Plan {
  return {
    ...plan,
    dispose: () => {
      plan.dispose();
      release();
    },
  };
}

/** `ceil(n / size)`, or `floor` when a last part that is not full is dropped; of a cardinality. */
export function divided(cardinality: Cardinality, size: number, dropRemainder: boolean): Cardinality {
  if (cardinality === undefined) return undefined;
  return dropRemainder ? Math.floor(cardinality / size) : Math.ceil(cardinality / size);
}

/** The smallest of several cardinalities; unknown when one is unknown and none is 0. */
export function smallest(cardinalities: readonly Cardinality[]): Cardinality {
  if (cardinalities.some((n) => n === 0)) return 0;
  return cardinalities.includes(undefined) ? undefined : Math.min(...(cardinalities as number[]));
}
