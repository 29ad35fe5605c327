/** The formats of data files: valid files of each, and how all that is in one is read. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import "../../src/runtime/eager-executor.ts";
import { CsvDataset } from "../../src/data/csv-dataset.ts";
import { IdxDataset } from "../../src/data/idx-dataset.ts";
import { JsonLinesDataset } from "../../src/data/json-lines-dataset.ts";
import { makeCsvDataset } from "../../src/data/make-csv-dataset.ts";
import { NpyDataset, NpzDataset } from "../../src/data/npy-datasets.ts";
import { ParquetDataset } from "../../src/data/parquet-dataset.ts";
import { TextLineDataset, TFRecordDataset } from "../../src/data/record-datasets.ts";
import { frame } from "../../src/data/records/tfrecord.ts";
import { imageDatasetFromDirectory } from "../../src/keras/folder-datasets/image-dataset.ts";
import { encodeJpeg, encodePng, FixedLenFeature, parseExample } from "../../src/ops/io/index.ts";
import { fromRaw } from "../../src/runtime/eager-tensor.ts";
import { TensorSpec } from "../../src/runtime/function.ts";

/** A format under test, in a folder of its own. */
export interface Target {
  /** The file that is damaged. */
  readonly path: string;
  /** Its contents when it is whole. */
  readonly seeds: readonly Buffer[];
  /** The file that messages name: that itself, or what it was derived from. */
  readonly named: string;
  /** What is written where the content is that of a record, which is framed with right checksums. */
  framed?(content: Buffer): Buffer;
  /** Reads all, in one of the ways that there are: the ways take turns, from the one that reads all whole files. */
  read(turn: number): void;
}

type Reading = Disposable & Iterable<unknown>;

const MOST_ELEMENTS = 1000;

function readAll(dataset: Reading): void {
  using owned = dataset;
  let count = 0;
  for (const _ of owned) if (++count === MOST_ELEMENTS) return;
}

