/** `tensorfleet records convert`: CSV files, JSON lines and folders of images become TFRecord files of examples. It loads no TensorFlow. */
import { statSync } from "node:fs";
import type { Command } from "commander";
import { invalidArgument } from "../../base/errors.ts";
import {
  type Conversion,
  type ConversionReport,
  type Converted,
  writeExamples,
} from "../../data/converting/conversion.ts";
import { csvExamples } from "../../data/converting/csv.ts";
import { imageExamples } from "../../data/converting/images.ts";
import { dialectOf } from "../../data/csv/dialect.ts";
import { type ColumnType, columnTypes } from "../../data/csv/values.ts";
import { counted, tableText } from "../../data/table-text.ts";
import { integerAtLeast } from "../numbers.ts";

const formats = ["csv", "jsonl", "images"] as const;
type Format = (typeof formats)[number];

interface ConvertOptions {
  readonly output: string;
  readonly from?: string;
  readonly shards?: number;
  readonly packed?: true;
  readonly skipBad?: true;
  readonly json?: true;
  readonly gzip?: true;
  readonly delimiter?: string;
  readonly quotes: boolean;
  readonly header: boolean;
  readonly columns?: string;
  readonly naValue?: string;
  readonly dtype: readonly string[];
}

const api = "tensorfleet records convert";
const MOST_UNPACKED_BYTES = 2 ** 31;

/** Adds `convert` to the command `records`. */
export function registerConvert(records: Command): void {
  records
    .command("convert")
    .description(
      "write CSV files, JSON lines, or a folder with a folder of images for each class, to TFRecord files of examples",
    )
    .argument("<inputs...>", "CSV files, files of JSON lines, or one folder")
    .requiredOption("--output <file>", "the file to write")
    .option("--from <format>", `what the inputs are: ${formats.join(", ")}; seen from their names when not given`)
    .option("--shards <number>", "over how many files the examples are dealt", integerAtLeast(1))
    .option("--packed", "pack what is written with gzip")
    .option("--skip-bad", "leave out records that cannot be read, and count them")
    .option("--json", "print what was done as JSON")
    .option("--gzip", "the inputs are packed with gzip")
    .option("--delimiter <character>", "what stands between fields; a tab for .tsv files, else a comma")
    .option("--no-quotes", "quotes are characters like others")
    .option("--no-header", "the files begin with a record; --columns names the columns")
    .option("--columns <names>", "names of all columns, with commas between them")
    .option("--na-value <text>", "a text that means a missing value")
    .option("--dtype <name=dtype>", `the dtype of a column: ${columnTypes.join(", ")}`, collect, [])
    .action(convert);
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

async function convert(paths: readonly string[], options: ConvertOptions): Promise<void> {
  try {
    const data = await open(paths, options);
    const written = writeExamples(data, options.output, {
      numShards: options.shards ?? 1,
      compressionType: options.packed ? "GZIP" : "",
    });
    console.log(options.json ? JSON.stringify(reportOf(data, written)) : textOf(data, written));
  } catch (error) {
    if (options.json) console.log(JSON.stringify({ schema: 1, error: (error as Error).message }));
    else console.error((error as Error).message);
    process.exitCode = 1;
  }
}

async function open(paths: readonly string[], options: ConvertOptions): Promise<Converted> {
  const conversion: Conversion = { api, paths, onBadRecord: options.skipBad ? "skip" : "throw" };
  const packing = { compressionType: options.gzip ? "GZIP" : "", maxUnpackedBytes: MOST_UNPACKED_BYTES } as const;
  const format = formatOf(paths, options);
  if (format === "images") return imageExamples(conversion);
  if (format === "jsonl") {
    const { jsonExamples } = await import("../../data/converting/json-lines.ts"); // its modules are many
    return jsonExamples({ ...conversion, ...packing });
  }
  const isTabs = paths.every((path) => /\.tsv(\.gz)?$/i.test(path));
  const dialect = dialectOf(
    api,
    {
      fieldDelim: options.delimiter ?? (isTabs ? "\t" : ","),
      useQuoteDelim: options.quotes,
      naValue: options.naValue ?? "",
      header: options.header,
    },
    true,
  );
  return csvExamples({
    ...conversion,
    dialect,
    ...packing,
    columnNames: options.columns?.split(","),
    dtypes: Object.fromEntries(options.dtype.map(dtypeOf)),
  });
}

function formatOf(paths: readonly string[], { from }: ConvertOptions): Format {
  const known = formats.find((format) => format === from);
  if (known) return known;
  if (from !== undefined) throw invalidArgument(api, `--from ${formats.join(", ")}`, from);
  const isFolder = paths.some((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  if (isFolder) return "images";
  return paths.every((path) => /\.(jsonl|ndjson)(\.gz)?$/i.test(path)) ? "jsonl" : "csv";
}

function dtypeOf(text: string): [string, ColumnType] {
  const [name, dtype] = [text.slice(0, text.lastIndexOf("=")), text.slice(text.lastIndexOf("=") + 1)];
  const known = columnTypes.find((type) => type === dtype);
  if (name !== "" && known) return [name, known];
  throw invalidArgument(api, `--dtype NAME=DTYPE with a dtype of ${columnTypes.join(", ")}`, text);
}

function reportOf({ features, classNames, leftOut }: Converted, { numRecords, paths }: ConversionReport): object {
  return {
    schema: 1,
    records: numRecords,
    skipped: leftOut.length,
    files: paths,
    features,
    ...(classNames && { classNames }),
  };
}

function textOf({ features, classNames, leftOut }: Converted, { numRecords, paths }: ConversionReport): string {
  const rows = Object.entries(features).map(([name, { dtype, count, numMissing }]) => [
    name,
    dtype,
    count === undefined ? "varying" : `${count}`,
    `${numMissing}`,
    descriptionOf(dtype, count, numMissing > 0),
  ]);
  const [first] = leftOut;
  return [
    `${counted(numRecords, "record")} written to ${paths.join(", ")}`,
    ...(first ? [`${counted(leftOut.length, "record")} left out, the first in ${first.place}: ${first.problem}`] : []),
    ...(classNames ? [`classes: ${classNames.map((name, label) => `${label} ${name}`).join(", ")}`] : []),
    tableText(["feature", "dtype", "values", "missing", "to parse it"], rows),
  ].join("\n");
}

/** How parseExample is told of a feature. */
function descriptionOf(dtype: string, count: number | undefined, mayMiss: boolean): string {
  if (count === undefined) return `new tf.io.RaggedFeature("${dtype}")`;
  const value = mayMiss ? `, { defaultValue: ${dtype === "string" ? '""' : "0"} }` : "";
  return `new tf.io.FixedLenFeature(${count === 1 ? "[]" : `[${count}]`}, "${dtype}"${value})`;
}
