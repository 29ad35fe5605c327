/** Which elements of a dataset come, in which order, and how they are kept: the part of Dataset that leaves elements as they are. */
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { checkSameElements, countOf, seedWord, whole } from "./checks.ts";
import type { Dataset } from "./dataset.ts";
import { type Options, policyOf } from "./dataset-options.ts";
import { indexSpec } from "./element-function.ts";
import type { ShuffleOptions } from "./options.ts";
import type { Plan } from "./plan.ts";
import { planOf, ReadableDataset } from "./reading.ts";
import { rangeOf } from "./sources/range.ts";
import { cache, prefetch } from "./transforms/buffer.ts";
import { concatenate, zip } from "./transforms/combine.ts";
import { repeat, type ShuffleSettings, shard, shuffle, skip, take } from "./transforms/order.ts";

/** A dataset whose elements can be put in order, repeated, cut, joined and kept. */
export abstract class ArrangedDataset<T> extends ReadableDataset<T> {
  /** @internal A dataset of another plan. */
  protected abstract derive<U>(plan: Plan): Dataset<U>;

  /**
   * The elements in an order that follows from (seed, epoch): a true permutation of all of them wherever they have numbers (sources in
   * memory, mapped files, and what map, batch, take, skip, zip, repeat make of them), without a buffer and from any position. Behind
   * `filter`, `flatMap` and their like, elements are drawn from a buffer of `bufferSize`, or of all. Files larger than memory are read
   * faster with a `blockSize`.
   * @throws when a number is not whole, the buffer is empty, or there is neither a buffer's size nor an end of the elements; for a
   * `blockSize` where elements have no numbers.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle
   * @example
   * const order = () => [...numbers.asArrayIterator()].sort().join(" ");
   * const numbers = tf.data.Dataset.range(5).shuffle({ seed: 1 });
   * console.log(order(), "|", order()); // => 0 1 2 3 4 | 0 1 2 3 4
   */
  shuffle(options?: ShuffleOptions): Dataset<T>;
  shuffle(bufferSize: number, options?: Omit<ShuffleOptions, "bufferSize">): Dataset<T>;
  shuffle(first: ShuffleOptions | number = {}, options: ShuffleOptions = {}): Dataset<T> {
    const api = "Dataset.shuffle";
    const given = typeof first === "number" ? { ...options, bufferSize: first } : first;
    checkOptions(api, given, {
      bufferSize: true,
      seed: true,
      reshuffleEachIteration: true,
      blockSize: true,
      windowBlocks: true,
    });
    const { bufferSize, seed, reshuffleEachIteration } = given;
    if (bufferSize !== undefined) whole(api, "bufferSize", bufferSize, 1);
    else if (this.plan.cardinality === Number.POSITIVE_INFINITY)
      throw invalidArgument(
        api,
        "a dataset with an end, or bufferSize",
        "one without end",
        "shuffle before repeat: every repetition has another order",
      );
    const blocks = blocksOf(api, this.plan, given);
    const reshuffles = reshuffleEachIteration !== false;
    return this.derive(shuffle(this.plan, { seed: seedWord(api, seed), bufferSize, reshuffles, blocks }));
  }

  /**
   * The elements `count` times over, or without end; a shuffle before it has another order each time.
   * @throws when `count` is not a whole number of at least 0, or -1 for without end.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#repeat
   * @example
   * console.log([...tf.data.Dataset.range(2).repeat(2).asArrayIterator()]); // => [ 0, 1, 0, 1 ]
   */
  repeat(count = -1): Dataset<T> {
    return this.derive(repeat(this.plan, countOf("Dataset.repeat", count)));
  }

  /**
   * The first `count` elements; -1: all.
   * @throws when `count` is not a whole number of at least -1.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#take
   * @example
   * console.log([...tf.data.Dataset.range(9).take(2).asArrayIterator()]); // => [ 0, 1 ]
   */
  take(count: number): Dataset<T> {
    return this.derive(take(this.plan, countOf("Dataset.take", count)));
  }

  /**
   * All but the first `count` elements; -1: none.
   * @throws when `count` is not a whole number of at least -1.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#skip
   * @example
   * console.log([...tf.data.Dataset.range(5).skip(3).asArrayIterator()]); // => [ 3, 4 ]
   */
  skip(count: number): Dataset<T> {
    return this.derive(skip(this.plan, countOf("Dataset.skip", count)));
  }

