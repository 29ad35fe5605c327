/** Datasets of numbers and of file names, made of nothing else: a part of Dataset. */
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import { matchingFiles } from "../ops/io/index.ts";
import { executeOne } from "../runtime/executor.ts";
import { TensorSpec } from "../runtime/function.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import { seedWord } from "./checks.ts";
import type { Dataset } from "./dataset.ts";
import { datasetOf } from "./made.ts";
import type { CounterOptions, ListFilesOptions, RandomOptions } from "./options.ts";
import { randomNumbers } from "./sources/random-numbers.ts";
import { rangeOf } from "./sources/range.ts";
import { slicesOf } from "./sources/values.ts";
import { StoredDataset } from "./storing.ts";
import { mapRows } from "./transforms/map.ts";
import { shuffle } from "./transforms/order.ts";

/** A dataset that can be made of numbers and names of files. */
export abstract class CountedDataset<T> extends StoredDataset<T> {
  /**
   * `start`, `start + step`, ... without end. Positions are free.
   * @throws when a number is not whole, or `step` is 0.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#counter
   * @example
   * console.log([...tf.data.Dataset.counter({ start: 10, step: -2 }).take(3).asArrayIterator()]); // => [ 10, 8, 6 ]
   */
  static counter(options: CounterOptions = {}): Dataset<Tensor> {
    const api = "Dataset.counter";
    checkOptions(api, options, { start: true, step: true, dtype: true });
    const { start = 0, step = 1, dtype = "int64" } = options;
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(step) || step === 0)
      throw invalidArgument(api, "whole numbers and a step other than 0", `start ${start}, step ${step}`);
    if (dtype !== "int64" && dtype !== "int32") throw invalidArgument(api, "dtype int64 or int32", describe(dtype));
    const numbers = rangeOf(start, step > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, step);
    if (dtype === "int64") return datasetOf(numbers);
    const cast = (rows: Tensor[]): Tensor[] =>
      rows.map((row) => executeOne("Cast", [row], { SrcT: "int64", DstT: dtype }));
    return datasetOf(mapRows(numbers, new TensorSpec([], dtype), cast));
  }

  /**
   * Random numbers of [0, 2^32), int64, without end: functions of (seed, number), and of the epoch where `rerandomizeEachIteration` is set.
   * Positions are free. They are not the numbers that Python's draws for the same seed.
   * @throws when `seed` is not a whole number of at least 0.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#random
   * @example
   * const numbers = tf.data.Dataset.random({ seed: 4 }).take(2);
   * console.log(String([...numbers.asArrayIterator()]) === String([...numbers.asArrayIterator()])); // => true
   */
  static random(options: RandomOptions = {}): Dataset<Tensor<"int64">> {
    const api = "Dataset.random";
    checkOptions(api, options, { seed: true, rerandomizeEachIteration: true });
    return datasetOf(randomNumbers(seedWord(api, options.seed), options.rerandomizeEachIteration ?? false));
  }

  /**
   * Names of files (and of folders) that match a pattern, or one of several: `*`, `?` and `[a-z]` within a folder's names. They are looked up once, now; each
   * epoch has another order, which follows from (seed, epoch), unless `shuffle` is false: then they are sorted. Positions are free.
   * @throws when no file matches.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#list_files
   * @example
   * tf.io.writeFile("list-a.txt", "a");
   * tf.io.writeFile("list-b.txt", "b");
   * const names = tf.data.Dataset.listFiles("list-*.txt", { shuffle: false });
   * console.log([...names.asArrayIterator()]); // => [ './list-a.txt', './list-b.txt' ]
   */
  static listFiles(filePattern: TensorLike, options: ListFilesOptions = {}): Dataset<Tensor<"string">> {
    const api = "Dataset.listFiles";
    checkOptions(api, options, { shuffle: true, seed: true });
    const paths = tidy(() => matchingFiles(filePattern).array()) as string[];
    if (paths.length === 0) throw invalidArgument(api, "a pattern that files match", describe(filePattern));
    const names = slicesOf(api, paths);
    if (options.shuffle === false) return datasetOf(names);
    return datasetOf(shuffle(names, { seed: seedWord(api, options.seed), reshuffles: true }));
  }
}
