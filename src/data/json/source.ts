/** Files of JSON lines as a plan: their fields are turned into columns once, and read without JavaScript from then on. */
import { basename } from "node:path";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { type ColumnType, type ColumnValue, fieldText } from "../columns/column-type.ts";
import { type ColumnsFile, columnsFile } from "../columns/columns-file.ts";
import { columnsPlan } from "../columns/columns-plan.ts";
import type { ColumnsWriter } from "../columns/columns-writer.ts";
import type { Json } from "../derived-file.ts";
import type { Plan } from "../plan.ts";
import { FileWindow } from "../records/file-window.ts";
import { unpacked } from "../records/record-index.ts";
import { stateOf } from "../source-files.ts";
import type { RecordFiles } from "../sources/record-plans.ts";
import { Inference } from "./inference.ts";
import { countLines, type Line, linesOf } from "./lines.ts";
import { parseExactly, parseJson } from "./parse.ts";
import { readValue, shown, type ValueFault, valueAt } from "./values.ts";

/** A column and what stands for a missing value of it. */
export interface JsonField {
  readonly type: ColumnType;
  /** Its elements; `undefined` where a value must not be missing. */
  readonly default: readonly ColumnValue[] | undefined;
}

type Contents = ReadonlyMap<string, () => Uint8Array | string>;

/** What each file is read from: its path, or its unpacked content, which is made when it is needed. */
function contentsOf(files: RecordFiles): Contents {
  let room = files.maxUnpackedBytes;
  return new Map(
    files.paths.map((path) => {
      let content: Uint8Array | undefined;
      const unpack = (): Uint8Array => {
        stateOf(files.api, path);
        content ??= unpacked(path, { ...files, maxUnpackedBytes: room });
        room -= content.length;
        return content;
      };
      return [path, files.compressionType === "" ? () => path : () => content ?? unpack()];
    }),
  );
}

/** The records of files of JSON lines. */
export class JsonFiles {
  readonly #files: RecordFiles;
  readonly #contents: Contents;

  constructor(files: RecordFiles) {
    this.#files = files;
    this.#contents = contentsOf(files);
    for (const path of files.paths) stateOf(files.api, path);
  }

  /** The fields of the first `numRows` records. @throws when one is no record. */
  infer(numRows: number): Inference {
    const { paths, api, onBadRecord } = this.#files;
    const inference = new Inference();
    for (const path of paths) {
      using file = this.#open(path);
      for (const line of linesOf(file)) {
        if (inference.numRecords >= numRows) return inference;
        const record = recordOf(line);
        if (typeof record === "object") inference.add(record);
        else if (onBadRecord === "throw") throw lineError(api, path, line, record);
      }
    }
    return inference;
  }

  /** The records as elements. */
  plan(fields: readonly JsonField[]): Plan {
    const { api, paths } = this.#files;
    const columns = fields.map(({ type }) => type);
    const files = paths.map((path) => this.#columns(path, fields));
    const describeRecord = (path: string, record: number): string => `${basename(path)}, record ${record}`;
    return columnsPlan({ api, kind: "JSON lines", columns, files, describeRecord });
  }

  #open(path: string, update?: (doneBytes: number) => void): FileWindow {
    return new FileWindow((this.#contents.get(path) as () => Uint8Array | string)(), update);
  }

  #columns(path: string, fields: readonly JsonField[]): ColumnsFile {
    const { api, compressionType, onBadRecord } = this.#files;
    const defaults = fields.map(({ default: values }) => (values ? values.map(asJson) : null));
    return columnsFile({
      api,
      path,
      columns: fields.map(({ type }) => type),
      options: ["json", compressionType, onBadRecord, defaults],
      maxRecords: () => {
        using file = this.#open(path);
        return countLines(file);
      },
      convert: (writer, update, say) => {
        using file = this.#open(path, update);
        return this.#convert(path, file, fields, writer, say);
      },
    });
  }

  #convert(
    path: string,
    file: FileWindow,
    fields: readonly JsonField[],
    writer: ColumnsWriter,
    say: (line: string) => void,
  ): number {
    const { api, onBadRecord } = this.#files;
    let skipped = 0;
    let first = "";
    for (const line of linesOf(file)) {
      const values = valuesOf(line, fields);
      if (Array.isArray(values)) {
        for (const [i, elements] of values.entries()) writer.add(i, elements);
        writer.endRecords(1);
        continue;
      }
      const error = lineError(api, path, line, values as LineFault);
      if (onBadRecord === "throw") throw error;
      if (skipped++ === 0) first = `line ${line.number}: ${(values as LineFault).got}`;
    }
    if (skipped > 0)
      say(`${path}: ${skipped} damaged record${skipped === 1 ? " is" : "s are"} left out, the first at ${first}`);
    if (writer.numRecords + skipped === 0)
      throw invalidArgument(api, `at least one record in ${path}`, "a file without any");
    return skipped;
  }
}

const asJson = (value: ColumnValue): Json =>
  typeof value === "bigint" || value instanceof Uint8Array ? `${typeof value}:${value}` : value;

/** What is wrong with a line. */
export type LineFault = Partial<ValueFault> & Pick<ValueFault, "expected" | "got">;

/** The object that a line says; otherwise what is wrong with it, as a text. */
export function recordOf({ text }: Line, parse: (text: string) => unknown = parseJson): object | string {
  if (text === undefined) return "bytes that are no UTF-8, or a line that is too long";
  try {
    const record = parse(text);
    return typeof record === "object" && record !== null && !Array.isArray(record) ? record : shown(record);
  } catch (error) {
    if (error instanceof SyntaxError) return `${shown(text)} (${error.message})`;
    throw error;
  }
}

/** The elements of each field of a line's record. */
export function valuesOf(line: Line, fields: readonly JsonField[], isExact = false): ColumnValue[][] | LineFault {
  const record = recordOf(line, isExact ? parseExactly : parseJson);
  if (typeof record === "string") return { expected: "a JSON object", got: record };
  const values: ColumnValue[][] = [];
  for (const { type, default: missing } of fields) {
    const value = valueAt(record, type.path);
    const elements: ColumnValue[] = [];
    if (value === undefined && missing !== undefined) elements.push(...missing);
    else {
      const fault = readValue(value, type, elements);
      if (fault?.isInexact && !isExact) return valuesOf(line, fields, true);
      if (fault) return value === undefined ? { ...fault, advice: "give it a value in defaults" } : fault;
    }
    values.push(elements);
  }
  return values;
}

function lineError(api: string, path: string, line: Line, fault: LineFault | string): TensorfleetError {
  const { expected, got, field, advice } =
    typeof fault === "string" ? ({ expected: "a JSON object", got: fault } as LineFault) : fault;
  const place = `${path}, line ${line.number}`;
  return new TensorfleetError(
    "invalidArgument",
    `${api}: expected ${expected} in ${field === undefined ? place : `field ${field} of ${place}`}, got ${got}; ${advice ?? "mend or remove the line"}, or pass onBadRecord: "skip" to leave such records out and count them`,
  );
}

/** `value` as the default of a column. */
export function defaultOf(api: string, value: unknown, type: ColumnType): readonly ColumnValue[] {
  const elements: ColumnValue[] = [];
  const fault = readValue(value, type, elements);
  if (fault) throw invalidArgument(api, `${fault.expected} as the default of ${fieldText(type.path)}`, fault.got);
  return elements;
}
