/** Elements gathered by their place, by a key or by their length: the part of Dataset that makes windows and buckets. */
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { BatchedDataset } from "./batching.ts";
import { checkNoDatasets, checkNotRandom, whole } from "./checks.ts";
import type { Dataset } from "./dataset.ts";
import { traceDatasetFunction } from "./dataset-function.ts";
import { type ArgumentsOf, DatasetSpec, type Element } from "./element.ts";
import { indexSpec, spread, traceElementFunction } from "./element-function.ts";
import { datasetOf } from "./made.ts";
import { asInt64, wholeNumber } from "./number-functions.ts";
import type { BucketOptions, GroupByWindowOptions, WindowOptions } from "./options.ts";
import type { ReadableDataset } from "./reading.ts";
import { type BucketSettings, batchSizeOf, bucketBatches, bucketOf } from "./transforms/bucket.ts";
import { paddingOf } from "./transforms/padding.ts";
import { groupByWindow, window } from "./transforms/window.ts";

/** The windows of elements: a dataset in the place of each tensor. */
export type WindowsOf<T> = T extends Tensor | ReadableDataset<unknown>
  ? Dataset<T>
  : { -readonly [K in keyof T]: WindowsOf<T[K]> };

/** A dataset whose elements can be gathered. */
export abstract class GroupedDataset<T> extends BatchedDataset<T> {
  /**
   * Windows of `size` elements, each a dataset; of elements that are arrays or objects, arrays and objects of datasets. Windows begin
   * `shift` elements apart and take every `stride`-th element; the last ones are shorter unless they are dropped. `flatMap` makes tensors
   * of them. Order is kept, and a position costs what it did before.
   * @throws when a number is not whole or below 1.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#window
   * @example
   * const windows = tf.data.Dataset.range(5).window(3, { shift: 1, dropRemainder: true });
   * const triples = windows.flatMap((window) => window.batch(3));
   * console.log([...triples.asArrayIterator()]); // => [ [ 0, 1, 2 ], [ 1, 2, 3 ], [ 2, 3, 4 ] ]
   */
  window(size: number, options: WindowOptions = {}): Dataset<WindowsOf<T>> {
    const api = "Dataset.window";
    checkOptions(api, options, { shift: true, stride: true, dropRemainder: true });
    const settings = {
      size: whole(api, "size", size, 1),
      shift: whole(api, "shift", options.shift ?? size, 1),
      stride: whole(api, "stride", options.stride ?? 1, 1),
      dropRemainder: options.dropRemainder ?? false,
    };
    return datasetOf(window(this.plan, settings));
  }

