/** Files of JSON lines as examples: a feature for each field, those of objects within objects by their path. */
import { invalidArgument } from "../../base/errors.ts";
import type { FeatureDType } from "../../ops/io/examples.ts";
import type { ColumnDType, ColumnType, ColumnValue } from "../columns/column-type.ts";
import { type CsvFile, csvFile } from "../csv/csv-file.ts";
import { Inference } from "../json/inference.ts";
import { linesOf } from "../json/lines.ts";
import { type LineFault, recordOf, valuesOf } from "../json/source.ts";
import type { CompressionType } from "../records/record-index.ts";
import { type Conversion, type Converted, type LeftOut, lookingThrough } from "./conversion.ts";
import { encodeExample, type FeatureValues } from "./example.ts";

/** What {@link jsonExamples} is told. */
export interface JsonConversion extends Conversion {
  readonly compressionType: CompressionType;
  readonly maxUnpackedBytes: number;
}

interface Feature {
  readonly name: string;
  readonly dtype: FeatureDType;
  readonly field: { readonly type: ColumnType; readonly default: readonly [] };
}

/**
 * The objects on the lines of files. Fields that are missing, null or empty arrays are missing from an example; booleans are int64.
 * @throws when a file is missing, a line is no object and is not to be left out, or a field has values of several types.
 */
export function jsonExamples(conversion: JsonConversion): Converted {
  const { paths, api } = conversion;
  const files = paths.map((path) => csvFile(conversion, path));
  const totalBytes = files.reduce((sum, file) => sum + file.numBytes, 0);
  const inference = lookingThrough(paths, totalBytes, (told) => infer(conversion, files, told));
  const found = inference.fields();
  const features = found.map(({ path, column, reason }): Feature => {
    const name = path.join("/");
    if (!column) throw invalidArgument(api, `values of one type in field ${JSON.stringify(name)}`, reason);
    return { name, dtype: featureDType(column.dtype), field: { type: column, default: [] } };
  });
  const leftOut: LeftOut[] = [];
  return {
    features: Object.fromEntries(
      features.map(({ name, dtype, field }, i) => [
        name,
        { dtype, count: countOf(field.type), numMissing: found[i]?.numMissing ?? 0 },
      ]),
    ),
    leftOut,
    totalBytes,
    *examples(told) {
      leftOut.length = 0;
      let doneBytes = 0;
      for (const { path, open } of files) {
        using file = open();
        for (const line of linesOf(file)) {
          told(doneBytes + line.offset);
          const values = valuesOf(
            line,
            features.map(({ field }) => field),
          );
          if (Array.isArray(values)) yield exampleOf(features, values);
          else reject(conversion, leftOut, `${path}, line ${line.number}`, values);
        }
        doneBytes += file.size;
      }
    },
  };
}

/** Looks at every record. */
function infer(conversion: JsonConversion, files: readonly CsvFile[], told: (doneBytes: number) => void): Inference {
  const inference = new Inference();
  let doneBytes = 0;
  for (const { path, open } of files) {
    using file = open();
    for (const line of linesOf(file)) {
      told(doneBytes + line.offset);
      const record = recordOf(line);
      if (typeof record === "object") inference.add(record);
      else reject(conversion, [], `${path}, line ${line.number}`, { expected: "a JSON object", got: record });
    }
    doneBytes += file.size;
  }
  if (inference.numRecords === 0)
    throw invalidArgument(conversion.api, "files with records", `none in ${conversion.paths.join(", ")}`);
  return inference;
}

function reject(
  { api, onBadRecord }: Conversion,
  leftOut: LeftOut[],
  place: string,
  { expected, got, field }: LineFault,
): void {
  const what = field === undefined ? expected : `${expected} in field ${field}`;
  if (onBadRecord === "throw") throw invalidArgument(api, what, `${got} in ${place}`, "mend or remove the line");
  leftOut.push({ place, problem: `expected ${what}, got ${got}` });
}

function exampleOf(features: readonly Feature[], values: readonly (readonly ColumnValue[])[]): Uint8Array {
  const present = features.flatMap(({ name, dtype }, i) => {
    const elements = values[i] as readonly ColumnValue[];
    return elements.length > 0 ? [[name, valuesAs(dtype, elements)] as const] : [];
  });
  return encodeExample(present);
}

function valuesAs(dtype: FeatureDType, elements: readonly ColumnValue[]): FeatureValues {
  if (dtype === "string") return { dtype, values: elements as readonly string[] };
  if (dtype === "float32") return { dtype, values: elements.map(Number) };
  return {
    dtype,
    values: elements.map((value) => (typeof value === "boolean" ? Number(value) : (value as number | bigint))),
  };
}

function featureDType(dtype: ColumnDType): FeatureDType {
  if (dtype === "string") return "string";
  return dtype === "float32" || dtype === "float64" ? "float32" : "int64";
}

/** Number of values; `undefined` where it varies. */
function countOf({ shape }: ColumnType): number | undefined {
  if (shape.includes(null)) return undefined;
  return shape.reduce<number>((product, length) => product * (length as number), 1);
}
