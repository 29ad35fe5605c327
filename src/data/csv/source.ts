/** CSV files as a plan: element i is record i, its columns decoded for a whole batch of records at once. */
import { basename } from "node:path";
import { flatten, mapNest, type Nest } from "../../base/nests.ts";
import { fromBytes } from "../../runtime/eager-tensor.ts";
import { execute, executeOne, liftToEager } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows } from "../by-index.ts";
import type { ElementSpec } from "../element.ts";
import { int64 } from "../ops.ts";
import { type Plan, releasing } from "../plan.ts";
import type { RecordFiles } from "../sources/record-plans.ts";
import { type VariableRecords, variableRecords } from "../sources/variable-records.ts";
import { faultOf, type Layout } from "./columns.ts";
import { csvFile } from "./csv-file.ts";
import { lineAt } from "./lines.ts";
import { type BadRecords, type CsvFacts, csvScanner } from "./record-scanner.ts";

/** What {@link csvRecords} is told. */
export interface CsvReading extends RecordFiles, BadRecords {
  readonly layout: Layout;
  /** For each column the value of a missing one, [] or [1]; [0] where it must not be missing. Owned by the plan. */
  readonly defaults: readonly Tensor[];
  /** The elements: a nest with the number of a column of `layout` at each leaf. */
  readonly structure: Nest<number>;
}

/** The records of CSV files: nests of scalars. */
export function csvRecords(reading: CsvReading): Plan {
  const { layout, defaults, structure } = reading;
  const files = variableRecords({ ...reading, kind: "CSV", scanner: csvScanner(layout, reading) });
  const numBlank = files.indexes.reduce((sum, { facts }) => sum + (facts as CsvFacts).numBlank, 0);
  const hasBlank = layout.numFields === 1 && numBlank > 0;
  const places = flatten(structure);
  const rows = (indices: Tensor): Tensor[] => {
    const records = files.records(indices);
    const shown = hasBlank ? withoutBlanks(records, blankText(layout)) : records;
    const columns = decode(shown, layout, defaults, hasBlank);
    return places.map((place) => columns[place] as Tensor);
  };
  const plan = byIndex({
    spec: mapNest(structure, (place) => new TensorSpec([], layout.columns[place]?.type ?? "string")) as ElementSpec,
    cardinality: files.numRecords,
    varies: false,
    sources: [
      {
        ...files.source,
        describeRecord: (record) => {
          const { path, line } = linePlace(reading, files, record);
          return `${basename(path)}, line ${line}`;
        },
        explain: (records) => explain(reading, files, records),
      },
    ],
    parents: [],
    indexed: elementByRows(rows),
  });
  return releasing(plan, () => {
    files.dispose();
    for (const value of defaults) value.dispose();
  });
}

/** A record of one empty field, as DecodeCSV sees one. */
function blankText({ dialect }: Layout): string {
  return dialect.hasQuotes ? '""' : String.fromCharCode(dialect.delimiter);
}

/** `records` with those of no bytes replaced by `text`. */
function withoutBlanks(records: Tensor, text: string): Tensor {
  const lengths = executeOne("StringLength", [records], { unit: "BYTE" });
  const isBlank = executeOne("Equal", [executeOne("Cast", [lengths], { DstT: "int64" }), int64(0)]);
  const shown = liftToEager(() => fromBytes([], [Buffer.from(text)]));
  return executeOne("SelectV2", [isBlank, shown, records]);
}

/** The columns of `records`; those that are left out by number are decoded along, so that all fields are counted. */
function decode(
  records: Tensor,
  { dialect, columns, numFields }: Layout,
  defaults: readonly Tensor[],
  hasBlank: boolean,
): Tensor[] {
  const numbers = columns.map(({ index }) => index);
  const fields = numFields === undefined ? numbers : Array.from({ length: numFields }, (_, field) => field);
  const places = fields.map((field) => numbers.indexOf(field));
  const anyText = places.includes(-1) ? liftToEager(() => fromBytes([], [new Uint8Array()])) : undefined;
  const outputs = execute("DecodeCSV", [records, places.map((place) => defaults[place] ?? (anyText as Tensor))], {
    OUT_TYPE: places.map((place) => columns[place]?.type ?? "string"),
    field_delim: String.fromCharCode(dialect.delimiter),
    use_quote_delim: dialect.hasQuotes,
    na_value: dialect.naValue,
    // A record of a lone delimiter, which stands for one of no bytes, has two fields.
    select_cols: numFields === undefined || (hasBlank && !dialect.hasQuotes) ? numbers : [],
  });
  return numbers.map((field) => outputs[fields.indexOf(field)] as Tensor);
}

/** The line, from 1, on which a record begins. */
function linePlace(reading: RecordFiles, { place }: VariableRecords, record: number): { path: string; line: number } {
  const { path, offset } = place(record);
  using file = csvFile(reading, path).open();
  return { path, line: lineAt(file, offset) };
}

/** The first of `records` that cannot be read, and why. */
function explain(reading: CsvReading, files: VariableRecords, records: readonly number[]): string | undefined {
  const { api, layout, skipOption } = reading;
  for (const record of records) {
    const { offset, read } = files.place(record);
    const fault = faultOf(read(), layout);
    if (!fault) continue;
    const { path, line } = linePlace(reading, files, record);
    const where = `${path}, line ${line + fault.linesBefore} (record at byte ${offset})`;
    return `${api}: expected ${fault.expected}, got ${fault.got} at ${where}; ${fault.advice}, or leave such records out with ${skipOption}`;
  }
  return undefined;
}
