/** Finds the records of CSV files, for the index that all formats share. */
import type { Json } from "../derived-file.ts";
import type { Entries } from "../records/entries.ts";
import type { FileWindow } from "../records/file-window.ts";
import type { Damage, OnBadRecord, Scanner } from "../records/scanner.ts";
import { faultOf, type Layout } from "./columns.ts";
import { countLines, lineAt } from "./lines.ts";
import { isUtf16, markBytes, recordsIn } from "./records-in.ts";
import { RecordScanner } from "./scanner.ts";

/** What is done about records that cannot be read. */
export interface BadRecords {
  readonly onBadRecord: OnBadRecord;
  /** The option that leaves them out, for messages: `onBadRecord: "skip"`. */
  readonly skipOption: string;
}

/** What reading must know of a file: how many records have no bytes. DecodeCSV sees no field in them. */
export type CsvFacts = { readonly numBlank: number };

const FORMAT = 1;
/** How much of a record is searched for what is wrong with its quotes. */
const LONGEST_LOOK = 1 << 16;

/**
 * Finds records of `layout`, without the header. Whether they can be read is looked at where bad ones are to be left out; else only
 * whether the last quote is closed, for one that is not swallows the rest of the file.
 */
export function csvScanner(layout: Layout, { onBadRecord, skipOption }: BadRecords): Scanner {
  const { delimiter, hasQuotes, hasHeader, naValue } = layout.dialect;
  const columns = layout.columns.map(({ index, type, isRequired }): Json => [index, type, isRequired]);
  const checks = onBadRecord === "skip";
  const advice = `mend the file, or pass ${skipOption} to leave such records out and count them`;
  return {
    options: [
      "csv",
      FORMAT,
      delimiter,
      hasQuotes,
      hasHeader,
      checks ? [naValue, layout.numFields ?? null, columns] : null,
    ],
    scan: (file, entries, tell) => {
      const bad = (damage: Damage): void => tell({ advice, ...damage });
      if (file.size <= markBytes(file))
        bad({ offset: 0, record: 0, expected: "at least one line", got: "an empty file" });
      if (isUtf16(file)) {
        bad({ offset: 0, record: 0, expected: "text in UTF-8", got: "UTF-16", advice: "save it as UTF-8" });
        return { numBlank: 0 };
      }
      return checks ? scanGood(file, entries, layout, bad) : scanAll(file, entries, layout, bad);
    },
  };
}

function scanAll(file: FileWindow, entries: Entries, layout: Layout, bad: (damage: Damage) => void): CsvFacts {
  const { dialect } = layout;
  let at = markBytes(file);
  let [isHeader, numBlank, last] = [dialect.hasHeader, 0, at];
  const onRecord = (start: number, end: number): void => {
    last = start;
    if (isHeader) isHeader = false;
    else {
      entries.add(start, end - start);
      if (end === start) numBlank++;
    }
  };
  const scanner = new RecordScanner(dialect, onRecord, at);
  for (let shown = file.shown(at); shown > 0; shown = file.shown(at)) {
    const first = file.at(at, shown);
    scanner.take(file.bytes.subarray(first, first + shown));
    at += shown;
  }
  if (scanner.finish()) bad(openQuote(file, layout, last, entries.count - 1));
  return { numBlank };
}

/** What is wrong with the last record, which begins at `offset`, when a quote is open at the end of the file. */
function openQuote(file: FileWindow, layout: Layout, offset: number, record: number): Damage {
  const line = lineAt(file, offset);
  const length = Math.min(file.size - offset, LONGEST_LOOK);
  const first = file.at(offset, length);
  const expected = faultOf(file.bytes.subarray(first, first + length), layout)?.expected;
  return {
    offset,
    record,
    expected: expected ?? "a quoted field to end with a quote",
    got: `the end of the file in a record that begins on line ${line}`,
  };
}

function scanGood(file: FileWindow, entries: Entries, layout: Layout, bad: (damage: Damage) => void): CsvFacts {
  let [isHeader, numBlank, record, line] = [layout.dialect.hasHeader, 0, 0, 1];
  for (const { bytes, offset } of recordsIn(file, layout.dialect)) {
    const fault = isHeader ? undefined : faultOf(bytes, layout);
    if (fault) {
      const { expected, got, linesBefore } = fault;
      bad({ offset, record, expected, got: `${got} on line ${line + linesBefore}, where ${expected} should be` });
    } else if (!isHeader) {
      entries.add(offset, bytes.length);
      if (bytes.length === 0) numBlank++;
    }
    if (!isHeader) record++;
    isHeader = false;
    line += countLines(bytes) + 1;
  }
  return { numBlank };
}
