/** CsvDataset: the records of CSV files, as TensorFlow's class of that name gives them. */

import { invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { csvFile } from "./csv/csv-file.ts";
import { type Dialect, type DialectOptions, dialectOf } from "./csv/dialect.ts";
import { headerOf } from "./csv/inference.ts";
import { type ColumnDefault, checkPlaces, columnsOf, defaultsOf } from "./csv/reading.ts";
import { csvRecords } from "./csv/source.ts";
import { Dataset } from "./dataset.ts";
import { type Filenames, type RecordFileOptions, recordFileOptions, recordFiles } from "./record-datasets.ts";
import type { RecordFiles } from "./sources/record-plans.ts";

/** Options of {@link CsvDataset}. */
export interface CsvDatasetOptions extends DialectOptions, RecordFileOptions {
  /** Numbers of the columns that are read, in increasing order; all when not given. */
  selectCols?: readonly number[];
  /** Numbers of the columns that are not read, in increasing order. */
  excludeCols?: readonly number[];
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
  constructor(filenames: Filenames, recordDefaults: readonly ColumnDefault[], options: CsvDatasetOptions = {}) {
    const api = "new tf.data.experimental.CsvDataset";
    checkOptions(api, options, {
      ...recordFileOptions,
      header: true,
      fieldDelim: true,
      useQuoteDelim: true,
      naValue: true,
      selectCols: true,
      excludeCols: true,
    });
    const dialect = dialectOf(api, options, false);
    const files = recordFiles(api, filenames, options);
    const places = placesOf(api, options, recordDefaults.length);
    const names = dialect.hasHeader ? namesIn(files, dialect) : [];
    const defaults = defaultsOf(api, "recordDefaults", recordDefaults);
    const columns = columnsOf(places, names, defaults);
    const numFields = options.selectCols ? undefined : columns.length + (options.excludeCols?.length ?? 0);
    const layout = { dialect, columns, numFields };
    const structure = columns.map((_, i) => i);
    super(csvRecords({ ...files, layout, defaults, structure, skipOption: 'onBadRecord: "skip"' }));
  }
}

/** The columns that are read. */
function placesOf(
  api: string,
  { selectCols, excludeCols = [] }: CsvDatasetOptions,
  numDefaults: number,
): readonly number[] {
  if (!selectCols) {
    checkPlaces(api, "excludeCols", excludeCols);
    return without(excludeCols, numDefaults);
  }
  if (excludeCols.length > 0) throw invalidArgument(api, "selectCols or excludeCols", "both");
  checkPlaces(api, "selectCols", selectCols);
  if (selectCols.length === numDefaults) return selectCols;
  throw invalidArgument(api, `recordDefaults for the ${selectCols.length} columns of selectCols`, String(numDefaults));
}

/** The first `count` whole numbers that are not in `excluded`. */
function without(excluded: readonly number[], count: number): number[] {
  const places: number[] = [];
  for (let place = 0; places.length < count; place++) if (!excluded.includes(place)) places.push(place);
  return places;
}

/** The columns' names: of the first file that is not empty, where empty ones may be left out. */
function namesIn(files: RecordFiles, dialect: Dialect): readonly string[] {
  const { api, paths, onBadRecord } = files;
  const named = onBadRecord === "skip" ? paths.find((path) => csvFile(files, path).numBytes > 0) : paths[0];
  return named === undefined ? [] : headerOf(api, csvFile(files, named), dialect);
}
