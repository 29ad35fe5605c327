import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it, vi } from "vitest";
import * as tf from "../index.ts";
import type { ColumnDefault } from "./csv/reading.ts";
import type { CsvDatasetOptions } from "./csv-dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-csv-"));
let numFiles = 0;
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Uint8Array, ending = "csv"): string {
  const path = join(folder, `${numFiles++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

function read(
  content: string | Uint8Array,
  defaults: readonly ColumnDefault[],
  options: CsvDatasetOptions = {},
): unknown[] {
  using dataset = new tf.data.experimental.CsvDataset(fileOf(content), defaults, options);
  return [...dataset.asArrayIterator()];
}

describe("CsvDataset", () => {
  it("gives each column the dtype of its default", () => {
    const defaults = ["float32", "float64", "int32", "int64", "string"] as const;
    using dataset = new tf.data.experimental.CsvDataset(fileOf("1,2,3,4,five\n"), defaults);
    expect(
      (dataset.elementSpec as { dtype: string; shape: number[] }[]).map(({ dtype, shape }) => [dtype, shape]),
    ).toEqual(defaults.map((dtype) => [dtype, []]));
    expect([...dataset.asArrayIterator()]).toEqual([[1, 2, 3, 4, "five"]]);
  });

  it("reads headers, tabs, quotes, delimiters and line ends within quotes", () => {
    expect(read("a,b\n1,x\n", ["int32", "string"], { header: true })).toEqual([[1, "x"]]);
    expect(read("1\tx,y\n", ["int32", "string"], { fieldDelim: "\t" })).toEqual([[1, "x,y"]]);
    expect(read('1,"a ""b"",\nc"\n2,"\r\n"\n', ["int32", "string"])).toEqual([
      [1, 'a "b",\nc'],
      [2, "\r\n"],
    ]);
    expect(read('1,"a\n2,b"\n', ["int32", "string"], { useQuoteDelim: false })).toEqual([
      [1, '"a'],
      [2, 'b"'],
    ]);
  });

  it("reads every kind of line end, a last line without one, and a byte order mark", () => {
    for (const text of ["1,a\n2,b\n", "1,a\r\n2,b\r\n", "1,a\r2,b", "1,a\n2,b", "\ufeff1,a\n2,b"])
      expect(read(text, ["int32", "string"])).toEqual([
        [1, "a"],
        [2, "b"],
      ]);
    expect(read("\ufeffid\r\n7", ["int32"], { header: true })).toEqual([[7]]);
  });

  it("puts defaults where values are missing or are naValue", () => {
    expect(read(",,\n1,-,2\n-,x,-\n", [-1, "none", 0.5], { naValue: "-" })).toEqual([
      [-1, "none", 0.5],
      [1, "none", 2],
      [-1, "x", 0.5],
    ]);
    expect(read("\n7\n", [3])).toEqual([[3], [7]]); // an empty line of one column is a missing value
    expect(read("\n7\n", [3], { useQuoteDelim: false })).toEqual([[3], [7]]);
  });

  it("reads the selected columns, or all but the excluded ones", () => {
    const text = "id,word,n\n1,x,2.5\n2,y,\n";
    expect(read(text, ["string", -1], { header: true, selectCols: [1, 2] })).toEqual([
      ["x", 2.5],
      ["y", -1],
    ]);
    expect(read(text, ["int32", -1], { header: true, excludeCols: [1] })).toEqual([
      [1, 2.5],
      [2, -1],
    ]);
  });

  it("unpacks packed files up to a limit", () => {
    const packed = gzipSync("a\n1\n2\n");
    expect(read(packed, ["int32"], { header: true, compressionType: "GZIP" })).toEqual([[1], [2]]);
    expect(() => read(packed, ["int32"], { header: true, compressionType: "GZIP", maxUnpackedBytes: 3 })).toThrow(
      /to unpack to at most 3 bytes.*raise maxUnpackedBytes/,
    );
  });

  it("runs through several files, each with its header", () => {
    const paths = [fileOf("a\n1\n2\n"), fileOf("a\n"), fileOf("a\n3")];
    using dataset = new tf.data.experimental.CsvDataset(paths, ["int32"], { header: true });
    expect(dataset.cardinality()).toBe(3);
    expect([...dataset.batch(2).asArrayIterator()]).toEqual([[[1, 2]], [[3]]]);
  });
});

describe("records of CSV files that cannot be read", () => {
  const failure = (content: string, defaults: readonly ColumnDefault[], options: CsvDatasetOptions = {}): string => {
    try {
      read(content, defaults, options);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("expected a failure");
  };

  it("are told with file, line, column and value, and what to do", () => {
    expect(failure('id,age\n1,31\n2,"old\nage"\n', ["int32", "int32"], { header: true })).toMatch(
      /CsvDataset: expected an int32 in column "age", got "old\\nage" at \/.*\.csv, line 3 \(record at byte 12\); declare the column as "string".*onBadRecord: "skip"/,
    );
    expect(failure("1\n\n", ["int32"])).toMatch(/expected an int32 in column "0", got no value at .*, line 2/);
    expect(failure("1,2\n1,2,3\n", [0, 0])).toMatch(/expected 2 fields, got 3 .* line 2/);
    expect(failure('1,2\n1,5" pipe\n', [0, "string"])).toMatch(
      /a field that holds a quote to be quoted itself in column "1"/,
    );
    expect(failure("1.5\n", ["int32"])).toMatch(/expected an int32/);
  });

  it("name the line in a batch of a shuffled dataset too", () => {
    const lines = Array.from({ length: 100 }, (_, i) => (i === 42 ? "x" : `${i}`));
    using dataset = new tf.data.experimental.CsvDataset(fileOf(lines.join("\n")), ["int32"]);
    expect(() => [...dataset.shuffle({ seed: 1 }).batch(32)]).toThrow(/got "x" at .*, line 43 /);
  });

  it("are found at once when a quote is never closed, or a file is empty", () => {
    expect(failure('1,"a\n2,b\n', [0, "string"])).toMatch(
      /expected a quoted field to end with a quote in .*, got the end of the file in a record that begins on line 1 \(record 0, offset 0\); mend the file/,
    );
    expect(failure("", [0])).toMatch(/expected at least one line in .*, got an empty file/);
    expect(failure("", [0], { header: true })).toMatch(/expected a header .* in .*\.csv, got an empty file/);
    expect(read("a\n", [0], { header: true })).toEqual([]);
  });

  it("are all of a file that is no UTF-8", () => {
    const text = Buffer.from("\ufeffn\n1\n", "utf16le");
    const options = { header: true };
    expect(() => read(text, [0], options)).toThrow(/expected text in UTF-8, got UTF-16 in .*; save it as UTF-8/);
    expect(() => read(text.swap16(), [0])).toThrow(/expected text in UTF-8 in .*, got UTF-16 .*; save it as UTF-8/);
  });

  it("are left out on request, and counted", () => {
    const said: string[] = [];
    const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
    const text = 'n,word\n1,a\nx,b\n2,"c\nd",3\n,e\n4,"f\ng"\n5,"h\n6,i\n';
    const path = fileOf(text);
    using dataset = new tf.data.experimental.CsvDataset([path, fileOf("")], ["int32", "string"], {
      header: true,
      onBadRecord: "skip",
    });
    write.mockRestore();
    expect([...dataset.asArrayIterator()]).toEqual([
      [1, "a"],
      [4, "f\ng"],
    ]);
    expect(dataset.plan.sources?.[0]).toMatchObject({ numRecords: 2, skipped: 5 });
    expect(said[0]).toBe(
      `tensorfleet: ${path}: 4 damaged records are left out, the first at offset 11: "x" on line 3, where an int32 in column "n" should be\n`,
    );
  });

  it("are told on the line of the file when they lie in a packed one", () => {
    const packed = gzipSync("1\n2\nthree\n");
    expect(() => read(packed, ["int32"], { compressionType: "GZIP" })).toThrow(/got "three" at .*, line 3/);
  });
});

describe("CsvDataset's options", () => {
  it("are refused where they do not fit", () => {
    const make = (defaults: readonly ColumnDefault[], options: CsvDatasetOptions) => () =>
      new tf.data.experimental.CsvDataset(fileOf("1,2\n"), defaults, options);
    expect(make([0], { selectCols: [0], excludeCols: [1] })).toThrow(/expected selectCols or excludeCols, got both/);
    expect(make([0], { selectCols: [1, 0] })).toThrow(/selectCols of column numbers from 0, in increasing order/);
    expect(make([0], { selectCols: [0, 1] })).toThrow(/recordDefaults for the 2 columns of selectCols, got 1/);
    expect(make([], {})).toThrow(/recordDefaults with a value or a dtype for each column, got none/);
    expect(make([[1, 2]], {})).toThrow(/recordDefaults\[0\] to be one value or a dtype/);
    expect(make(["bool" as never], {})).toThrow(/recordDefaults\[0\] to be one value or a dtype.*got "bool"/);
    expect(make([0], { fieldDelim: "||" })).toThrow(/fieldDelim of one ASCII character/);
    expect(make([0], { delim: "," } as never)).toThrow(/an unknown delim/);
    expect(() => new tf.data.experimental.CsvDataset(join(folder, "none.csv"), [0])).toThrow(/none\.csv/);
  });
});

describe("the index of a CSV file", () => {
  const rows = (count: number): string => Array.from({ length: count }, (_, i) => `${i},word ${i}\n`).join("");
  const first = (path: string): unknown => {
    using dataset = new tf.data.experimental.CsvDataset(path, ["int32", "string"]);
    return [dataset.cardinality(), ...dataset.take(1).asArrayIterator()];
  };
  const indexes = (path: string): string[] =>
    readdirSync(folder).filter((name) => join(folder, name).startsWith(path) && name.endsWith(".index"));

  it("is kept beside the file, and made again when the file has changed", () => {
    const path = fileOf(rows(20_000));
    expect(first(path)).toEqual([20_000, [0, "word 0"]]);
    expect(indexes(path)).toHaveLength(1);
    writeFileSync(path, `7,new\n${rows(20_000)}`);
    expect(first(path)).toEqual([20_001, [7, "new"]]);
    expect(indexes(path)).toHaveLength(1);
    utimesSync(path, 1, 1);
    expect(first(path)).toEqual([20_001, [7, "new"]]);
    writeFileSync(path, "1,small\n");
    expect(first(path)).toEqual([1, [1, "small"]]);
    expect(existsSync(path)).toBe(true);
  });

  it("does not serve a file that is written to while it is read", () => {
    const path = fileOf(rows(20_000));
    using dataset = new tf.data.experimental.CsvDataset(path, ["int32", "string"]);
    expect([...dataset.take(1).asArrayIterator()]).toEqual([[0, "word 0"]]);
    writeFileSync(path, rows(19_999));
    expect(() => [...dataset]).toThrow(/expected .*\.csv to stay as it was .*make the dataset anew/);
  });

  it("is another one for another dialect", () => {
    const path = fileOf(rows(20_000));
    first(path);
    using dataset = new tf.data.experimental.CsvDataset(path, ["string", "string"], { useQuoteDelim: false });
    expect([dataset.cardinality(), indexes(path).length]).toEqual([20_000, 2]);
  });
});

describe("positions and shuffles of CSV files", () => {
  const path = fileOf(Array.from({ length: 1000 }, (_, i) => `${i},${"x".repeat(1 + (i % 7))}\n`).join(""));
  const opened = () => new tf.data.experimental.CsvDataset(path, ["int32", "string"]);

  it("are exact: each record once, in another order each epoch", () => {
    using dataset = opened();
    const shuffled = dataset.shuffle({ seed: 3 });
    const epochs = [0, 1].map((epoch) => {
      using iterator = shuffled.iterator({ epoch });
      const seen: number[] = [];
      for (let element = iterator.next(); element; element = iterator.next()) {
        seen.push(element[0]?.item() as number);
        for (const tensor of element) tensor.dispose();
      }
      return seen;
    });
    for (const seen of epochs)
      expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it("are free: a reader begins at any step and sees the same", () => {
    using dataset = opened();
    const batches = dataset.shuffle({ seed: 3 }).batch(10);
    const step = (startStep: number, skip: number): unknown => {
      using iterator = batches.iterator({ epoch: 2, startStep });
      return tf.tidy(() => {
        for (let i = 0; i < skip; i++) iterator.next();
        return iterator.next()?.map((column) => column.array());
      });
    };
    expect(step(90, 0)).toEqual(step(0, 90));
  });
});
