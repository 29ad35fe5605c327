/** Several elements as one, and back: the part of Dataset that makes batches. */
import { invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import { checkNoDatasets, parallelCalls, whole } from "./checks.ts";
import type { Dataset } from "./dataset.ts";
import { specsOf, withShapes } from "./element.ts";
import { datasetOf } from "./made.ts";
import { MixedDataset } from "./mixing.ts";
import type { BatchOptions, PaddedBatchOptions, RebatchOptions } from "./options.ts";
import { batch, paddedBatch, unbatch } from "./transforms/batch.ts";
import { paddingOf } from "./transforms/padding.ts";
import { rebatch } from "./transforms/window.ts";

/** A dataset whose elements can be put into batches. */
export abstract class BatchedDataset<T> extends MixedDataset<T> {
  /**
   * Each `batchSize` elements as one, stacked along a new first axis. The last batch may be smaller.
   * @throws when `batchSize` is not a whole number of at least 1; when elements of different shapes meet, as it is read.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#batch
   * @example
   * console.log([...tf.data.Dataset.range(5).batch(2, { dropRemainder: true }).asArrayIterator()]); // => [ [ 0, 1 ], [ 2, 3 ] ]
   */
  batch(batchSize: number, options: BatchOptions = {}): Dataset<T> {
    const api = "Dataset.batch";
    checkOptions(api, options, { dropRemainder: true, numParallelCalls: true, deterministic: true });
    checkNoDatasets(api, this.plan.spec);
    const settings = {
      numParallelCalls: parallelCalls(api, options.numParallelCalls),
      inOrder: options.deterministic !== false,
    };
    const size = whole(api, "batchSize", batchSize, 1);
    return datasetOf(batch(this.plan, size, options.dropRemainder ?? false, settings));
  }

  /**
   * Like {@link batch}, for elements whose lengths differ: shorter ones are padded to the longest of the batch, or to `paddedShapes`.
   * @throws when a rank is unknown, or shapes and values do not fit the elements; when an element is longer than what it is to be padded to,
   *   as it is read.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#padded_batch
   * @example
   * const sequences = tf.data.Dataset.range(1, 4).map((n) => tf.range(n));
   * for (const x of sequences.paddedBatch(3)) console.log(x.array()); // => [ [ 0, 0, 0 ], [ 0, 1, 0 ], [ 0, 1, 2 ] ]
   */
  paddedBatch(batchSize: number, options: PaddedBatchOptions = {}): Dataset<T> {
    const api = "Dataset.paddedBatch";
    checkOptions(api, options, { paddedShapes: true, paddingValues: true, dropRemainder: true });
    checkNoDatasets(api, this.plan.spec);
    const size = whole(api, "batchSize", batchSize, 1);
    const padding = paddingOf(api, this.plan.spec, options.paddedShapes, options.paddingValues);
    return datasetOf(paddedBatch(this.plan, size, options.dropRemainder ?? false, padding));
  }

  /**
   * The slices of every element along its first axis, one by one: the inverse of {@link batch}.
   * @throws when an element is a scalar.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#unbatch
   * @example
   * console.log([...tf.data.Dataset.range(3).batch(2).unbatch().asArrayIterator()]); // => [ 0, 1, 2 ]
   */
  unbatch(): Dataset<T> {
    checkNoDatasets("Dataset.unbatch", this.plan.spec);
    const scalar = specsOf(this.plan.spec).some((leaf) => leaf.shape?.length === 0);
    if (scalar) throw invalidArgument("Dataset.unbatch", "elements with a first axis to slice along", "a scalar");
    return datasetOf(unbatch(this.plan));
  }

  /**
   * Batches of another size: `batchSize` rows each, or, for an array, of its sizes in turn. Order is kept; positions are reached by
   * reading.
   * @throws when a size is not a whole number of at least 1, or elements are scalars.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#rebatch
   * @example
   * const batches = tf.data.Dataset.range(6).batch(4);
   * console.log([...batches.rebatch(3).asArrayIterator()]); // => [ [ 0, 1, 2 ], [ 3, 4, 5 ] ]
   */
  rebatch(batchSize: number | readonly number[], options: RebatchOptions = {}): Dataset<T> {
    const api = "Dataset.rebatch";
    checkOptions(api, options, { dropRemainder: true });
    checkNoDatasets(api, this.plan.spec);
    const sizes = (typeof batchSize === "number" ? [batchSize] : batchSize).map((size) =>
      whole(api, "batchSize", size, 1),
    );
    if (sizes.length === 0) throw invalidArgument(api, "at least one batch size", "none");
    if (specsOf(this.plan.spec).some(({ shape }) => shape?.length === 0))
      throw invalidArgument(api, "batches `[rows, ...]`", "scalars", "batch the dataset first: dataset.batch(n)");
    const dropRemainder = options.dropRemainder ?? false;
    const length = dropRemainder && sizes.every((size) => size === sizes[0]) ? (sizes[0] as number) : null;
    const spec = withShapes(this.plan.spec, (shape) => shape && [length, ...shape.slice(1)]);
    return datasetOf(rebatch(this.plan, spec, sizes, dropRemainder));
  }
}
