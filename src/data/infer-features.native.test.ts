import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { afterAll, describe, expect, it, vi } from "vitest";
import * as tf from "../index.ts";
import type { InferFeaturesOptions } from "./infer-features.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-infer-"));
let numFiles = 0;
afterAll(() => rmSync(folder, { recursive: true }));

type Values =
  | { readonly bytes: readonly (string | Uint8Array)[] }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] };

/** A serialized tf.train.Example. */
function example(features: Record<string, Values>): Uint8Array {
  const entries = new BinaryWriter();
  for (const [name, values] of Object.entries(features)) {
    const list = new BinaryWriter();
    let kind = 1;
    if ("bytes" in values) for (const value of values.bytes) list.tag(1, 2).bytes(Buffer.from(value));
    else if ("floats" in values) {
      kind = 2;
      list.tag(1, 2).fork();
      for (const value of values.floats) list.float(value);
      list.join();
    } else {
      kind = 3;
      for (const value of values.ints) list.tag(1, 0).int64(value);
    }
    entries.tag(1, 2).fork().tag(1, 2).string(name).tag(2, 2).fork().tag(kind, 2).bytes(list.finish()).join().join();
  }
  return new BinaryWriter().tag(1, 2).bytes(entries.finish()).finish();
}

function fileOf(records: readonly Uint8Array[]): string {
  const path = join(folder, `${numFiles++}.tfrecord`);
  using writer = new tf.io.TFRecordWriter(path);
  for (const record of records) writer.write(record);
  return path;
}

function infer(records: readonly Uint8Array[], options: InferFeaturesOptions = {}) {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const path = fileOf(records);
    const features = tf.data.experimental.inferFeatures(path, options);
    return { path, features, printed: written.mock.calls.map(([text]) => text).join("") };
  } finally {
    written.mockRestore();
  }
}

const records = [
  example({
    x: { floats: [1, 2.5] },
    label: { ints: [3] },
    words: { bytes: ["a", "b"] },
    image: { bytes: [new Uint8Array(200)] },
  }),
  example({
    x: { floats: [3, 4] },
    label: { ints: [4] },
    words: { bytes: [] },
    note: { bytes: ["late"] },
    image: { bytes: ["x"] },
  }),
];

describe("inferFeatures", () => {
  it("describes the features of examples for parseExample", () => {
    const { path, features } = infer(records);
    expect(Object.keys(features)).toEqual(["image", "label", "note", "words", "x"]);
    expect(features.x).toEqual(new tf.io.FixedLenFeature([2], "float32"));
    expect(features.label).toEqual(new tf.io.FixedLenFeature([], "int64"));
    expect(features.words).toEqual(new tf.io.RaggedFeature("string"));
    expect(features.note).toEqual(new tf.io.FixedLenFeature([], "string", { defaultValue: "" }));
    using dataset = new tf.data.TFRecordDataset(path);
    using parsed = dataset.batch(2).map((batch) => tf.io.parseExample(batch, features));
    const [element] = [...parsed.asArrayIterator()];
    expect(element).toMatchObject({
      x: [
        [1, 2.5],
        [3, 4],
      ],
      label: [3, 4],
      note: ["", "late"],
      words: { values: ["a", "b"], rowSplits: [0, 2, 2] },
    });
  });

  it("prints what it found", () => {
    const { path, printed } = infer(records);
    expect(printed).toBe(
      [
        `tensorfleet: inferFeatures: 5 features of 2 records in ${path}, from 2 records`,
        "  feature  parsed as                       dtype    values  missing  example",
        "  image    FixedLenFeature []              string   1       0        <200 bytes>",
        "  label    FixedLenFeature []              int64    1       0        3",
        '  note     FixedLenFeature [], default ""  string   1       1        "late"',
        '  words    RaggedFeature                   string   0 to 2  0        "a", "b"',
        "  x        FixedLenFeature [2]             float32  2       0        1, 2.5",
        "",
      ].join("\n"),
    );
    expect(infer(records, { verbose: false }).printed).toBe("");
  });

  it("looks at as many records as it is told", () => {
    const { features } = infer(records, { numRecords: 1 });
    expect(features.words).toEqual(new tf.io.FixedLenFeature([2], "string"));
    expect(features.note).toBeUndefined();
    const many = [...Array<Uint8Array>(100).fill(example({ n: { ints: [1] } })), example({ n: { ints: [1, 2] } })];
    expect(infer(many).features.n).toEqual(new tf.io.FixedLenFeature([], "int64"));
    expect(infer(many, { numRecords: null }).features.n).toEqual(new tf.io.RaggedFeature("int64"));
  });

  it("refuses records that are no examples, and features of two dtypes", () => {
    expect(() => infer([Buffer.from("word")])).toThrow(
      /inferFeatures: expected a tf.train.Example, got 4 bytes that are none .* in .*tfrecord, record 0/,
    );
    expect(() => infer([example({ n: { ints: [1] } }), example({ n: { floats: [1] } })])).toThrow(
      /feature "n" to be int64 as in .*record 0, .*got float32 in .*record 1/,
    );
    expect(() => infer([example({})])).toThrow(/expected examples with features, got none in 1 record/);
    expect(() => infer(records, { numRecords: 0 })).toThrow(/numRecords/);
    expect(() => tf.data.experimental.inferFeatures(join(folder, "none"))).toThrow(/expected a file, got nothing/);
  });
});
