/** JsonLinesDataset: files with a JSON object on each line. */
import { describe, invalidArgument } from "../base/errors.ts";
import type { Nest } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import { shapeText } from "../base/shapes.ts";
import type { TensorSpec } from "../runtime/function.ts";
import { whole } from "./checks.ts";
import { type ColumnType, columnsOfSignature, fieldText, innerSize, isVariable } from "./columns/column-type.ts";
import { Dataset } from "./dataset.ts";
import { signatureOf } from "./feeding/values.ts";
import type { FieldFacts, Inference } from "./json/inference.ts";
import { defaultOf, type JsonField, JsonFiles } from "./json/source.ts";
import { shown, valueAt } from "./json/values.ts";
import type { ElementOf } from "./making.ts";
import { type Filenames, type RecordFileOptions, recordFiles } from "./record-datasets.ts";
import { counted, tableText } from "./table-text.ts";

/** How files of JSON lines are read. */
export interface JsonLinesOptions<S> extends RecordFileOptions {
  /**
   * Dtypes and shapes of the fields that are read, as `tf.TensorSpec`s in an object like the records; a first length of `null` stands for
   * arrays that differ in length. Inferred when not given.
   */
  outputSignature?: S;
  /** What stands for a value that is missing or null, in an object like the records. Other fields must not be missing. */
  defaults?: object;
  /** How many records are looked at when fields are inferred: 1000 when not given; `null`: all. */
  numRowsForInference?: number | null;
  /** `false` does not print what was inferred. */
  verbose?: boolean;
}

/**
 * The records of files with a JSON object on each line: element i is an object of the fields of record i. Fields are scalars and arrays of
 * numbers, booleans or texts, also in objects within objects. They are converted once into columns, kept beside the file, which
 * TensorFlow reads by itself: a shuffle is exact, any position is free. NaN and Infinity are read as Python writes them, int64s exactly.
 * @throws when a file is missing, or a line is no record of these fields, with file, line, field and value.
 * @example
 * const { writeFileSync } = await import("node:fs");
 * writeFileSync("pets.jsonl", '{"name": "Tom", "size": [1, 2]}\n{"name": "Rex", "size": [3, 4.5], "age": 7}\n');
 * const pets = new tf.data.JsonLinesDataset("pets.jsonl", { defaults: { age: -1 } });
 * // => new tf.data.JsonLinesDataset: 3 fields in pets.jsonl, dtypes from 2 records
 * // =>   field  dtype        default   missing  examples
 * // =>   name   string       required  0        "Tom", "Rex"
 * // =>   size   float32 [2]  required  0        [1,2], [3,4.5]
 * // =>   age    int64        -1        1        7
 * console.log([...pets.asArrayIterator()][1]); // => { age: 7, name: 'Rex', size: [ 3, 4.5 ] }
 */
export class JsonLinesDataset<const S = Record<string, TensorSpec>> extends Dataset<ElementOf<S>> {
  constructor(filenames: Filenames, options: JsonLinesOptions<S> = {}) {
    const api = "new tf.data.JsonLinesDataset";
    checkOptions(api, options as JsonLinesOptions<unknown>, {
      outputSignature: true,
      defaults: true,
      numRowsForInference: true,
      verbose: true,
      compressionType: true,
      onBadRecord: true,
      maxUnpackedBytes: true,
    });
    const { outputSignature, defaults = {}, numRowsForInference = 1000, verbose = true, ...reading } = options;
    if (typeof defaults !== "object" || defaults === null)
      throw invalidArgument(api, "defaults by name", describe(defaults));
    const given = recordFiles(api, filenames, reading);
    const files = new JsonFiles(given);
    if (outputSignature !== undefined) {
      const columns = columnsOfSignature(api, signatureOf(api, outputSignature) as Nest<TensorSpec>);
      super(files.plan(columns.map((type) => fieldOf(api, type, defaults, false))));
      return;
    }
    const rows = numRowsForInference === null ? Number.POSITIVE_INFINITY : numRowsForInference;
    const inference = files.infer(
      rows === Number.POSITIVE_INFINITY ? rows : whole(api, "numRowsForInference", rows, 1),
    );
    const facts = inference.fields();
    const fields = facts.flatMap(({ column, numMissing }) =>
      column ? [fieldOf(api, column, defaults, numMissing > 0)] : [],
    );
    checkInference(api, inference, facts, given.paths);
    super(files.plan(fields));
    if (verbose) console.log(summary(api, facts, fields, inference.numRecords, given.paths));
  }
}

function fieldOf(api: string, type: ColumnType, defaults: object, isSometimesMissing: boolean): JsonField {
  const given = valueAt(defaults, type.path);
  if (given !== undefined) return { type, default: defaultOf(api, given, type) };
  if (!isSometimesMissing) return { type, default: undefined };
  const zero = type.dtype === "string" ? "" : type.dtype === "bool" ? false : 0;
  return { type, default: new Array(isVariable(type) ? 0 : innerSize(type)).fill(zero) };
}

function checkInference(
  api: string,
  inference: Inference,
  facts: readonly FieldFacts[],
  paths: readonly string[],
): void {
  const place = paths.join(", ");
  if (inference.isTooWide)
    throw invalidArgument(api, `fields with fixed names in ${place}`, "thousands of names", "give an outputSignature");
  if (facts.some(({ column }) => column)) return;
  const reasons = facts.map(({ path, reason }) => `${fieldText(path)}: ${reason}`);
  throw invalidArgument(
    api,
    `records with fields of numbers, booleans or texts in ${place}`,
    reasons.slice(0, 8).join("; ") || "none",
  );
}

function summary(
  api: string,
  facts: readonly FieldFacts[],
  fields: readonly JsonField[],
  numRead: number,
  paths: readonly string[],
): string {
  const place = paths.length === 1 ? paths[0] : `${paths.length} files`;
  const rows = facts.map(({ path, column, reason, numMissing, examples }) => {
    const field = fields.find(({ type }) => type === column);
    const shape = column && column.shape.length > 0 ? ` ${shapeText(column.shape)}` : "";
    return [
      path.join("."),
      column ? `${column.dtype}${shape}` : "left out",
      field ? defaultText(field) : reason,
      `${numMissing}`,
      examples.join(", "),
    ];
  });
  const head = `${api}: ${counted(fields.length, "field")} in ${place}, dtypes from ${counted(numRead, "record")}`;
  return [head, tableText(["field", "dtype", "default", "missing", "examples"], rows)].join("\n");
}

function defaultText({ type, default: values }: JsonField): string {
  if (values === undefined) return "required";
  if (type.shape.length === 0) return shown(values[0]);
  return shown(values.map((value) => (typeof value === "bigint" ? Number(value) : value)));
}
