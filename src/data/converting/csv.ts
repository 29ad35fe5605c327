/** CSV files as examples: a feature of one value for each column, missing where the field is empty. */
import { invalidArgument } from "../../base/errors.ts";
import { type Column, faultOf, type Layout } from "../csv/columns.ts";
import { type CsvFile, csvFile } from "../csv/csv-file.ts";
import type { Dialect } from "../csv/dialect.ts";
import { type Fields, fieldsOf } from "../csv/fields.ts";
import { headerOf, inferColumns } from "../csv/inference.ts";
import { countLines } from "../csv/lines.ts";
import { recordsIn } from "../csv/records-in.ts";
import { type ColumnType, isReadableAs } from "../csv/values.ts";
import type { CompressionType } from "../records/record-index.ts";
import { type Conversion, type Converted, type LeftOut, lookingThrough } from "./conversion.ts";
import { encodeExample, type FeatureValues } from "./example.ts";

/** What {@link csvExamples} is told. */
export interface CsvConversion extends Conversion {
  readonly dialect: Dialect;
  readonly compressionType: CompressionType;
  readonly maxUnpackedBytes: number;
  /** Of files without a header. */
  readonly columnNames: readonly string[] | undefined;
  /** Dtypes of columns that are not to be inferred. */
  readonly dtypes: Readonly<Record<string, ColumnType>>;
}

const featureDTypes = {
  int32: "int64",
  int64: "int64",
  float32: "float32",
  float64: "float32",
  string: "string",
} as const;

/**
 * The records of CSV files, whose dtypes are the narrowest for all values of a column.
 * @throws when a file is missing, headers differ, or a record cannot be read and is not to be left out.
 */
export function csvExamples(conversion: CsvConversion): Converted {
  const { api, dialect, paths, onBadRecord, dtypes } = conversion;
  const files = paths.map((path) => csvFile(conversion, path));
  const names = conversion.columnNames ?? namesOf(api, files, dialect);
  const unknown = Object.keys(dtypes).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalidArgument(api, `columns among ${names.join(", ")}`, JSON.stringify(unknown));
  const skipsBad = onBadRecord === "skip";
  const totalBytes = files.reduce((sum, file) => sum + file.numBytes, 0);
  const { columns: found } = lookingThrough(paths, totalBytes, (told) =>
    inferColumns(api, files, { dialect, names, numRecords: Number.POSITIVE_INFINITY, skipsBad, told }),
  );
  const columns = found.map(
    ({ name, type }, index): Column => ({ index, name, type: dtypes[name] ?? type, isRequired: false }),
  );
  const layout: Layout = { dialect, columns, numFields: columns.length };
  const leftOut: LeftOut[] = [];
  return {
    features: Object.fromEntries(
      columns.map(({ name, type }, i) => [
        name,
        { dtype: featureDTypes[type], count: 1, numMissing: found[i]?.numMissing ?? 0 },
      ]),
    ),
    leftOut,
    totalBytes,
    *examples(told) {
      leftOut.length = 0;
      let doneBytes = 0;
      for (const file of files) {
        yield* fileExamples(conversion, file, layout, leftOut, (offset) => told(doneBytes + offset));
        doneBytes += file.numBytes;
      }
    },
  };
}

function namesOf(api: string, files: readonly CsvFile[], dialect: Dialect): readonly string[] {
  if (!dialect.hasHeader) throw invalidArgument(api, "names of the columns for files without a header", "none");
  const [first, ...others] = files.map((file) => headerOf(api, file, dialect));
  const odd = others.findIndex((names) => names.join("\n") !== first?.join("\n"));
  if (odd >= 0)
    throw invalidArgument(
      api,
      `files with one header (${first?.join(", ")}, as in ${files[0]?.path})`,
      `${others[odd]?.join(", ")} in ${files[odd + 1]?.path}`,
      "convert them one by one",
    );
  return first ?? [];
}

function* fileExamples(
  { api, onBadRecord, dtypes }: CsvConversion,
  { path, open }: CsvFile,
  layout: Layout,
  leftOut: LeftOut[],
  told: (offset: number) => void,
): Generator<Uint8Array> {
  using file = open();
  const checked = layout.columns.filter(({ name }) => dtypes[name] !== undefined); // the others are known to fit
  let [isHeader, line] = [layout.dialect.hasHeader, 1];
  for (const { bytes, offset } of recordsIn(file, layout.dialect)) {
    const fields = fieldsOf(bytes, layout.dialect);
    const fault = isHeader || isFine(fields, layout, checked) ? undefined : faultOf(bytes, layout);
    if (fault) {
      const place = `${path}, line ${line + fault.linesBefore}`;
      if (onBadRecord === "throw") throw invalidArgument(api, fault.expected, `${fault.got} in ${place}`, fault.advice);
      leftOut.push({ place, problem: `expected ${fault.expected}, got ${fault.got}` });
    } else if (!isHeader) yield exampleOf(fields.texts, layout);
    isHeader = false;
    line += (fields.offsets ? countLines(bytes) : 0) + 1;
    told(offset);
  }
}

function isFine({ texts, fault }: Fields, { numFields, dialect }: Layout, checked: readonly Column[]): boolean {
  if (fault !== undefined || texts.length !== numFields) return false;
  return checked.every(({ index, type }) => {
    const text = texts[index] as string;
    return text === "" || text === dialect.naValue || isReadableAs(type, text);
  });
}

function exampleOf(texts: readonly string[], { dialect, columns }: Layout): Uint8Array {
  const features: [string, FeatureValues][] = [];
  for (const { index, name, type } of columns) {
    const text = texts[index] as string;
    if (text !== "" && text !== dialect.naValue) features.push([name, featureOf(text, type)]);
  }
  return encodeExample(features);
}

function featureOf(text: string, type: ColumnType): FeatureValues {
  if (type === "string") return { dtype: "string", values: [text] };
  if (type === "int32" || type === "int64") return { dtype: "int64", values: [BigInt(text.trim().replace(/^\+/, ""))] };
  return { dtype: "float32", values: [numberOf(text)] };
}

/** A number as TensorFlow reads it: JavaScript has other words for what is not finite. */
function numberOf(text: string): number {
  const [, sign, word] = /^\s*([+-]?)(nan|inf)/i.exec(text) ?? [];
  if (word === undefined) return Number(text);
  return word.toLowerCase() === "nan" ? Number.NaN : sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
