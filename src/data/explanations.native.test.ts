import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { afterAll, expect, test } from "vitest";
import * as tf from "../index.ts";
import { DataIterator } from "./iterator.ts";
import { OwnRows } from "./own-rows.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-explanations-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Values =
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] }
  | { readonly texts: readonly string[] };

/** A tf.train.Example with these features. */
function example(features: Readonly<Record<string, Values>>): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).fork();
  for (const [name, values] of Object.entries(features)) {
    const entry = writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(name);
    const feature = entry.tag(2, WireType.LengthDelimited).fork();
    if ("texts" in values) {
      const list = feature.tag(1, WireType.LengthDelimited).fork();
      for (const text of values.texts) list.tag(1, WireType.LengthDelimited).string(text);
      list.join();
    } else {
      const isFloats = "floats" in values;
      const list = feature.tag(isFloats ? 2 : 3, WireType.LengthDelimited).fork();
      const packed = list.tag(1, WireType.LengthDelimited).fork();
      if (isFloats) for (const value of values.floats) packed.float(value);
      else for (const value of values.ints) packed.int64(value);
      packed.join();
      list.join();
    }
    feature.join();
    entry.join();
  }
  return writer.join().finish();
}

const good = example({ x: { floats: [1, 2] }, label: { ints: [3] } });
const features = { x: new tf.io.FixedLenFeature([2], "float32"), label: new tf.io.FixedLenFeature([], "int64") };

let numFiles = 0;
function fileOf(records: readonly (Uint8Array | string)[]): string {
  const path = join(folder, `${numFiles++}.tfrecord`);
  using writer = new tf.io.TFRecordWriter(path);
  for (const record of records) writer.write(record);
  return path;
}

const damages: readonly [kind: string, record: Uint8Array, told: string][] = [
  [
    "a missing feature",
    example({ label: { ints: [3] } }),
    'expected feature "x", got none of this name, but "label" in PLACE; give the feature a defaultValue',
  ],
  [
    "another number of values",
    example({ x: { floats: [1] }, label: { ints: [3] } }),
    'expected feature "x" to have 2 values ([2]), got 1 in PLACE; describe features of any length by tf.io.RaggedFeature',
  ],
  [
    "a string where numbers should be",
    example({ x: { texts: ["1", "2"] }, label: { ints: [3] } }),
    'expected feature "x" to be float32, got 2 of string in PLACE; describe it as "string" and cast or decode it after parsing',
  ],
  [
    "whole numbers where floats should be",
    example({ x: { ints: [1, 2] }, label: { ints: [3] } }),
    'expected feature "x" to be float32, got 2 of int64 in PLACE; describe it as "int64"',
  ],
  [
    "a message that is cut",
    good.subarray(0, -3),
    "expected a tf.train.Example, got 34 bytes that are none (premature EOF) in PLACE",
  ],
];

test.each(damages)(
  "%s is told with file, record, offset and feature, whichever way records are parsed",
  (_, bad, told) => {
    const records = Array.from({ length: 7 }, (_, i) => (i === 4 ? bad : good));
    const path = fileOf(records);
    const expected = told.replace("PLACE", `${path}, record 4, offset ${4 * (good.length + 16)}`);
    const source = (): tf.data.Dataset<tf.Tensor> => new tf.data.TFRecordDataset(path);
    const single = (record: tf.Tensor) => tf.io.parseSingleExample(record, features);
    const several = (batch: tf.Tensor) => tf.io.parseExample(batch, features);
    for (const dataset of [
      source().map(single),
      source().map(single).batch(3),
      source().batch(3).map(several),
      source().shuffle({ seed: 1 }).batch(7).map(several),
    ]) {
      expect(() => [...dataset]).toThrow(expected);
      dataset.dispose();
    }
  },
);

test("the rows before the failing element are read, and those behind it", () => {
  using dataset = new tf.data.TFRecordDataset(fileOf([good, "no example", good])).map((record) =>
    tf.io.parseSingleExample(record, features),
  );
  using iterator = dataset.iterator();
  expect(iterator.next()?.x.array()).toEqual([1, 2]);
  expect(() => iterator.next()).toThrow(/element 1 of epoch 0: tf\.io\.parseExample: .* record 1, offset/);
  expect(iterator.next()?.x.array()).toEqual([1, 2]);
});

