/** Parquet files as a plan: their columns are unpacked once, and read without JavaScript from then on. */
import { basename } from "node:path";
import { dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import {
  type ColumnDType,
  type ColumnType,
  type ColumnValue,
  fieldText,
  innerSize,
  integerRanges,
  isVariable,
  withArticle,
} from "../columns/column-type.ts";
import { type ColumnsFile, columnsFile } from "../columns/columns-file.ts";
import { columnsPlan } from "../columns/columns-plan.ts";
import type { ColumnsWriter } from "../columns/columns-writer.ts";
import type { Json } from "../derived-file.ts";
import type { Plan } from "../plan.ts";
import { ParquetFile, type Values } from "./file.ts";
import type { ParquetField } from "./schema.ts";

/** A column that is read, and what stands for a missing value of it. */
export interface ParquetColumn {
  readonly type: ColumnType;
  readonly default: readonly ColumnValue[] | undefined;
}

const FORMAT = 1;

/** The columns that the first file has. @throws when one cannot be read. */
export function columnsOfFile(api: string, path: string): ColumnType[] {
  using file = new ParquetFile(api, path);
  return file.fields.map((field): ColumnType => {
    if (!("dtype" in field))
      throw new TensorfleetError(
        "unsupported",
        `${api}: expected columns of numbers, booleans, texts, times and lists of them in ${path}, got ${field.reason} in ${fieldText(field.path)}; name the columns that you need in outputSignature`,
      );
    const { path: names, dtype, isList } = field;
    return { path: names, dtype, shape: isList ? [listLength(file, field)] : [] };
  });
}

/** The length of lists, as far as the first ones are of one length. */
function listLength(file: ParquetFile, field: ParquetField): number | null {
  for (let group = 0; group < file.numRowGroups; group++) {
    if (file.rowsOf(group) === 0) continue;
    const lengths = file
      .values(field, group, true)
      .flatMap((lists) => Array.from(lists, (list) => (Array.isArray(list) ? list.length : null)));
    const [first = null] = lengths.filter((length) => length !== null);
    const isFixed = first !== null && first > 0 && lengths.every((length) => length === null || length === first);
    return isFixed ? first : null;
  }
  return null;
}

/** The rows of Parquet files. */
export function parquetFiles(api: string, paths: readonly string[], columns: readonly ParquetColumn[]): Plan {
  const files = paths.map((path) => columnsOf(api, path, columns));
  const describeRecord = (path: string, record: number): string => `${basename(path)}, row ${record}`;
  return columnsPlan({ api, kind: "Parquet", columns: columns.map(({ type }) => type), files, describeRecord });
}

function columnsOf(api: string, path: string, columns: readonly ParquetColumn[]): ColumnsFile {
  const open = (): ParquetFile => new ParquetFile(api, path);
  return columnsFile({
    api,
    path,
    columns: columns.map(({ type }) => type),
    options: ["parquet", FORMAT, columns.map(({ default: values }) => (values ? values.map(asJson) : null))],
    maxRecords: () => {
      using file = open();
      return file.numRows;
    },
    convert: (writer, update) => {
      using file = open();
      convert(api, file, columns, writer, update);
      return 0;
    },
  });
}

const asJson = (value: ColumnValue): Json =>
  typeof value === "bigint" || value instanceof Uint8Array ? `${typeof value}:${value}` : value;

function convert(
  api: string,
  file: ParquetFile,
  columns: readonly ParquetColumn[],
  writer: ColumnsWriter,
  update: (doneBytes: number) => void,
): void {
  const fields = columns.map((column) => fieldFor(api, file, column));
  let first = 0;
  for (let group = 0; group < file.numRowGroups; group++) {
    for (const [i, column] of columns.entries()) {
      const field = fields[i] as ParquetField;
      const fault = (row: number, got: string, advice: string): TensorfleetError =>
        valueError(api, file.path, group, first + row, column.type, got, advice);
      let row = 0;
      for (const values of file.values(field, group)) {
        addValues(writer, i, column, field.dtype, values, (at, got, advice) => fault(row + at, got, advice));
        row += values.length;
      }
    }
    writer.endRecords(file.rowsOf(group));
    first += file.rowsOf(group);
    update(file.endOf(group));
  }
}

function fieldFor(api: string, file: ParquetFile, { type }: ParquetColumn): ParquetField {
  const name = type.path.join("\n");
  const field = file.fields.find(({ path }) => path.join("\n") === name);
  const named = `a column ${fieldText(type.path)} in ${file.path}`;
  if (!field)
    throw invalidArgument(api, named, file.fields.map(({ path }) => path.join(".")).join(", ") || "none at all");
  if (!("dtype" in field)) throw invalidArgument(api, `${named} that can be read`, field.reason);
  if (field.isList !== type.shape.length > 0)
    throw invalidArgument(
      api,
      `${named} with ${type.shape.length > 0 ? "lists" : "single values"}`,
      field.isList ? "lists; give it a shape of [null], or of the length that all have" : "single values",
    );
  if (!isReadableAs(field.dtype, type.dtype))
    throw invalidArgument(api, `${named} of ${type.dtype}`, field.dtype, "give its own dtype in outputSignature");
  return field;
}

/** Whether values of one dtype may be read as another: numbers, but not fractions as whole ones. */
function isReadableAs(from: ColumnDType, to: ColumnDType): boolean {
  if (from === to) return true;
  const isNumber = (dtype: ColumnDType): boolean => dtype !== "string" && dtype !== "bool";
  const isFloat = (dtype: ColumnDType): boolean => dtypeFacts[dtype].kind === "float";
  return isNumber(from) && isNumber(to) && (isFloat(to) || !isFloat(from));
}

type Fault = (row: number, got: string, advice: string) => TensorfleetError;

/** Adds the values of many rows to a column. */
function addValues(
  writer: ColumnsWriter,
  number: number,
  { type, default: missing }: ParquetColumn,
  from: ColumnDType,
  values: Values,
  fault: Fault,
): void {
  const range = from === type.dtype ? undefined : integerRanges[type.dtype];
  const check = (value: unknown, row: number): void => {
    if (value === null || value === undefined) throw fault(row, "null", "give it a value in defaults");
    if (range && ((value as number) < range[0] || (value as number) > range[1]))
      throw fault(row, String(value), "give its own dtype in outputSignature");
  };
  if (type.shape.length === 0 && ArrayBuffer.isView(values) && !range) {
    writer.add(number, values as unknown as ArrayLike<ColumnValue>);
    return;
  }
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? undefined;
    if (value === undefined && missing) writer.add(number, missing);
    else if (type.shape.length === 0) {
      check(value, row);
      writer.add(number, [value as ColumnValue]);
    } else writer.add(number, listOf(value, row, type, check, fault));
  }
}

function listOf(
  value: unknown,
  row: number,
  type: ColumnType,
  check: (value: unknown, row: number) => void,
  fault: Fault,
): readonly ColumnValue[] {
  if (!Array.isArray(value)) throw fault(row, "null", "give it a list in defaults");
  if (!isVariable(type) && value.length !== innerSize(type))
    throw fault(row, `a list of ${value.length}`, "give it a shape of [null] in outputSignature");
  for (const element of value) check(element, row);
  return value as readonly ColumnValue[];
}

function valueError(
  api: string,
  path: string,
  group: number,
  row: number,
  { path: names, dtype, shape }: ColumnType,
  got: string,
  advice: string,
): TensorfleetError {
  const what =
    shape.length === 0 ? withArticle(dtype) : `${dtype} [${shape.map((length) => length ?? "?").join(", ")}]`;
  return invalidArgument(
    api,
    `${what} in column ${fieldText(names)} of ${path} (row group ${group}, row ${row})`,
    got,
    advice,
  );
}