const golden = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../parity/data-files/${name}`, import.meta.url)));

/** A format whose file is read by itself. */
function plain(
  name: string,
  seeds: readonly Buffer[],
  ...readers: ((path: string) => Reading)[]
): (folder: string) => Target {
  return (folder) => {
    const path = join(folder, name);
    return {
      path,
      seeds,
      named: name,
      read: (turn) => readAll((readers[turn % readers.length] as (typeof readers)[0])(path)),
    };
  };
}

/** A format of which the file that is derived from it is damaged. */
function derived(
  name: string,
  content: Buffer,
  read: (path: string) => Reading,
  derivedPath: (path: string) => string,
): (folder: string) => Target {
  return (folder) => {
    const source = join(folder, name);
    writeFileSync(source, content);
    readAll(read(source));
    const path = derivedPath(source);
    return { path, seeds: [readFileSync(path)], named: name, read: () => readAll(read(source)) };
  };
}

const numbered = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const idx = Buffer.from([0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 3, ...numbered(24)]);
const idxOfFloats = Buffer.from([0, 0, 13, 1, 0, 0, 0, 3, ...numbered(12)]);
const records = ["one", "", "a longer record ".repeat(20), "two"].map((text) => frame(Buffer.from(text)));
const tfRecord = Buffer.concat(records);
const text = Buffer.from("one\r\ntwo\n\nthree");
const csv = Buffer.from('a,b,c\n1,2.5,x\n-3,1e9,"y, ""z"""\n,,\n4,5,"two\nlines"\n');
const jsonLines = Buffer.from(
  '{"a": 1, "b": [1.5, 2], "s": "x\\u00e9", "o": {"l": [true], "n": null}}\n\n{"a": 12345678901234567, "b": [NaN, 3], "s": "", "o": {"l": []}}\n',
);
/** Example { x: [1.5], n: [5], s: ["ab"] }. */
const example = Buffer.from(
  "0a280a0a0a016e12051a030a01050a0b0a017312060a040a0261620a0d0a0178120812060a040000c03f",
  "hex",
);
const features = {
  x: new FixedLenFeature([], "float32", { defaultValue: 0 }),
  n: new FixedLenFeature([], "int64", { defaultValue: 0 }),
  s: new FixedLenFeature([], "string", { defaultValue: "" }),
};
const manyRecords = Buffer.concat(numbered(900).map((i) => frame(Buffer.from(`record ${i} ${"x".repeat(i % 100)}`))));
const manyLines = Buffer.from(
  numbered(600)
    .map((i) => `{"i": ${i}, "t": "text ${i} ${"x".repeat(100)}", "l": [${numbered(i % 3)}]}`)
    .join("\n"),
);
const goldenLines = Buffer.from(golden("records.jsonl").toString().split("\n").slice(0, 8).join("\n"));
const signature = {
  a: new TensorSpec([], "int64"),
  b: new TensorSpec([2], "float32"),
  s: new TensorSpec([], "string"),
  o: { l: new TensorSpec([null], "bool") },
};
const defaults = { holes: 0, group: { y: "" } };

/** Pictures of a few pixels: PNG, JPEG, GIF, BMP. */
const pictures = (): readonly Buffer[] => {
  using pixels = fromRaw(
    "uint8",
    [6, 5, 3],
    Uint8Array.from(numbered(90), (i) => (i * 53) & 255),
  );
  using png = encodePng(pixels);
  using jpeg = encodeJpeg(pixels);
  const gif = "47494638396102000200800000ffffff00000021f90400000000002c00000000020002000002028c51003b";
  const bmp = `424d46000000000000003600000028000000020000000200000001001800${"00".repeat(26)}${"7f".repeat(16)}`;
  const encoded = [png, jpeg].map((tensor) => Buffer.from(tensor.bytes()[0] as Uint8Array));
  return [...encoded, Buffer.from(gif, "hex"), Buffer.from(bmp, "hex")];
};

/** All formats by name, each made in an empty folder. */
export const formats: Readonly<Record<string, (folder: string) => Target>> = {
  idx: plain("data.idx", [idx, idxOfFloats], (path) => new IdxDataset(path)),
  "idx packed": plain("data.idx.gz", [gzipSync(idx)], (path) => new IdxDataset(path)),
  npy: plain(
    "data.npy",
    ["f4-float32", "U4-str128", "S4-bytes32", "big-c8-complex64", "b1-bool", "scalars", "V2-bfloat16"].map((name) =>
      golden(`${name}.npy`),
    ),
    (path) => new NpyDataset(path, { dtype: "bfloat16" }),
  ),
  npz: plain("data.npz", ["arrays.npz", "packed.npz"].map(golden), (path) => new NpzDataset(path)),
  tfrecord: plain(
    "data.tfrecord",
    [tfRecord],
    (path) => new TFRecordDataset(path),
    (path) => new TFRecordDataset(path, { onBadRecord: "skip" }),
  ),
  "tfrecord packed": plain(
    "data.tfrecord.gz",
    [gzipSync(tfRecord)],
    (path) => new TFRecordDataset(path, { compressionType: "GZIP" }),
  ),
  example: (folder) => {
    const path = join(folder, "data.tfrecord");
    const read = (): void =>
      readAll(new TFRecordDataset(path).batch(2).map((records) => parseExample(records, features)));
    return {
      path,
      seeds: [example],
      named: "data.tfrecord",
      framed: (content) => Buffer.concat([frame(example), frame(content)]),
      read,
    };
  },
  lines: plain("data.txt", [text], (path) => new TextLineDataset(path)),
  csv: plain(
    "data.csv",
    [csv],
    (path) => new CsvDataset(path, [0, 0, ""], { header: true }),
    (path) => new CsvDataset(path, ["int64", "float32", "string"], { header: true, onBadRecord: "skip" }),
    (path) => makeCsvDataset(path, 2, { numEpochs: 1, shuffle: false, verbose: false }),
  ),
  "json lines": plain(
    "data.jsonl",
    [jsonLines, goldenLines],
    (path) => new JsonLinesDataset(path, { verbose: false }),
    (path) => new JsonLinesDataset(path, { outputSignature: signature }),
    (path) => new JsonLinesDataset(path, { outputSignature: signature, onBadRecord: "skip" }),
  ),
  parquet: plain(
    "data.parquet",
    ["snappy", "zstd-groups", "gzip-plain", "brotli-pages", "lz4", "unpacked", "delta"].map((name) =>
      golden(`${name}.parquet`),
    ),
    (path) => new ParquetDataset(path, { defaults }),
  ),
  images: (folder) => {
    const classes = join(folder, "pictures");
    mkdirSync(join(classes, "one"), { recursive: true });
    const read = (): void => readAll(imageDatasetFromDirectory(classes, { imageSize: [4, 4], shuffle: false }));
    return { path: join(classes, "one", "data.png"), seeds: pictures(), named: "data.png", read };
  },
  "index of records": derived(
    "data.tfrecord",
    manyRecords,
    (path) => new TFRecordDataset(path).batch(100),
    (path) => `${path}.index`,
  ),
  columns: derived(
    "data.jsonl",
    manyLines,
    (path) => new JsonLinesDataset(path, { verbose: false }).shuffle({ seed: 1 }).take(60),
    (path) => join(dirname(path), readdirSync(dirname(path)).find((name) => name.endsWith(".columns")) as string),
  ),
};