test("defaults, sequences and ragged features are taken for what they are", () => {
  const described = {
    x: new tf.io.RaggedFeature("float32"),
    y: new tf.io.FixedLenFeature([2], "float32", { defaultValue: [7, 8] }),
    z: new tf.io.FixedLenSequenceFeature([2], "int64", { allowMissing: true }),
  };
  const bad = example({ z: { ints: [1, 2, 3] } });
  using dataset = new tf.data.TFRecordDataset(fileOf([good, bad])).batch(2).map((batch) => {
    const { x, y, z } = tf.io.parseExample(batch, described);
    return [x.values, y, z] as const;
  });
  expect(() => [...dataset]).toThrow('expected feature "z" to have a multiple of 2 values ([2]), got 3');
});

test("a worker that reads the rows of its shards alone tells it too", () => {
  using dataset = new tf.data.TFRecordDataset(fileOf([good, good, "no example", good]))
    .map((record) => tf.io.parseSingleExample(record, features))
    .batch(4);
  using own = OwnRows.of(dataset.plan)!;
  using first = new DataIterator(own.partsFor({ from: 0, to: 1, of: 2 }));
  expect(() => first.next()).not.toThrow();
  using second = new DataIterator(own.partsFor({ from: 1, to: 2, of: 2 }));
  expect(() => second.next()).toThrow(/element 0 of epoch 0: tf\.io\.parseExample: .* record 2, offset/);
});

test("records that lack what is asked of them are told before the first is read, or left out and counted", () => {
  for (const [, bad] of damages) {
    const path = fileOf([good, bad, good]);
    expect(() => new tf.data.TFRecordDataset(path, { features })).toThrow(
      new RegExp(`new tf\\.data\\.TFRecordDataset: expected .*\\(record 1, offset ${good.length + 16}\\)`),
    );
    const dataset = new tf.data.TFRecordDataset(path, { features, onBadRecord: "skip" }).map((record) =>
      tf.io.parseSingleExample(record, features),
    );
    expect(dataset.plan.sources?.map(({ skipped }) => skipped)).toEqual([1]);
    expect([...dataset.asArrayIterator()].map(({ x }) => x)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    dataset.dispose();
  }
});

test("another function's failure is told with the record at which it happens", () => {
  const path = join(folder, "numbers.txt");
  writeFileSync(path, "1\n2\nthree\n4\n");
  const number = (line: tf.Tensor) => tf.strings.toNumber(line);
  const lines = (): tf.data.Dataset<tf.Tensor> => new tf.data.TextLineDataset(path);
  using single = lines().map(number).batch(4);
  expect(() => [...single]).toThrow(new RegExp(`three.*\\(in ${path}, record 2, offset 4\\)`));
  using batched = lines().batch(4).map(number);
  expect(() => [...batched]).toThrow(
    new RegExp(`three.*\\(in one of 4 records, the first ${path}, record 0, offset 0\\)`),
  );
  const bin = join(folder, "numbers.bin");
  writeFileSync(bin, "12ab");
  using fixed = new tf.data.FixedLengthRecordDataset([bin, bin], 2).map(number);
  expect(() => [...fixed]).toThrow(new RegExp(`ab.*\\(in ${bin}, record 1, offset 2\\)`));
});

test("of two files that are zipped, both records are told", () => {
  const [first, second] = [fileOf(["1", "x"]), fileOf(["1", "2"])];
  const files = [first, second].map((path) => new tf.data.TFRecordDataset(path));
  using dataset = tf.data.Dataset.zip([files[0]!, files[1]!]).map((a, b) =>
    tf.add(tf.strings.toNumber(a), tf.strings.toNumber(b)),
  );
  expect(() => [...dataset]).toThrow(`(in ${first}, record 1, offset 17; in ${second}, record 1, offset 17)`);
});

test("a file that changes while it is read is told as that", () => {
  const path = fileOf([good, "no example"]);
  using dataset = new tf.data.TFRecordDataset(path).map((record) => tf.io.parseSingleExample(record, features));
  using iterator = dataset.iterator();
  iterator.next();
  appendFileSync(path, "more");
  expect(() => iterator.next()).toThrow(/expected .* to stay as it was when the dataset was made/);
});
