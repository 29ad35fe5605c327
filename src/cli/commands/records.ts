/** `tensorfleet records`: checks files of records, indexes them ahead of time, and writes them. It loads no TensorFlow. */
import type { Command } from "commander";
import { csvCheck } from "../../data/csv/checking.ts";
import { csvFile } from "../../data/csv/csv-file.ts";
import { ENTRY_BYTES, Entries } from "../../data/records/entries.ts";
import { FileWindow } from "../../data/records/file-window.ts";
import {
  type CompressionType,
  indexThreads,
  recordIndex,
  scanFile,
  scanned,
  unpacked,
} from "../../data/records/record-index.ts";
import { ScanThreads } from "../../data/records/scan-threads.ts";
import { type Damage, describeDamage, type Scanner } from "../../data/records/scanner.ts";
import { textLineScanner } from "../../data/records/text-lines.ts";
import { tfRecordScanner } from "../../data/records/tfrecord.ts";
import { TFRecordWriter } from "../../data/records/writer.ts";
import { stateOf } from "../../data/source-files.ts";
import { integerAtLeast } from "../numbers.ts";
import { registerConvert } from "./records-convert.ts";

interface FormatOptions {
  readonly lines?: true;
  readonly gzip?: true;
}

interface WriteOptions extends FormatOptions {
  readonly output: string;
  readonly shards?: number;
  readonly packed?: true;
}

const MOST_UNPACKED_BYTES = 2 ** 31;
const api = "tensorfleet records";

/** Adds `records` to the program. */
export function registerRecords(program: Command): void {
  const records = program
    .command("records")
    .description("check, index and write files of records (TFRecord, lines of text), and make them of other files");
  const withFormat = (command: Command, files = "<files...>"): Command =>
    command
      .argument(files, "TFRecord files")
      .option("--lines", "the files are text, a record a line")
      .option("--gzip", "the files are packed with gzip");
  withFormat(
    records.command("check").description("read every record and tell of damage; exits 1 when there is any"),
    "[files...]",
  )
    .option("--csv", "the files are CSV with a header; dtypes follow from the first 100 records")
    .option("--ledger <folder>", "prove instead that a run with --ledger has read every sample exactly once")
    .option("--json", "with --ledger: print the proof as JSON")
    .action(check);
  withFormat(records.command("index").description("make the indexes that reading would make")).action(index);
  withFormat(
    records.command("write").description("write the records of all files to TFRecord files, with their indexes"),
  )
    .requiredOption("--output <file>", "the file to write")
    .option("--shards <number>", "over how many files the records are dealt", integerAtLeast(1))
    .option("--packed", "pack what is written with gzip")
    .action(write);
  registerConvert(records);
}

const scannerOf = ({ lines }: FormatOptions): Scanner => (lines ? textLineScanner : tfRecordScanner());
const packingOf = (options: FormatOptions) => ({
  compressionType: compressionOf(options),
  maxUnpackedBytes: MOST_UNPACKED_BYTES,
});
const compressionOf = ({ gzip }: FormatOptions): CompressionType => (gzip ? "GZIP" : "");

interface CheckOptions extends FormatOptions {
  readonly csv?: true;
  readonly ledger?: string;
  readonly json?: true;
}

async function check(paths: readonly string[], options: CheckOptions, command: Command): Promise<void> {
  const { ledger } = options;
  if (ledger === undefined && paths.length === 0) command.error(`${api} check: expected files, or --ledger FOLDER`);
  if (ledger !== undefined) {
    const { printLedgerCheck } = await import("../ledger-report.ts");
    failing(() => printLedgerCheck(ledger, options));
  }
  const scanning = { scanner: scannerOf(options), onBadRecord: "skip" } as const;
  using threads = options.gzip || options.csv ? undefined : ScanThreads.for(paths, scanning);
  for (const path of paths)
    failing(() => {
      const { bytes } = stateOf(api, path);
      using file = windowOf(path, options);
      const scanner = options.csv ? csvCheck(api, csvFile({ api, ...packingOf(options) }, path)) : scanning.scanner;
      const [entries, damages] = [new Entries(), [] as Damage[]];
      scanFile(path, file, { ...scanning, scanner, threads, entries, bad: (damage) => void damages.push(damage) });
      console.log(`${path}: ${entries.count} records, ${bytes} bytes, ${damages.length} damaged`);
      for (const damage of damages) console.log(`  ${describeDamage(damage)}`);
      if (damages.length > 0) process.exitCode = 1;
    });
}

function index(paths: readonly string[], options: FormatOptions): void {
  const settings = {
    api,
    scanner: scannerOf(options),
    onBadRecord: "throw",
    compressionType: compressionOf(options),
    maxUnpackedBytes: MOST_UNPACKED_BYTES,
  } as const;
  using threads = indexThreads(paths, settings);
  for (const path of paths)
    failing(() => {
      const { numRecords, entries } = recordIndex(path, { ...settings, threads });
      const place = entries instanceof Uint8Array ? "too small or packed: indexed as it is opened" : entries.path;
      console.log(`${path}: ${numRecords} records (${place})`);
    });
}

function write(paths: readonly string[], options: WriteOptions): void {
  failing(() => {
    using writer = new TFRecordWriter(options.output, {
      numShards: options.shards ?? 1,
      compressionType: options.packed ? "GZIP" : "",
    });
    let numRecords = 0;
    for (const path of paths) {
      using file = windowOf(path, options);
      const settings = { api, scanner: scannerOf(options), onBadRecord: "throw" } as const;
      const { entries } = scanned(path, file, settings, (line) => console.error(line));
      const table = Buffer.from(entries.bytes());
      for (let at = 0; at < table.length; at += ENTRY_BYTES, numRecords++) {
        const [offset, bytes] = [Number(table.readBigInt64LE(at)), Number(table.readBigInt64LE(at + 8))];
        const i = bytes === 0 ? 0 : file.at(offset, bytes);
        writer.write(file.bytes.subarray(i, i + bytes));
      }
    }
    writer.close();
    console.log(`${numRecords} records written to ${writer.paths.join(", ")}`);
  });
}

function windowOf(path: string, options: FormatOptions): FileWindow {
  const compressionType = compressionOf(options);
  stateOf(api, path);
  return new FileWindow(compressionType === "" ? path : unpacked(path, { api, ...packingOf(options) }));
}

/** Runs `body`; what it throws is told, and the exit code is 1. */
function failing(body: () => void): void {
  try {
    body();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
