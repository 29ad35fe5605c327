/** How datasets are read: in loops, by iterators, as arrays, or folded into one value. The other half of Dataset is its transformations. */
/// <reference lib="esnext.disposable" />
import { describe, invalidArgument } from "../base/errors.ts";
import { mapNest, type Nest } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import type { TensorSpec } from "../runtime/function.ts";
import { lend, outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { NestedArray } from "../runtime/values.ts";
import { type Counting, DealtBatches } from "./dealt-batches.ts";
import type { ElementSpec } from "./element.ts";
import { DataIterator, type IteratorOptions } from "./iterator.ts";
import { OwnRows, type ShardsOf } from "./own-rows.ts";
import type { Plan } from "./plan.ts";
import { SharedBatches } from "./shared-batches.ts";

/** What {@link ReadableDataset.cardinality} gives for a dataset without end. */
export const INFINITE_CARDINALITY = -1;
/** What {@link ReadableDataset.cardinality} gives when only reading tells how many elements there are. */
export const UNKNOWN_CARDINALITY = -2;

/** An element's values in JavaScript: nested arrays in place of tensors. */
export type ArraysOf<T> = T extends Tensor
  ? NestedArray
  : T extends object
    ? { [K in keyof T]: ArraysOf<T[K]> }
    : NestedArray;

/** A sequence of elements that can be read any number of times; each time is an epoch, with another order where there is a shuffle. */
export abstract class ReadableDataset<T> implements Disposable {
  /** @internal How the elements are made. */
  readonly plan: Plan;
  #passes = 0;
  #ownRows: OwnRows | undefined;

  /** @internal */
  constructor(plan: Plan) {
    this.plan = plan;
  }

  /**
   * Dtypes and shapes of the elements, in their structure; lengths that differ from element to element are `null`.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#element_spec
   * @example
   * console.log(tf.data.Dataset.range(5).batch(2).elementSpec); // => TensorSpec { shape: [ null ], dtype: 'int64' }
   */
  get elementSpec(): ElementSpec {
    return mapNest(this.plan.spec as Nest<TensorSpec>, (leaf) => leaf);
  }

  /**
   * Number of elements: `tf.data.INFINITE_CARDINALITY` (-1) without end, `tf.data.UNKNOWN_CARDINALITY` (-2) when only reading tells.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#cardinality
   * @example
   * const numbers = tf.data.Dataset.range(10);
   * console.log(numbers.batch(3).cardinality(), numbers.repeat().cardinality()); // => 4 -1
   */
  cardinality(): number {
    const { cardinality } = this.plan;
    if (cardinality === undefined) return UNKNOWN_CARDINALITY;
    return cardinality === Number.POSITIVE_INFINITY ? INFINITE_CARDINALITY : cardinality;
  }

  /**
   * Begins to read: at the first element of the next epoch, or where the options say. The position is the number of the element: to
   * begin in the middle costs nothing for sources in memory or mapped, however they are shuffled, mapped and batched.
   * @throws when a position is not a whole number of at least 0, and within `tf.function`.
   * @example
   * using iterator = tf.data.Dataset.range(100).batch(10).iterator({ startStep: 9 });
   * console.log(iterator.next()?.at(0).item(), iterator.next()); // => 90 undefined
   */
  iterator(options: IteratorOptions = {}): DataIterator<T> {
    checkOptions("dataset.iterator", options, { epoch: true, numEpochs: true, startStep: true });
    const epoch = options.epoch ?? this.#passes;
    const iterator = new DataIterator<T>(this.plan, { ...options, epoch });
    this.#passes = epoch + (options.numEpochs ?? 1);
    return iterator;
  }

  /** Calls that say which epochs they read do not count: a newcomer to several workers may have been given what came of them. */
  #firstEpoch({ epoch, numEpochs = 1 }: IteratorOptions): number {
    if (epoch !== undefined) return epoch;
    const next = this.#passes;
    this.#passes += numEpochs;
    return next;
  }

  /** @internal Begins to read the rows of a worker's shards of each batch; `undefined` when batches can only be read whole. */
  sharedBatches(shardsNow: () => ShardsOf, options: IteratorOptions = {}): SharedBatches | undefined {
    this.#ownRows ??= OwnRows.of(this.plan);
    if (!this.#ownRows) return undefined;
    return new SharedBatches(this.plan, this.#ownRows, shardsNow, { ...options, epoch: this.#firstEpoch(options) });
  }

  /** @internal Begins to read batches whole. */
  wholeBatches(options: IteratorOptions = {}): DataIterator<T> {
    return new DataIterator<T>(this.plan, { ...options, epoch: this.#firstEpoch(options) });
  }

  /** @internal The tensors that are freed with it where it is an element of another dataset. */
  get parts(): readonly Tensor[] {
    return this.plan.held ?? [];
  }

  /** @internal Begins to read what a policy deals to a worker's shards; `undefined` where there is none, or elements have numbers. */
  dealtBatches(shardsNow: () => ShardsOf, counting: Counting, options: IteratorOptions = {}): DealtBatches | undefined {
    const { arrangement, indexed } = this.plan;
    if (indexed?.batches || !arrangement?.policy || arrangement.policy === "off") return undefined;
    return new DealtBatches(this.plan, shardsNow, counting, { ...options, epoch: this.#firstEpoch(options) });
  }

  /** @internal The number of the epoch that is read next. */
  protected nextEpoch(): number {
    return this.#passes++;
  }

  /**
   * The elements of the next epoch. Each element's tensors are freed when the loop moves on; `tf.keep` keeps them.
   * @example
   * for (const x of tf.data.Dataset.range(3)) console.log(x.item());
   * // => 0
   * // => 1
   * // => 2
   */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    using iterator = outsideScopes(() => this.iterator());
    for (;;) {
      const element = outsideScopes(() => iterator.next());
      if (element === undefined) return;
      const release = lend(element);
      try {
        yield element;
      } finally {
        release();
      }
    }
  }

  /** Like the synchronous loop, but the event loop is free while an element is waited for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    using iterator = outsideScopes(() => this.iterator());
    for (;;) {
      const element = await iterator.nextAsync();
      if (element === undefined) return;
      const release = lend(element);
      try {
        yield element;
      } finally {
        release();
      }
    }
  }

  /**
   * The elements of the next epoch as nested arrays of numbers.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#as_numpy_iterator
   * @example
   * console.log([...tf.data.Dataset.range(5).batch(2).asArrayIterator()]); // => [ [ 0, 1 ], [ 2, 3 ], [ 4 ] ]
   */
  *asArrayIterator(): Generator<ArraysOf<T>, void, undefined> {
    for (const element of this) yield mapNest(element as Nest<Tensor>, (tensor) => tensor.array()) as ArraysOf<T>;
  }

  /**
   * Frees the tensors that the dataset and what it was made of hold, without waiting for the garbage collector. It cannot be read any
   * more, nor can other datasets that were made of the same ones.
   */
  dispose(): void {
    this.#ownRows?.[Symbol.dispose]();
    this.plan.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** @internal The plan of a dataset. Throws for anything else. */
export function planOf(api: string, value: unknown): Plan {
  if (value instanceof ReadableDataset) return value.plan;
  throw invalidArgument(api, "a dataset", describe(value));
}
