/** CSV files as a plan: element i is record i, its columns decoded for a whole batch of records at once. */
import { basename } from "node:path";
import { execute } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows } from "../by-index.ts";
import type { DerivedFile } from "../derived-file.ts";
import { type Plan, releasing } from "../plan.ts";
import { fileSource } from "../sources/file-source.ts";
import { faultOf, type Layout } from "./columns.ts";
import { bytesOf, recordPlace } from "./places.ts";
import { type IndexFacts, recordIndex } from "./record-index.ts";
import { recordTexts, withoutBlanks } from "./record-texts.ts";

/** What {@link csvFiles} is told. */
export interface CsvReading {
  readonly api: string;
  readonly paths: readonly string[];
  readonly layout: Layout;
  /** For each column the value of a missing one, [] or [1]; [0] where it must not be missing. Owned by the plan. */
  readonly defaults: readonly Tensor[];
  /** Whether records that cannot be read are left out. */
  readonly skipsBad: boolean;
}

/** The records of CSV files: arrays of scalars, one for each column. */
export function csvFiles(reading: CsvReading): Plan {
  const { api, paths, layout, defaults, skipsBad } = reading;
  const indexes = paths.map((path) => recordIndex(api, path, layout, skipsBad));
  const sum = (count: (facts: IndexFacts) => number): number =>
    indexes.reduce((total, { facts }) => total + count(facts), 0);
  const texts = recordTexts(paths, indexes);
  const hasBlank = layout.isAll && layout.columns.length === 1 && sum(({ numBlank }) => numBlank) > 0;
  const source = {
    ...fileSource(
      api,
      "CSV",
      paths,
      sum(({ numRecords }) => numRecords),
      {
        describeRecord: (record) => placeText(paths, indexes, record),
        explain: (records) => explain(reading, indexes, records),
      },
    ),
    skipped: sum(({ numSkipped }) => numSkipped),
  };
  const rows = (indices: Tensor): Tensor[] => {
    const records = texts.at(indices);
    return decode(hasBlank ? withoutBlanks(records, blankText(layout)) : records, layout, defaults, hasBlank);
  };
  const plan = byIndex({
    spec: layout.columns.map(({ type }) => new TensorSpec([], type)),
    cardinality: source.numRecords as number,
    varies: false,
    sources: [source],
    parents: [],
    indexed: elementByRows(rows),
  });
  return releasing(plan, () => {
    texts.dispose();
    for (const value of defaults) value.dispose();
  });
}

/** A record of one empty field, as DecodeCSV sees one. */
function blankText({ dialect }: Layout): string {
  return dialect.hasQuotes ? '""' : String.fromCharCode(dialect.delimiter);
}

function decode(
  records: Tensor,
  { dialect, columns, isAll }: Layout,
  defaults: readonly Tensor[],
  hasBlank: boolean,
): Tensor[] {
  const selects = !isAll || (hasBlank && !dialect.hasQuotes);
  return execute("DecodeCSV", [records, [...defaults]], {
    OUT_TYPE: columns.map(({ type }) => type),
    field_delim: String.fromCharCode(dialect.delimiter),
    use_quote_delim: dialect.hasQuotes,
    na_value: dialect.naValue,
    select_cols: selects ? columns.map(({ index }) => index) : [],
  });
}

function placeText(paths: readonly string[], indexes: readonly DerivedFile<IndexFacts>[], record: number): string {
  const place = recordPlace(paths, indexes, record);
  return `${basename(place.path)}, line ${place.line}`;
}

/** The first of `records` that cannot be read, and why. */
function explain(
  { api, paths, layout }: CsvReading,
  indexes: readonly DerivedFile<IndexFacts>[],
  records: readonly number[],
): string | undefined {
  for (const record of records) {
    const fault = faultOf(bytesOf(paths, indexes, record), layout);
    if (!fault) continue;
    const { path, line, offset } = recordPlace(paths, indexes, record);
    const where = `${path}, line ${line + fault.linesBefore} (record at byte ${offset})`;
    return `${api}: expected ${fault.expected}, got ${fault.got} at ${where}; ${fault.advice}, or leave such records out with onBadRecord: "skip"`;
  }
  return undefined;
}
