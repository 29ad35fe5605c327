/** ParquetDataset: the rows of Parquet files. */
import { describe, invalidArgument } from "../base/errors.ts";
import type { Nest } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import type { TensorSpec } from "../runtime/function.ts";
import { columnsOfSignature } from "./columns/column-type.ts";
import { fileNames } from "./csv/file-names.ts";
import { Dataset } from "./dataset.ts";
import { signatureOf } from "./feeding/values.ts";
import { defaultOf } from "./json/source.ts";
import { valueAt } from "./json/values.ts";
import type { ElementOf } from "./making.ts";
import { columnsOfFile, type ParquetColumn, parquetFiles } from "./parquet/source.ts";

/** How Parquet files are read. */
export interface ParquetOptions<S> {
  /**
   * Dtypes and shapes of the columns that are read, as `tf.TensorSpec`s by name; `[null]` for lists that differ in length. All columns, with
   * the dtypes of the file, when not given; lists then have the length of the first ones, if these are of one length.
   */
  outputSignature?: S;
  /** What stands for null, by column. Other columns must not have any. */
  defaults?: object;
}

/**
 * The rows of Parquet files: element i is an object with the value of each column in row i. Columns hold numbers, booleans, texts and bytes
 * (as strings), and lists of them; columns in groups are objects in objects. Dates are int32 days and times int64s of the file's own unit,
 * since 1970. They are unpacked once, row group by row group, into columns kept beside the file, which TensorFlow reads by itself: a shuffle
 * is exact, any position is free.
 * @throws when a file is missing or damaged, or a column is missing, has null without a default or is of a type that tensors have not,
 * with file, row group and column.
 * @see https://parquet.apache.org/docs/file-format
 * @example
 * try {
 *   new tf.data.ParquetDataset("none.parquet", { outputSignature: { age: new tf.TensorSpec([], "int64") } });
 * } catch (error) {
 *   console.log((error as Error).message); // => new tf.data.ParquetDataset: expected a file, got nothing at none.parquet
 * }
 */
export class ParquetDataset<const S = Record<string, TensorSpec>> extends Dataset<ElementOf<S>> {
  constructor(filenames: string | readonly string[], options: ParquetOptions<S> = {}) {
    const api = "new tf.data.ParquetDataset";
    checkOptions(api, options as ParquetOptions<unknown>, { outputSignature: true, defaults: true });
    const { outputSignature, defaults = {} } = options;
    if (typeof defaults !== "object" || defaults === null)
      throw invalidArgument(api, "defaults by name", describe(defaults));
    const paths = fileNames(api, filenames);
    const types =
      outputSignature === undefined
        ? columnsOfFile(api, paths[0] as string)
        : columnsOfSignature(api, signatureOf(api, outputSignature) as Nest<TensorSpec>);
    const columns = types.map((type): ParquetColumn => {
      const given = valueAt(defaults, type.path);
      return { type, default: given === undefined ? undefined : defaultOf(api, given, type) };
    });
    super(parquetFiles(api, paths, columns));
  }
}