  /**
   * Gathers elements that have a key in common until a window is full, and gives the elements of the dataset that `reduceFunc(key, window)`
   * makes of it; windows that are not full come at the end. Windows come in the order in which they fill; positions are reached by reading.
   * @param keyFunc from an element to a scalar of whole numbers
   * @throws when there is not one of `windowSize` and `windowSizeFunc`, a function gives something else, or draws random numbers.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#group_by_window
   * @example
   * const isOdd = (x: tf.Tensor) => tf.math.floormod(x, 2n);
   * const groups = tf.data.Dataset.range(6).groupByWindow(isOdd, (_, window) => window.batch(2), { windowSize: 2 });
   * console.log([...groups.asArrayIterator()]); // => [ [ 0, 2 ], [ 1, 3 ], [ 4 ], [ 5 ] ]
   */
  groupByWindow<R>(
    keyFunc: (...element: ArgumentsOf<T>) => Tensor | number,
    reduceFunc: (key: Tensor<"int64">, window: Dataset<T>) => ReadableDataset<R>,
    options: GroupByWindowOptions,
  ): Dataset<R> {
    const api = "Dataset.groupByWindow";
    checkOptions(api, options, { windowSize: true, windowSizeFunc: true });
    const { windowSize, windowSizeFunc } = options;
    if ((windowSize === undefined) === (windowSizeFunc === undefined))
      throw invalidArgument(api, "one of windowSize and windowSizeFunc", windowSize === undefined ? "none" : "both");
    const size = windowSize === undefined ? undefined : whole(api, "windowSize", windowSize, 1);
    const sizeOf = windowSizeFunc ?? ((): number | undefined => size);
    return this.#grouped(
      api,
      toInt64(wholeNumber(api, "keyFunc", spread(api, keyFunc))),
      toInt64(wholeNumber(api, "windowSizeFunc", spread(api, sizeOf))),
      reduceFunc as never,
    );
  }

  #grouped<R>(
    api: string,
    keyOf: (element: Element) => unknown,
    sizeOf: (key: Element) => unknown,
    reduce: (key: Tensor, window: Dataset<unknown>) => ReadableDataset<R>,
  ): Dataset<R> {
    const key = traceElementFunction(api, this.plan.spec, keyOf);
    const windowSize = traceElementFunction(api, indexSpec, sizeOf);
    const windows = [indexSpec, new DatasetSpec(this.plan.spec)];
    const reducer = traceDatasetFunction(api, windows, spread(api, reduce as never));
    for (const fn of [key, windowSize]) checkNotRandom(api, fn);
    return datasetOf(groupByWindow(this.plan, { key, windowSize, reduce: reducer }));
  }

  /**
   * Batches of elements of similar length, so that little of a batch is padding: bucket i takes the lengths from `bucketBoundaries[i - 1]`
   * up to, but without, `bucketBoundaries[i]`, and gives batches of `bucketBatchSizes[i]`, padded as {@link Dataset.paddedBatch} does.
   * Batches come in the order in which they fill, those that are not full at the end; positions are reached by reading.
   * @param elementLengthFunc from an element to its length, a scalar of whole numbers
   * @throws when boundaries do not ascend, or there is not one batch size more than boundaries; with `padToBucketBoundary`, when an element
   *   is not shorter than the last boundary, as it is read.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#bucket_by_sequence_length
   * @example
   * const sequences = tf.data.Dataset.fromTensorSlices([1, 4, 2, 5]).map((n) => tf.range(n));
   * const batches = sequences.bucketBySequenceLength((x) => tf.size(x), [3], [2, 2]);
   * for (const batch of batches) console.log(JSON.stringify(batch.array()));
   * // => [[0,0],[0,1]]
   * // => [[0,1,2,3,0],[0,1,2,3,4]]
   */
  bucketBySequenceLength(
    elementLengthFunc: (...element: ArgumentsOf<T>) => Tensor | number,
    bucketBoundaries: readonly number[],
    bucketBatchSizes: readonly number[],
    options: BucketOptions = {},
  ): Dataset<T> {
    const api = "Dataset.bucketBySequenceLength";
    checkNoDatasets(api, this.plan.spec);
    const settings = this.#buckets(api, bucketBoundaries, bucketBatchSizes, options);
    const lengthOf = toInt64(wholeNumber(api, "elementLengthFunc", spread(api, elementLengthFunc)));
    try {
      return this.#grouped<T>(
        api,
        (element) => bucketOf(lengthOf(element), settings),
        (bucket) => batchSizeOf(bucket as Tensor, settings),
        (bucket, elements) => datasetOf(bucketBatches(elements.plan, bucket, settings)),
      );
    } finally {
      for (const value of settings.padding?.values ?? []) value.dispose(); // the traced function has its own hold
    }
  }

  #buckets(
    api: string,
    boundaries: readonly number[],
    batchSizes: readonly number[],
    options: BucketOptions,
  ): BucketSettings {
    checkOptions(api, options, {
      paddedShapes: true,
      paddingValues: true,
      padToBucketBoundary: true,
      noPadding: true,
      dropRemainder: true,
    });
    checkBuckets(api, boundaries, batchSizes);
    const { paddedShapes, paddingValues, padToBucketBoundary = false, noPadding = false } = options;
    if (noPadding && (padToBucketBoundary || paddedShapes !== undefined || paddingValues !== undefined))
      throw invalidArgument(api, "noPadding, or options of padding", "both");
    return {
      boundaries,
      batchSizes,
      padding: noPadding ? undefined : paddingOf(api, this.plan.spec, paddedShapes, paddingValues),
      padsToBoundary: padToBucketBoundary,
      dropRemainder: options.dropRemainder ?? false,
    };
  }
}

const toInt64 =
  (call: (element: Element) => Tensor) =>
  (element: Element): Tensor =>
    asInt64(call(element));

function checkBuckets(api: string, boundaries: readonly number[], batchSizes: readonly number[]): void {
  for (const [i, boundary] of boundaries.entries())
    if (whole(api, "bucketBoundaries", boundary, 0) <= (boundaries[i - 1] ?? -1))
      throw invalidArgument(api, "bucketBoundaries that ascend", describe(boundaries));
  for (const size of batchSizes) whole(api, "bucketBatchSizes", size, 1);
  if (batchSizes.length !== boundaries.length + 1)
    throw invalidArgument(
      api,
      `${boundaries.length + 1} bucketBatchSizes for ${boundaries.length} boundaries`,
      String(batchSizes.length),
    );
}
