/** makeCsvDataset: batches of CSV records as objects of columns, whose names and dtypes are found in the files. */
import { describe, invalidArgument } from "../base/errors.ts";
import type { Nest } from "../base/nests.ts";
import { checkOptions, type OptionNames } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { whole } from "./checks.ts";
import type { Column } from "./csv/columns.ts";
import { type DialectOptions, dialectOf } from "./csv/dialect.ts";
import { matchingFileNames } from "./csv/file-names.ts";
import { type ColumnDefaults, schemaOf } from "./csv/schema.ts";
import { csvRecords } from "./csv/source.ts";
import { schemaText } from "./csv/summary.ts";
import { Dataset } from "./dataset.ts";
import { type RecordFileOptions, recordFiles } from "./record-datasets.ts";

/** Options of {@link makeCsvDataset}. */
export interface MakeCsvDatasetOptions extends DialectOptions, Omit<RecordFileOptions, "onBadRecord"> {
  /** Names of all columns of the files; those of the header when not given. */
  columnNames?: readonly string[];
  /**
   * For each column that is read a value for where it is missing, or a dtype where it must not be. An object gives them for some columns by
   * name; the others, and the dtypes of numbers, are inferred. When not given, all are, and what is missing is 0 or "".
   */
  columnDefaults?: ColumnDefaults;
  /** Name of the column that is the label: elements are then `[features, label]`. */
  labelName?: string;
  /** Names or numbers of the columns that are read; all when not given. */
  selectColumns?: readonly (string | number)[];
  /** How often the files are read over; without end when not given. */
  numEpochs?: number;
  /** `false` leaves the records in the order of the files. */
  shuffle?: boolean;
  /** With the epoch, decides the order. Drawn from the run's seed when not given. */
  shuffleSeed?: number;
  /** How many batches are read ahead. */
  prefetchBufferSize?: number;
  /** How many records are looked at to infer dtypes: 100 when not given; `null`: all. */
  numRowsForInference?: number | null;
  /** Leaves out records that cannot be read, and says once how many they are. */
  ignoreErrors?: boolean;
  /** `false` does not print what was inferred on standard error. */
  verbose?: boolean;
}

/** The columns of a batch by name. */
export type CsvColumns = Record<string, Tensor>;

const optionNames: OptionNames<MakeCsvDatasetOptions> = {
  columnNames: true,
  columnDefaults: true,
  labelName: true,
  selectColumns: true,
  fieldDelim: true,
  useQuoteDelim: true,
  naValue: true,
  header: true,
  numEpochs: true,
  shuffle: true,
  shuffleSeed: true,
  prefetchBufferSize: true,
  numRowsForInference: true,
  compressionType: true,
  maxUnpackedBytes: true,
  ignoreErrors: true,
  verbose: true,
};

/**
 * Batches of the records of CSV files that match a pattern: an object with a tensor `[batchSize]` for each column, or `[features, label]`
 * when `labelName` is given. Names come from the header and dtypes from the first records, by Python's rules: the narrowest of int32, int64,
 * float32, float64 and string; what was found is printed. Records are shuffled exactly, without a buffer, and repeated without end, as in
 * Python, unless the options say otherwise; `shuffle` and a position work as for every mapped file.
 * @throws when no file matches, the files' headers differ, columns have the same name, or options do not fit; as it is read, when a record
 * cannot be, naming file, line, column and value.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/experimental/make_csv_dataset
 * @example
 * const { writeFileSync } = await import("node:fs");
 * writeFileSync("pets.csv", "age,kind,loud\n3,cat,0\n1.5,dog,1\n");
 * const options = { labelName: "loud", numEpochs: 1, shuffle: false };
 * const pets = tf.data.experimental.makeCsvDataset("pets.csv", 2, options);
 * console.log(JSON.stringify([...pets.asArrayIterator()])); // => [[{"age":[3,1.5],"kind":["cat","dog"]},[0,1]]]
 */
export function makeCsvDataset(
  filePattern: string | readonly string[],
  batchSize: number,
  options: MakeCsvDatasetOptions & { labelName: string },
): Dataset<[features: CsvColumns, label: Tensor]>;
export function makeCsvDataset(
  filePattern: string | readonly string[],
  batchSize: number,
  options?: MakeCsvDatasetOptions,
): Dataset<CsvColumns>;
export function makeCsvDataset(
  filePattern: string | readonly string[],
  batchSize: number,
  options: MakeCsvDatasetOptions = {},
): Dataset<CsvColumns> | Dataset<[CsvColumns, Tensor]> {
  const api = "tf.data.experimental.makeCsvDataset";
  checkOptions(api, options, optionNames);
  const { labelName, numEpochs, ignoreErrors = false, shuffle = true, shuffleSeed, prefetchBufferSize } = options;
  whole(api, "batchSize", batchSize, 1);
  const packing = {
    compressionType: options.compressionType ?? "",
    onBadRecord: ignoreErrors ? "skip" : "throw",
  } as const;
  const files = recordFiles(api, matchingFileNames(api, filePattern), {
    ...packing,
    ...(options.maxUnpackedBytes !== undefined && { maxUnpackedBytes: options.maxUnpackedBytes }),
  });
  const dialect = dialectOf(api, options, true);
  const schema = schemaOf(files, dialect, {
    columnNames: options.columnNames,
    columnDefaults: options.columnDefaults,
    selectColumns: options.selectColumns,
    numRowsForInference: rowsForInference(api, options.numRowsForInference),
  });
  const { columns, defaults, numFields } = schema;
  const structure = structureOf(api, columns, labelName);
  const layout = { dialect, columns, numFields };
  const plan = csvRecords({ ...files, layout, defaults, structure, skipOption: "ignoreErrors: true" });
  if (schema.found.length > 0 && options.verbose !== false)
    process.stderr.write(
      `tensorfleet: ${schemaText("makeCsvDataset", schema, plan.cardinality ?? 0, files.paths, labelName)}\n`,
    );
  const records = new Dataset<CsvColumns>(plan);
  const ordered = shuffle ? records.shuffle(shuffleSeed === undefined ? {} : { seed: shuffleSeed }) : records;
  const repeated = numEpochs === 1 ? ordered : ordered.repeat(numEpochs);
  const batches = repeated.batch(batchSize, { dropRemainder: numEpochs === undefined });
  return prefetchBufferSize === undefined ? batches : batches.prefetch(prefetchBufferSize);
}

function rowsForInference(api: string, given: number | null | undefined): number {
  if (given === null) return Number.POSITIVE_INFINITY;
  return whole(api, "numRowsForInference", given ?? 100, 0);
}

/** The numbers of the columns, as the elements have them. */
function structureOf(api: string, columns: readonly Column[], labelName: string | undefined): Nest<number> {
  const label = columns.findIndex(({ name }) => name === labelName);
  if (labelName !== undefined && label < 0)
    throw invalidArgument(api, `a labelName among ${columns.map(({ name }) => name).join(", ")}`, describe(labelName));
  const features = Object.fromEntries(columns.flatMap(({ name }, i) => (i === label ? [] : [[name, i]])));
  return labelName === undefined ? features : [features, label];
}
