/** CsvDataset: the records of CSV files, as TensorFlow's class of that name gives them. */

import { invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type DialectOptions, dialectOf } from "./csv/dialect.ts";
import { fileNames } from "./csv/file-names.ts";
import { headerOf } from "./csv/inference.ts";
import { type ColumnDefault, checkPlaces, columnsOf, defaultsOf } from "./csv/reading.ts";
import { csvFiles } from "./csv/source.ts";
import { Dataset } from "./dataset.ts";
import type { OnBadRecord } from "./records/scanner.ts";

/** Options of {@link CsvDataset}. */
export interface CsvDatasetOptions extends DialectOptions {
  /** Numbers of the columns that are read, in increasing order; all when not given. */
  selectCols?: readonly number[];
  /** Numbers of the columns that are not read, in increasing order. */
  excludeCols?: readonly number[];
  /** "skip" leaves records out that cannot be read, and counts them; "throw" when not given. */
  onBadRecord?: OnBadRecord;
}

/**
 * The records of CSV files: element i is an array with a scalar for each column. The files are mapped and their records found once, so
 * that a shuffle is exact and any position is reached at once; records are decoded many at a time, so batch before you map.
 * `recordDefaults` has for each column a value for where it is missing, or a dtype (`"float32"`, `"float64"`, `"int32"`, `"int64"`,
 * `"string"`) where it must not be; numbers are float32, bigints int64.
 * @throws when a file is missing, or options do not fit; as it is read, when a record has another number of fields or a value is not
 * of its column's dtype, naming file, line, column and value.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/experimental/CsvDataset
 * @example
 * const { writeFileSync } = await import("node:fs");
 * writeFileSync("people.csv", "name,age\nAnn,31\n\"Bo, B.\",\n");
 * const people = new tf.data.experimental.CsvDataset("people.csv", ["string", -1], { header: true });
 * console.log([...people.asArrayIterator()]); // => [ [ 'Ann', 31 ], [ 'Bo, B.', -1 ] ]
 */
export class CsvDataset extends Dataset<Tensor[]> {
  constructor(
    filenames: string | readonly string[],
    recordDefaults: readonly ColumnDefault[],
    options: CsvDatasetOptions = {},
  ) {
    const api = "tf.data.experimental.CsvDataset";
    checkOptions(api, options, {
      header: true,
      fieldDelim: true,
      useQuoteDelim: true,
      naValue: true,
      selectCols: true,
      excludeCols: true,
      onBadRecord: true,
    });
    const { selectCols, excludeCols, onBadRecord = "throw" } = options;
    const dialect = dialectOf(api, options, false);
    const paths = fileNames(api, filenames);
    if (selectCols && excludeCols) throw invalidArgument(api, "selectCols or excludeCols", "both");
    if (selectCols) checkPlaces(api, "selectCols", selectCols);
    if (excludeCols) checkPlaces(api, "excludeCols", excludeCols);
    const names = dialect.hasHeader && paths[0] !== undefined ? headerOf(api, paths[0], dialect) : [];
    const defaults = defaultsOf(api, "recordDefaults", recordDefaults);
    const places = selectCols ?? without(excludeCols ?? [], defaults.length);
    if (places.length !== defaults.length)
      throw invalidArgument(
        api,
        `recordDefaults for the ${places.length} columns of selectCols`,
        String(defaults.length),
      );
    const layout = { dialect, columns: columnsOf(places, names, defaults), isAll: !selectCols && !excludeCols?.length };
    super(csvFiles({ api, paths, layout, defaults, skipsBad: onBadRecord === "skip" }));
  }
}

/** The first `count` whole numbers that are not in `excluded`. */
function without(excluded: readonly number[], count: number): number[] {
  const places: number[] = [];
  for (let place = 0; places.length < count; place++) if (!excluded.includes(place)) places.push(place);
  return places;
}
