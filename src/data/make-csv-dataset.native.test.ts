import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it, vi } from "vitest";
import * as tf from "../index.ts";
import type { MakeCsvDatasetOptions } from "./make-csv-dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-make-csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const people = write("people.csv", "id,name,age,tall\n1,Ann,31,0\n2,,,1\n3000000000,Bo,2.5,1\n");

/** The elements, and what was printed. */
function read(
  pattern: string | readonly string[],
  batchSize: number,
  options: MakeCsvDatasetOptions = {},
): { elements: unknown[]; printed: string } {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    using dataset = tf.data.experimental.makeCsvDataset(pattern, batchSize, {
      shuffle: false,
      numEpochs: 1,
      ...options,
    });
    return { elements: [...dataset.asArrayIterator()], printed: written.mock.calls.map(([text]) => text).join("") };
  } finally {
    written.mockRestore();
  }
}

describe("makeCsvDataset", () => {
  it("gives batches of columns by name, with inferred dtypes and defaults", () => {
    using dataset = tf.data.experimental.makeCsvDataset(people, 2, { shuffle: false, numEpochs: 1, verbose: false });
    const spec = dataset.elementSpec as Record<string, { dtype: string; shape: unknown }>;
    expect(Object.entries(spec).map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ["age", "float32", [null]],
      ["id", "int64", [null]],
      ["name", "string", [null]],
      ["tall", "int32", [null]],
    ]);
    expect([...dataset.asArrayIterator()]).toEqual([
      { id: [1, 2], name: ["Ann", ""], age: [31, 0], tall: [0, 1] },
      { id: [3000000000], name: ["Bo"], age: [2.5], tall: [1] },
    ]);
  });

  it("prints what it inferred", () => {
    expect(read(people, 3, { labelName: "tall" }).printed).toBe(
      [
        `tensorfleet: makeCsvDataset: 4 columns of 3 records in ${people}, dtypes from 3 records`,
        "  column        dtype    default  missing  examples",
        "  id            int64    0        0        1, 2, 3000000000",
        '  name          string   ""       1        Ann, Bo',
        "  age           float32  0        1        31, 2.5",
        "  tall (label)  int32    0        0        0, 1",
        "",
      ].join("\n"),
    );
    expect(read(people, 3, { verbose: false }).printed).toBe("");
    expect(read(people, 3, { columnDefaults: [0n, "", 0, 0] }).printed).toBe("");
  });

  it("says which word keeps a column of numbers from being one", () => {
    const path = write("odd.csv", "size\n1\nNA\n3\n");
    expect(read(path, 3).printed).toMatch(
      /size: numbers but for "NA"; if that means a missing value, pass naValue: "NA"/,
    );
    expect(read(path, 3, { naValue: "NA" }).elements).toEqual([{ size: [1, 0, 3] }]);
  });

  it("takes one column out as the label", () => {
    expect(read(people, 3, { labelName: "tall" }).elements).toEqual([
      [{ id: [1, 2, 3000000000], name: ["Ann", "", "Bo"], age: [31, 0, 2.5] }, [0, 1, 1]],
    ]);
  });

  it("reads selected columns by name and number", () => {
    expect(read(people, 3, { selectColumns: ["tall", 1] }).elements).toEqual([
      { name: ["Ann", "", "Bo"], tall: [0, 1, 1] },
    ]);
  });

  it("takes defaults for all columns, or for some by name", () => {
    const selectColumns = ["name", "age"];
    expect(read(people, 3, { selectColumns, columnDefaults: ["none", -1] }).elements).toEqual([
      { name: ["Ann", "none", "Bo"], age: [31, -1, 2.5] },
    ]);
    using dataset = tf.data.experimental.makeCsvDataset(people, 3, {
      columnDefaults: { age: -1, tall: 0.5 },
      verbose: false,
    });
    const spec = dataset.elementSpec as Record<string, { dtype: string }>;
    expect([spec.id?.dtype, spec.age?.dtype, spec.tall?.dtype]).toEqual(["int64", "float32", "float32"]);
  });

  it("requires values of columns that are declared by a dtype", () => {
    expect(() => read(people, 3, { columnDefaults: { age: "float32" } })).toThrow(
      /expected a float32 in column "age", got no value at .*people\.csv, line 3.*; give the column a default value.*ignoreErrors: true/,
    );
  });

  it("reads all files that match a pattern, in the order of their names", () => {
    write("part-2.tsv", "a\tb\n3\tz\n");
    write("part-1.tsv", "a\tb\n1\tx\n2\ty\n");
    const { elements, printed } = read(join(folder, "part-*.tsv"), 2, { fieldDelim: "\t" });
    expect(elements).toEqual([
      { a: [1, 2], b: ["x", "y"] },
      { a: [3], b: ["z"] },
    ]);
    expect(printed).toMatch(/^tensorfleet: makeCsvDataset: 2 columns of 3 records in 2 files, dtypes from 3 records/);
  });

  it("reads packed files, and files without a header", () => {
    const packed = write("packed.csv.gz", gzipSync("a\n1\n2\n"));
    expect(read(packed, 2, { compressionType: "GZIP" }).elements).toEqual([{ a: [1, 2] }]);
    const bare = write("bare.csv", "1,x\n");
    expect(read(bare, 1, { header: false, columnNames: ["n", "word"] }).elements).toEqual([{ n: [1], word: ["x"] }]);
  });

  it("infers from as many records as it is told, from 100 when it is not", () => {
    const path = write("late.csv", `x\n${"1\n".repeat(100)}2.5\n`);
    expect(() => read(path, 200)).toThrow(/expected an int32 in column "x", got "2.5" at .*, line 102/);
    expect(read(path, 200, { numRowsForInference: null }).elements).toHaveLength(1);
    expect(read(path, 200, { numRowsForInference: 101 }).elements).toHaveLength(1);
  });

  it("leaves out records that cannot be read, on request", () => {
    const path = write("bad.csv", "x,y\n1,2\n1,2,3\n4,5\n");
    expect(() => read(path, 9)).toThrow(/expected 2 fields at .*bad\.csv, line 3, got 3/);
    expect(read(path, 9, { ignoreErrors: true }).elements).toEqual([{ x: [1, 4], y: [2, 5] }]);
  });

  it("shuffles and repeats without end when it is not told otherwise, and each time anew", () => {
    const path = write("many.csv", `x\n${Array.from({ length: 64 }, (_, i) => `${i}\n`).join("")}`);
    using dataset = tf.data.experimental.makeCsvDataset(path, 64, { shuffleSeed: 5, verbose: false });
    expect(dataset.cardinality()).toBe(tf.data.INFINITE_CARDINALITY);
    const [first, second] = [...dataset.take(2).asArrayIterator()].map(({ x }) => x as number[]);
    const sorted = Array.from({ length: 64 }, (_, i) => i);
    for (const order of [first, second]) expect([...(order ?? [])].sort((a, b) => a - b)).toEqual(sorted);
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(sorted);
  });

  it("keeps positions free", () => {
    using dataset = tf.data.experimental.makeCsvDataset(people, 1, { shuffleSeed: 5, numEpochs: 4, verbose: false });
    const all = [...dataset.asArrayIterator()];
    using late = dataset.iterator({ epoch: 0, startStep: 7 });
    const element = late.next();
    expect(element?.id?.array()).toEqual(all[7]?.id);
    for (const column of Object.values(element ?? {})) column.dispose();
  });

  it("reads no records of files that have a header alone", () => {
    expect(read(write("head.csv", "a,b\n"), 2).elements).toEqual([]);
  });
});

