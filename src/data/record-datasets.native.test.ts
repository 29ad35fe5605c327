import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import * as tf from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-records-"));
afterAll(() => rmSync(folder, { recursive: true }));

let numFiles = 0;
function written(records: readonly (string | Uint8Array)[], options: tf.io.TFRecordWriterOptions = {}): string[] {
  using writer = new tf.io.TFRecordWriter(join(folder, `${numFiles++}.tfrecord`), options);
  for (const record of records) writer.write(record);
  return writer.paths;
}

const read = (dataset: tf.data.Dataset<tf.Tensor>): unknown[] => {
  using owned = dataset;
  return [...owned.asArrayIterator()];
};
const many = Array.from({ length: 3000 }, (_, i) => `record ${i} ${"x".repeat(i % 60)}`);

test("records come back as they were written, from one file and from shards, with an index beside them", () => {
  const [path] = written(many) as [string];
  expect(existsSync(`${path}.index`)).toBe(true);
  expect(read(new tf.data.TFRecordDataset(path))).toEqual(many);
  const shards = written(many, { numShards: 3 });
  const dealt = [0, 1, 2].flatMap((shard) => many.filter((_, i) => i % 3 === shard));
  expect(read(new tf.data.TFRecordDataset(shards))).toEqual(dealt);
});

test("an index made by reading is the one that the writer made", () => {
  const [path] = written(many) as [string];
  const index = readFileSync(`${path}.index`);
  rmSync(`${path}.index`);
  read(new tf.data.TFRecordDataset(path).take(1));
  expect(readFileSync(`${path}.index`).equals(index)).toBe(true);
});

test("shuffled, parsed in batches and read from the middle, each record comes once", () => {
  const shards = written(many, { numShards: 2 });
  using dataset = new tf.data.TFRecordDataset(shards).shuffle({ seed: 3 }).batch(256);
  const order = [...dataset.asArrayIterator()].flat() as string[];
  expect([...order].sort()).toEqual([...many].sort());
  using iterator = dataset.iterator({ epoch: 0, startStep: 5 });
  expect(iterator.next()?.array()).toEqual(order.slice(5 * 256, 6 * 256));
});

test("packed files are read, up to a limit", () => {
  for (const compressionType of ["GZIP", "ZLIB"] as const) {
    const [path] = written(many, { compressionType }) as [string];
    expect(read(new tf.data.TFRecordDataset(path, { compressionType }))).toEqual(many);
    expect(() => new tf.data.TFRecordDataset(path, { compressionType, maxUnpackedBytes: 1000 })).toThrow(
      /to unpack to at most 1000 bytes.*got more; unpack it on the disk/,
    );
  }
  const cut = join(folder, "cut.gz");
  writeFileSync(cut, gzipSync("some text").subarray(0, 15));
  expect(() => new tf.data.TextLineDataset(cut, { compressionType: "GZIP" })).toThrow(/a whole file packed with GZIP/);
});

test("damage throws with file, offset and record, or is left out and counted", () => {
  const [path] = written(["one", "two", "three"]) as [string];
  const bytes = readFileSync(path);
  bytes[19 + 13] = 0;
  writeFileSync(path, bytes);
  expect(() => new tf.data.TFRecordDataset(path)).toThrow(
    `expected data that matches its checksum in ${path}, got data with another checksum (record 1, offset 19)`,
  );
  using dataset = new tf.data.TFRecordDataset(path, { onBadRecord: "skip" });
  expect(dataset.plan.sources?.[0]?.skipped).toBe(1);
  expect([...dataset.asArrayIterator()]).toEqual(["one", "three"]);
  truncateSync(path, 0);
  expect(() => new tf.data.TFRecordDataset(path)).toThrow("got an empty file");
  expect(() => new tf.data.TFRecordDataset(join(folder, "none"))).toThrow(/expected a file, got nothing at/);
});

test("a file that changes after it was opened is told when it is read", () => {
  const [path] = written(["one", "two"]) as [string];
  using dataset = new tf.data.TFRecordDataset(path);
  appendFileSync(path, "more");
  expect(() => [...dataset]).toThrow(/expected .* to stay as it was when the dataset was made/);
});

test("lines are read as TensorFlow reads them", () => {
  const path = join(folder, "lines.txt");
  writeFileSync(path, "one\r\n\ntwo\rhalf\nlast");
  expect(read(new tf.data.TextLineDataset([path, path]))).toEqual([
    "one",
    "",
    "twohalf",
    "last",
    "one",
    "",
    "twohalf",
    "last",
  ]);
});

test("records of one length are read between header and footer, and other lengths are told", () => {
  const [path, other] = [join(folder, "a.bin"), join(folder, "b.bin")];
  writeFileSync(path, "##aabbcc!");
  writeFileSync(other, "##dd!");
  const options = { headerBytes: 2, footerBytes: 1 };
  expect(read(new tf.data.FixedLengthRecordDataset([path, other], 2, options))).toEqual(["aa", "bb", "cc", "dd"]);
  expect(() => new tf.data.FixedLengthRecordDataset(path, 2)).toThrow(/whole records of 2 .* got 9 bytes/);
  expect(read(new tf.data.FixedLengthRecordDataset(path, 2, { onBadRecord: "skip" }))).toEqual([
    "##",
    "aa",
    "bb",
    "cc",
  ]);
});

test("a record is described by its file, number and offset", () => {
  using dataset = new tf.data.TFRecordDataset(written(["one", "two", "three"], { numShards: 2 }));
  expect(dataset.plan.sources?.[0]?.describeRecord?.(2)).toMatch(/tfrecord-00001-of-00002, record 0, offset 0$/);
  dataset.plan.sources?.[0]?.readAhead?.(0, 3);
});
