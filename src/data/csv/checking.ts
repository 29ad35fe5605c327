/** Checks CSV files ahead of time: which records could not be read by a dataset that infers its columns from the first ones. */
import type { Scanner } from "../records/scanner.ts";
import type { CsvFile } from "./csv-file.ts";
import { dialectOf } from "./dialect.ts";
import { headerOf, inferColumns } from "./inference.ts";
import { csvScanner } from "./record-scanner.ts";

const NUM_ROWS = 100;

/** Finds the records of `file`, which has a header, that can be read; a file of that ending is one with tabs. */
export function csvCheck(api: string, file: CsvFile): Scanner {
  const dialect = dialectOf(api, { fieldDelim: /\.tsv(\.gz)?$/i.test(file.path) ? "\t" : "," }, true);
  const names = headerOf(api, file, dialect);
  const { columns } = inferColumns(api, [file], { dialect, names, numRecords: NUM_ROWS, skipsBad: true });
  const layout = {
    dialect,
    columns: columns.map(({ name, type }, index) => ({ index, name, type, isRequired: false })),
    numFields: names.length,
  };
  return csvScanner(layout, { onBadRecord: "skip", skipOption: "" });
}