describe("makeCsvDataset's options", () => {
  const refused = (options: MakeCsvDatasetOptions, pattern: string | readonly string[] = people) =>
    expect(() => read(pattern, 1, options));
  it("are refused where they do not fit", () => {
    refused({ labelName: "weight" }).toThrow(/a labelName among id, name, age, tall, got "weight"/);
    refused({ selectColumns: ["weight"] }).toThrow(/selectColumns among id, name, age, tall, got "weight"/);
    refused({ selectColumns: ["age", 2] }).toThrow(/selectColumns of column numbers/);
    refused({ columnDefaults: [0] }).toThrow(/columnDefaults for 4 columns \(id, name, age, tall\), got 1/);
    refused({ columnDefaults: { weight: 0 } }).toThrow(/columnDefaults of columns among .*, got "weight"/);
    refused({ header: false }).toThrow(/columnNames, or files with a header/);
    refused({ columnNames: ["a", "b", "c"] }).toThrow(/expected 3 fields at .*line 2, got 4/);
    refused({ numRowsForInference: -1 }).toThrow(/numRowsForInference/);
    refused({}, join(folder, "none*")).toThrow(/expected files that match .*none\*, got none/);
    refused({}, write("twice.csv", "a,a\n1,2\n")).toThrow(
      /columns of different names, got "a" twice; give columnNames/,
    );
    refused({}, [people, write("other.csv", "id\n1\n")]).toThrow(
      /files with one header \(id, as in .*other\.csv\), got id, name, age, tall in .*people\.csv/,
    );
    expect(() => tf.data.experimental.makeCsvDataset(people, 0)).toThrow(/batchSize/);
  });
});