  /**
   * Every `numShards`-th element, from number `index` on.
   * @throws when `index` is not within [0, numShards).
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shard
   * @example
   * console.log([...tf.data.Dataset.range(7).shard(3, 1).asArrayIterator()]); // => [ 1, 4 ]
   */
  shard(numShards: number, index: number): Dataset<T> {
    whole("Dataset.shard", "numShards", numShards, 1);
    if (whole("Dataset.shard", "index", index, 0) >= numShards)
      throw invalidArgument("Dataset.shard", `index within [0, ${numShards})`, String(index));
    return this.derive(shard(this.plan, numShards, index));
  }

  /**
   * These elements, then those of `dataset`.
   * @throws when the elements differ in structure or dtypes.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#concatenate
   * @example
   * console.log([...tf.data.Dataset.range(2).concatenate(tf.data.Dataset.range(5, 7)).asArrayIterator()]); // => [ 0, 1, 5, 6 ]
   */
  concatenate(dataset: ReadableDataset<T>): Dataset<T> {
    const other = planOf("Dataset.concatenate", dataset);
    checkSameElements("Dataset.concatenate", this.plan.spec, other.spec);
    return this.derive(concatenate(this.plan, other));
  }

  /**
   * Pairs of a number, from `start` on, and an element.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#enumerate
   * @example
   * console.log([...tf.data.Dataset.fromTensorSlices(["a", "b"]).enumerate().asArrayIterator()]); // => [ [ 0, 'a' ], [ 1, 'b' ] ]
   */
  enumerate(options: { start?: number } = {}): Dataset<[Tensor<"int64">, T]> {
    checkOptions("Dataset.enumerate", options, { start: true });
    const start = options.start ?? 0;
    if (!Number.isSafeInteger(start))
      throw invalidArgument("Dataset.enumerate", "start to be a whole number", describe(start));
    const plans = [rangeOf(start, Number.POSITIVE_INFINITY, 1), this.plan];
    return this.derive(zip([indexSpec, this.plan.spec], plans));
  }

  /**
   * Keeps the elements of the first pass, in memory or in files that begin with `filename`: what comes before is computed once, and what
   * is random in it is drawn once.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#cache
   * @example
   * const cached = tf.data.Dataset.range(2).map((x) => tf.multiply(x, x)).cache();
   * console.log([...cached.repeat(2).asArrayIterator()]); // => [ 0, 1, 0, 1 ]
   */
  cache(options: { filename?: string } = {}): Dataset<T> {
    checkOptions("Dataset.cache", options, { filename: true });
    return this.derive(cache(this.plan, options.filename ?? ""));
  }

  /**
   * Reads `bufferSize` elements ahead; `tf.data.AUTOTUNE`: as many as turn out to help. Without it the reader's end is two ahead.
   * @throws when `bufferSize` is not a whole number of at least -1.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#prefetch
   * @example
   * console.log([...tf.data.Dataset.range(3).prefetch(tf.data.AUTOTUNE).asArrayIterator()]); // => [ 0, 1, 2 ]
   */
  prefetch(bufferSize: number): Dataset<T> {
    return this.derive(prefetch(this.plan, whole("Dataset.prefetch", "bufferSize", bufferSize, -1)));
  }

  /**
   * The same elements, with what `given` says of them: how workers split them.
   * @throws for what is no `tf.data.Options`.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#with_options
   * @example
   * const options = new tf.data.Options();
   * options.experimentalDistribute.autoShardPolicy = tf.data.experimental.AutoShardPolicy.DATA;
   * console.log([...tf.data.Dataset.range(4).batch(2).withOptions(options).asArrayIterator()]); // => [ [ 0, 1 ], [ 2, 3 ] ]
   */
  withOptions(given: Options): Dataset<T> {
    const policy = policyOf("Dataset.withOptions", given);
    if (policy === undefined) return this.derive(this.plan);
    return this.derive({ ...this.plan, arrangement: { ...this.plan.arrangement, policy } });
  }
}

/** How a shuffle cuts the elements, when it is to. */
function blocksOf(
  api: string,
  { indexed }: Plan,
  { blockSize, windowBlocks }: ShuffleOptions,
): ShuffleSettings["blocks"] {
  if (blockSize === undefined) {
    if (windowBlocks === undefined) return undefined;
    throw invalidArgument(api, "windowBlocks together with blockSize", "windowBlocks alone");
  }
  if (!indexed)
    throw invalidArgument(
      api,
      "elements with numbers for a blockSize",
      "a stream",
      "shuffle before filter, flatMap and their like, or give bufferSize",
    );
  return {
    blockSize: whole(api, "blockSize", blockSize, 1),
    windowBlocks: whole(api, "windowBlocks", windowBlocks ?? 64, 1),
  };
}
