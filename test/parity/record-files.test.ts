/** Files of records, whole and damaged (make_record_files.py), are read as Python's tf.data reads them: record by record, byte by byte. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import * as tf from "../../src/index.ts";

interface RecordsCase {
  readonly name: string;
  readonly kind: "tfrecord" | "lines" | "fixed";
  readonly options: tf.data.FixedLengthRecordOptions & { readonly recordBytes?: number };
  /** The file, and the records that Python reads of it before the error, if there is one; all in base 64. */
  readonly file: string;
  readonly records: readonly string[];
  readonly error: string | null;
}

const golden = fileURLToPath(new URL("data-files/records.json", import.meta.url));
const { cases } = JSON.parse(readFileSync(golden, "utf8")) as { cases: readonly RecordsCase[] };
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-record-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "file");

function opened(
  { kind, options, file }: RecordsCase,
  onBadRecord: "throw" | "skip",
): tf.data.Dataset<tf.Tensor<"string">> {
  writeFileSync(path, Buffer.from(file, "base64"));
  const { recordBytes = 0, ...others } = { ...options, onBadRecord };
  if (kind === "tfrecord") return new tf.data.TFRecordDataset(path, others);
  if (kind === "lines") return new tf.data.TextLineDataset(path, others);
  return new tf.data.FixedLengthRecordDataset(path, recordBytes, others);
}

function recordsOf(dataset: tf.data.Dataset<tf.Tensor<"string">>): string[] {
  using owned = dataset;
  const records: string[] = [];
  for (const record of owned) records.push(Buffer.from(record.bytes()[0] as Uint8Array).toString("base64"));
  return records;
}

/** Damage over which Python passes in silence: what is left over ends its reading as if nothing were. */
const silent: Readonly<Record<string, string>> = {
  "no bytes": "got an empty file (record 0, offset 0)",
  "a length cut": "got the end of the file after 5 bytes of a record (record 1, offset 19)",
  "a header cut": "got the end of the file after 11 bytes of a record (record 1, offset 19)",
  "bytes behind the last record": "got the end of the file after 3 bytes of a record (record 4, offset 79)",
  "an empty text": "got an empty file (record 0, offset 0)",
  "of one length, no bytes": "got an empty file (record 0, offset 0)",
};

/** Damage at which Python ends, in our words. */
const told: Readonly<Record<string, string>> = {
  "data cut": "got the end of the file after 14 of 19 bytes of a record (record 1, offset 19)",
  "a footer cut": "got the end of the file after 17 of 19 bytes of a record (record 1, offset 19)",
  "the last byte cut": "got the end of the file after 19 of 20 bytes of a record (record 3, offset 59)",
  "another length": "got a length that does not match its checksum (record 1, offset 19)",
  "another sum of the length": "got a length that does not match its checksum (record 1, offset 19)",
  "another byte": "got data with another checksum (record 1, offset 19)",
  "another sum of the data": "got data with another checksum (record 1, offset 19)",
  "a length beyond the file": "got the end of the file after 60 of 1000016 bytes of a record (record 1, offset 19)",
  "a length beyond all files": "got a length that does not match its checksum (record 1, offset 19)",
  "no records at all": "got a length that does not match its checksum (record 0, offset 0)",
  "gzip that is cut": 'got "unexpected end of file"; fetch it again if it is cut',
  "what is not packed read as packed": 'got "incorrect header check"',
  "bytes left over": "got 24 bytes (record 4, offset 20)",
  "less than a record": "got 24 bytes (record 0, offset 0)",
  "less than a header": "got 24 bytes (record 0, offset 30)",
};

const whole = cases.filter(({ name, error }) => error === null && !(name in silent));
const damaged = cases.filter(({ name, error }) => error !== null || name in silent);

describe("what Python wrote is what is read:", () => {
  test.each(whole)("$name", (each) => {
    expect(recordsOf(opened(each, "throw"))).toEqual(each.records);
    expect(recordsOf(opened(each, "skip"))).toEqual(each.records);
  });

  test("and what is written here is what Python writes", () => {
    const { file, records } = cases.find(({ name }) => name === "records of many lengths") as RecordsCase;
    using writer = new tf.io.TFRecordWriter(path);
    for (const record of records) writer.write(Buffer.from(record, "base64"));
    writer.close();
    expect(readFileSync(path).toString("base64")).toBe(file);
  });
});

describe("what is damaged is told with its place, or left out and counted:", () => {
  test.each(damaged)("$name", (each) => {
    const { name, options, records } = each;
    expect(() => opened(each, "throw")).toThrow(told[name] ?? silent[name]);
    if (options.compressionType) return; // as a whole: nothing behind the damage can be unpacked
    const dataset = opened(each, "skip");
    expect(dataset.plan.sources?.[0]?.skipped).toBe(1);
    expect(recordsOf(dataset).slice(0, records.length)).toEqual(records);
  });

  test("every kind has its words", () => {
    expect(damaged.map(({ name }) => name).sort()).toEqual([...Object.keys(told), ...Object.keys(silent)].sort());
  });
});
