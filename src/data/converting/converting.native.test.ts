import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import * as tf from "../../index.ts";
import { type DialectOptions, dialectOf } from "../csv/dialect.ts";
import { writeExamples } from "./conversion.ts";
import { type CsvConversion, csvExamples } from "./csv.ts";
import { imageExamples } from "./images.ts";
import { jsonExamples } from "./json-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-convert-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const csv = (paths: readonly string[], given: Partial<CsvConversion> & DialectOptions = {}) =>
  csvExamples({
    api: "convert",
    paths,
    onBadRecord: "throw",
    dialect: dialectOf("convert", given, true),
    compressionType: "",
    maxUnpackedBytes: 1 << 20,
    columnNames: undefined,
    dtypes: {},
    ...given,
  });

function parsed(paths: readonly string[], features: tf.io.FeatureSpecs): unknown[] {
  using records = new tf.data.TFRecordDataset(paths);
  using dataset = records.batch(100).map((batch) => tf.io.parseExample(batch, features));
  return [...dataset.asArrayIterator()];
}

describe("CSV files as examples", () => {
  const text = 'id,word,x\n1,a,0.5\n3000000000,,\n+3,"b, ""c""\nd",-2\n';
  const features = {
    id: new tf.io.FixedLenFeature([], "int64"),
    word: new tf.io.FixedLenFeature([], "string", { defaultValue: "none" }),
    x: new tf.io.FixedLenFeature([], "float32", { defaultValue: -1 }),
  };

  it("have a feature for each column, missing where a field is empty", () => {
    const data = csv([write("a.csv", text)]);
    expect(data.features).toEqual({
      id: { dtype: "int64", count: 1, numMissing: 0 },
      word: { dtype: "string", count: 1, numMissing: 1 },
      x: { dtype: "float32", count: 1, numMissing: 1 },
    });
    const { numRecords, paths } = writeExamples(data, join(folder, "a.tfrecord"), {});
    expect(numRecords).toBe(3);
    expect(parsed(paths, features)).toEqual([
      { id: [1, 3000000000, 3], word: ["a", "none", 'b, "c"\nd'], x: [0.5, -1, -2] },
    ]);
  });

  it("take dtypes from all records, and from their user", () => {
    const path = write("zip.csv", `zip,n\n${"01234,1\n".repeat(500)}99999,nan\n`);
    expect(csv([path]).features.n?.dtype).toBe("string");
    const data = csv([path], { dtypes: { zip: "string", n: "float32" } });
    const { paths } = writeExamples(data, join(folder, "zip.tfrecord"), {});
    const [batch] = parsed(paths, {
      zip: new tf.io.FixedLenFeature([], "string"),
      n: new tf.io.FixedLenFeature([], "float32"),
    }) as { zip: string[] }[];
    expect(batch?.zip[0]).toBe("01234");
    expect(() => [...csv([path], { dtypes: { n: "int64" } }).examples(() => {})]).toThrow(
      /expected an int64 in column "n", got "nan" in .*zip\.csv, line 502/,
    );
    expect(() => csv([path], { dtypes: { m: "int64" } })).toThrow(/columns among zip, n, got "m"/);
  });

  it("are dealt over shards with indexes, the same bytes each time", () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i},word ${i}\n`).join("");
    const path = write("many.csv", `n,w\n${rows}`);
    const once = (name: string) => writeExamples(csv([path]), join(folder, name), { numShards: 2 }).paths;
    const [first, second] = [once("one"), once("two")];
    expect(first.map((name) => name.slice(folder.length + 1))).toEqual(["one-00000-of-00002", "one-00001-of-00002"]);
    for (const i of [0, 1]) expect(readFileSync(first[i] as string)).toEqual(readFileSync(second[i] as string));
    expect(first.every((name) => existsSync(`${name}.index`))).toBe(true);
    using dataset = new tf.data.TFRecordDataset(first);
    expect(dataset.cardinality()).toBe(5000);
  });

  it("may be packed, have other delimiters, and no header", () => {
    const packed = write("b.tsv.gz", gzipSync("1\tx\n2\ty\n"));
    const data = csv([packed], {
      compressionType: "GZIP",
      fieldDelim: "\t",
      header: false,
      columnNames: ["id", "word"],
    });
    const { paths } = writeExamples(data, join(folder, "b.tfrecord"), {});
    expect(parsed(paths, features)).toEqual([{ id: [1, 2], word: ["x", "y"], x: [-1, -1] }]);
  });

  it("fail at a record that cannot be read, and leave no file behind", () => {
    const path = write("bad.csv", 'a,b\n1,2\n1,2,3\n4,x"y\n5,6\n');
    expect(() => csv([path])).toThrow(/expected 2 fields at .*bad\.csv, line 3, got 3/);
    const typed = csv([write("typed.csv", "a\n1\nx\n")], { dtypes: { a: "int32" } });
    expect(() => writeExamples(typed, join(folder, "typed.tfrecord"), {})).toThrow(/got "x" in .*typed\.csv, line 3/);
    expect(readdirSync(folder).filter((name) => name.startsWith("typed.tfrecord"))).toEqual([]);
  });

  it("leave out such records on request, and say which", () => {
    const path = write("skip.csv", 'a,b\n1,2\n1,2,3\n4,x"y\n5,6\n');
    const data = csv([path], { onBadRecord: "skip" });
    expect(writeExamples(data, join(folder, "skip.tfrecord"), {}).numRecords).toBe(2);
    expect(data.leftOut.map(({ place }) => place)).toEqual([`${path}, line 3`, `${path}, line 4`]);
    expect(data.leftOut[0]?.problem).toBe('expected 2 fields, got 3 ("1 | 2 | 3")');
  });

  it("come from files with one header", () => {
    expect(() => csv([write("h1.csv", "a\n1\n"), write("h2.csv", "b\n1\n")])).toThrow(
      /files with one header \(a, as in .*h1\.csv\), got b in .*h2\.csv/,
    );
  });
});

describe("JSON lines as examples", () => {
  const json = (text: string, onBadRecord: "throw" | "skip" = "throw") =>
    jsonExamples({
      api: "convert",
      paths: [write("lines.jsonl", text)],
      onBadRecord,
      compressionType: "",
      maxUnpackedBytes: 1 << 20,
    });

  it("have a feature for each field, exact numbers and lists of any length among them", () => {
    const data = json(
      '{"id": 9007199254740993, "user": {"name": "Ann"}, "tags": ["a", "b"], "ok": true, "x": 1}\n\n{"id": -1, "user": {}, "tags": [], "ok": false, "x": 2.5}\n',
    );
    const { paths } = writeExamples(data, join(folder, "lines.tfrecord"), {});
    using records = new tf.data.TFRecordDataset(paths);
    const features = {
      id: new tf.io.FixedLenFeature([], "int64"),
      "user/name": new tf.io.FixedLenFeature([], "string", { defaultValue: "?" }),
      tags: new tf.io.RaggedFeature("string"),
      ok: new tf.io.FixedLenFeature([], "int64"),
      x: new tf.io.FixedLenFeature([], "float32"),
    };
    using dataset = records.map((record) => {
      const { id, ...others } = tf.io.parseSingleExample(record, features);
      return { ...others, id: tf.strings.asString(id) };
    });
    expect([...dataset.asArrayIterator()]).toEqual([
      { id: "9007199254740993", "user/name": "Ann", tags: ["a", "b"], ok: 1, x: 1 },
      { id: "-1", "user/name": "?", tags: [], ok: 0, x: 2.5 },
    ]);
  });

  it("come from objects of one kind, or are left out", () => {
    expect(() => json('{"a": 1}\n[1]\n')).toThrow(/expected a JSON object, got \[1\] in .*lines\.jsonl, line 2/);
    const data = json('{"a": 1}\n[1]\n{"a": 2}\n', "skip");
    expect([...data.examples(() => {})]).toHaveLength(2);
    expect(data.leftOut).toMatchObject([
      { place: expect.stringMatching(/line 2$/), problem: "expected a JSON object, got [1]" },
    ]);
    expect(() => json('{"a": 1}\n{"a": "x"}\n')).toThrow(
      /values of one type in field "a", got values of several types/,
    );
    expect(() => json("\n")).toThrow(/files with records, got none/);
  });
});

describe("folders of images as examples", () => {
  const png = (value: number): Uint8Array =>
    tf.tidy(() => tf.io.encodePng(tf.fill([2, 2, 1], tf.cast(value, "uint8"))).bytes()[0] as Uint8Array);

  it("hold the files with the numbers of their classes, by name", () => {
    const root = join(folder, "pets");
    for (const [name, value] of [
      ["dogs/b.png", 7],
      ["cats/a.png", 3],
      ["dogs/deep/c.PNG", 9],
    ] as const)
      write(`pets/${name}`, png(value));
    write("pets/readme.txt", "no class");
    write("pets/dogs/notes.txt", "no image");
    const data = imageExamples({ api: "convert", paths: [root], onBadRecord: "throw" });
    expect(data.classNames).toEqual(["cats", "dogs"]);
    const { numRecords, paths } = writeExamples(data, join(folder, "pets.tfrecord"), {});
    expect(numRecords).toBe(3);
    const specs = {
      image: new tf.io.FixedLenFeature([], "string"),
      label: new tf.io.FixedLenFeature([], "int64"),
      name: new tf.io.FixedLenFeature([], "string"),
    };
    using records = new tf.data.TFRecordDataset(paths);
    using dataset = records.map((record) => {
      const { image, label, name } = tf.io.parseSingleExample(record, specs);
      return { pixel: tf.reduceMax(tf.io.decodePng(image)), label, name };
    });
    expect([...dataset.asArrayIterator()]).toEqual([
      { pixel: 3, label: 0, name: "cats/a.png" },
      { pixel: 7, label: 1, name: "dogs/b.png" },
      { pixel: 9, label: 1, name: "dogs/deep/c.PNG" },
    ]);
  });

  it("refuse broken images, or leave them out", () => {
    write("broken/x/a.png", png(1));
    write("broken/x/b.png", png(1).subarray(0, 20));
    const conversion = { api: "convert", paths: [join(folder, "broken")] };
    expect(() => imageExamples({ ...conversion, onBadRecord: "throw" })).toThrow(
      /b\.png, which is cut off after 20 bytes/,
    );
    expect(imageExamples({ ...conversion, onBadRecord: "skip" }).leftOut).toMatchObject([
      { problem: "is cut off after 20 bytes" },
    ]);
    mkdirSync(join(folder, "none"));
    expect(() => imageExamples({ api: "convert", paths: [join(folder, "none")], onBadRecord: "throw" })).toThrow(
      /folders of classes/,
    );
  });
});
