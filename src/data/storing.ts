/** Datasets kept in files, element by element: a part of Dataset. */

import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { checkNoDatasets } from "./checks.ts";
import type { Dataset } from "./dataset.ts";
import type { Element } from "./element.ts";
import { GroupedDataset } from "./grouping.ts";
import { DataIterator } from "./iterator.ts";
import { datasetOf } from "./made.ts";
import type { SaveOptions } from "./options.ts";
import { fromRecords, toRecords } from "./saved/elements.ts";
import { NewFolder, readDescription } from "./saved/folder.ts";
import { tfRecords } from "./sources/record-plans.ts";
import { batch } from "./transforms/batch.ts";

const RECORDS_AT_ONCE = 64;
const MOST_UNPACKED = 2 ** 32;

/** A dataset that can be saved. */
export abstract class StoredDataset<T> extends GroupedDataset<T> {
  /**
   * Writes the elements of the next epoch into a new folder, for {@link Dataset.load}: what was slow to make is read at the speed of
   * files then. The folder holds a TFRecord file with its index and a description; it is there whole or not at all, and takes the place of
   * one that was saved there before. Of several workers, let one save: `tf.distribute.once("save", () => dataset.save(path))`.
   * @throws when the dataset has no end or no element, or there is something else at `path`; when `signal` is aborted.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#save (there in a format of its own)
   * @example
   * const squares = tf.data.Dataset.range(4).map((x) => ({ x, square: tf.multiply(x, x) }));
   * await squares.save("squares");
   * const saved = tf.data.Dataset.load<{ x: tf.Tensor; square: tf.Tensor }>("squares");
   * console.log(saved.cardinality(), [...saved.skip(3).asArrayIterator()]); // => 4 [ { square: 9, x: 3 } ]
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    const api = "Dataset.save";
    checkOptions(api, options, { compression: true, signal: true });
    const { compression = "", signal } = options;
    checkNoDatasets(api, this.plan.spec);
    if (this.plan.cardinality === Number.POSITIVE_INFINITY)
      throw invalidArgument(api, "a dataset with an end", "one without", "dataset.take(n)");
    if (compression !== "" && compression !== "GZIP")
      throw invalidArgument(api, 'compression "" or "GZIP"', describe(compression));
    using folder = new NewFolder(api, path, compression);
    const records = batch(toRecords(api, this.plan), RECORDS_AT_ONCE, false);
    using iterator = new DataIterator<Element>(records, { epoch: this.nextEpoch() });
    for (;;) {
      if (signal?.aborted) throw new TensorfleetError("aborted", `${api}: aborted`, { cause: signal.reason });
      using strings = (await iterator.nextAsync()) as Tensor | undefined;
      if (strings === undefined) break;
      for (const record of strings.bytes()) folder.write(record);
      await setImmediate();
    }
    folder.finish(api, this.plan.spec);
  }

  /**
   * The elements that {@link Dataset.save} wrote. Their number is known, shuffles are exact and positions free, whatever the dataset was
   * that was saved.
   * @throws when there is no saved dataset at `path`, or a file of it is missing or damaged.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#load
   * @example
   * await tf.data.Dataset.fromTensorSlices(["a", "b", "c"]).filter((x) => tf.notEqual(x, "b")).save("letters");
   * console.log([...tf.data.Dataset.load("letters").asArrayIterator()]); // => [ 'a', 'c' ]
   */
  static load<T = Tensor>(path: string): Dataset<T> {
    const api = "Dataset.load";
    const { spec, numElements, files, compressionType } = readDescription(api, path);
    const paths = files.map((file) => join(path, file));
    const records = tfRecords({ api, paths, compressionType, onBadRecord: "throw", maxUnpackedBytes: MOST_UNPACKED });
    if (records.cardinality !== numElements)
      throw invalidArgument(api, `${numElements} elements in ${path}`, String(records.cardinality), "save it again");
    return datasetOf(fromRecords(api, records, spec));
  }
}
