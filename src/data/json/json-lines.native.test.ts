import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it, vi } from "vitest";
import "../../runtime/eager-executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { JsonLinesDataset } from "../json-lines-dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-json-"));
afterAll(() => rmSync(folder, { recursive: true }));

let numFiles = 0;
function put(content: string | Uint8Array): string {
  const path = join(folder, `${numFiles++}.jsonl`);
  writeFileSync(path, content);
  return path;
}

const read = (dataset: Disposable & { asArrayIterator(): Iterable<unknown> }): unknown[] => {
  using owned = dataset;
  return [...owned.asArrayIterator()];
};
const quiet = { verbose: false };
const float = new TensorSpec([], "float32");
const int = new TensorSpec([], "int64");

describe("JsonLinesDataset", () => {
  it("infers scalars, arrays and inner objects, and prints what it found", () => {
    const path = put(
      `{"id": 1, "ok": true, "user": {"name": "Zoë", "age": 3}, "x": [1, 2.5], "tags": ["a", "b"], "misc": [{"a": 1}]}
{"id": 2, "ok": false, "user": {"name": "Bo"}, "x": [3, 4], "tags": [], "misc": []}

{"id": 3, "ok": true, "user": {"name": "", "age": 5}, "x": [5, 6], "tags": ["c"], "misc": null}
`,
    );
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    using dataset = new JsonLinesDataset(path);
    const printed = String(log.mock.calls[0]?.[0]);
    log.mockRestore();
    expect(printed.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      [`new tf.data.JsonLinesDataset: 6 fields in ${path}, dtypes from 3 records`],
      ["field", "dtype", "default", "missing", "examples"],
      ["id", "int64", "required", "0", "1, 2, 3"],
      ["ok", "bool", "required", "0", "true, false"],
      ["user.name", "string", "required", "0", '"Zoë", "Bo", ""'],
      ["user.age", "int64", "0", "1", "3, 5"],
      ["x", "float32 [2]", "required", "0", "[1,2.5], [3,4], [5,6]"],
      ["tags", "string [?]", "required", "0", '["a","b"], [], ["c"]'],
      ["misc", "left out", "objects in arrays, or beside other values", "1", '[{"a":1}], []'],
    ]);
    expect(dataset.elementSpec).toMatchObject({ tags: { shape: [null], dtype: "string" }, x: { shape: [2] } });
    expect([...dataset.asArrayIterator()]).toEqual([
      { id: 1, ok: true, tags: ["a", "b"], user: { age: 3, name: "Zoë" }, x: [1, 2.5] },
      { id: 2, ok: false, tags: [], user: { age: 0, name: "Bo" }, x: [3, 4] },
      { id: 3, ok: true, tags: ["c"], user: { age: 5, name: "" }, x: [5, 6] },
    ]);
  });

  it("gives records in an exact random order, from any position and from several files, through columns beside them", () => {
    const records = (from: number): string =>
      Array.from({ length: 3000 }, (_, i) => `{"i": ${from + i}, "t": "text ${from + i}", "v": [${i}, ${i / 2}]}`).join(
        "\n",
      );
    const paths = [put(records(0)), put(`${records(3000)}\n`)];
    using dataset = new JsonLinesDataset(paths, quiet);
    expect(dataset.cardinality()).toBe(6000);
    expect(readdirSync(folder).filter((name) => name.endsWith(".columns"))).toHaveLength(2);
    const batches = dataset.shuffle({ seed: 3 }).batch(500);
    const order: number[] = [];
    for (const { i, t, v } of batches) {
      const numbers = (i as Tensor).array() as number[];
      order.push(...numbers);
      expect((t as Tensor).array()).toEqual(numbers.map((n) => `text ${n}`));
      expect((v as Tensor).array()).toEqual(numbers.map((n) => [n % 3000, (n % 3000) / 2]));
    }
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 6000 }, (_, i) => i));
    using late = batches.iterator({ epoch: 0, startStep: 11 });
    const last = late.next() as { i: Tensor; t: Tensor; v: Tensor };
    expect(last.i.array()).toEqual(order.slice(5500));
    for (const tensor of Object.values(last)) tensor.dispose();
    expect(dataset.plan.sources?.[0]?.describeRecord?.(3001)).toMatch(/\.jsonl, record 1$/);
    dataset.plan.sources?.[0]?.readAhead?.(2999, 2);
  });

  it("gives lists that differ in length from several files", () => {
    const outputSignature = {
      n: new TensorSpec([null], "int32"),
      b: new TensorSpec([null], "bool"),
      s: new TensorSpec([null, 2], "string"),
    };
    const paths = [
      put('{"n": [1, 2], "b": [true], "s": [["a", "bc"]]}'),
      put('{"n": [], "b": [false, true], "s": []}'),
    ];
    expect(read(new JsonLinesDataset(paths, { outputSignature }).shuffle({ seed: 1 }))).toEqual(
      expect.arrayContaining([
        { n: [1, 2], b: [true], s: [["a", "bc"]] },
        { n: [], b: [false, true], s: [] },
      ]),
    );
  });

  it("reads whole numbers exactly, and NaN and Infinity as Python writes them", () => {
    const path = put('{"i": 9007199254740993, "f": NaN}\n{"i": -9223372036854775808, "f": -Infinity}\n');
    using dataset = new JsonLinesDataset(path, { outputSignature: { i: int, f: float } });
    const values: unknown[] = [];
    for (const { i, f } of dataset) values.push([i.data()[0], f.data()[0]]);
    expect(values).toEqual([
      [9007199254740993n, Number.NaN],
      [-9223372036854775808n, Number.NEGATIVE_INFINITY],
    ]);
    expect(read(new JsonLinesDataset(put('{"x": 0.1}\n{"x": 16777217}\n'), quiet))).toEqual([
      { x: 0.1 },
      { x: 16777217 },
    ]);
  });

  it("gives texts in arrays of several axes", () => {
    const path = put('{"t": [[["a"], ["b"]], [["c"], ["de"]]]}\n');
    expect(read(new JsonLinesDataset([path, path], quiet).batch(2))).toEqual([
      {
        t: [1, 2].map(() => [
          [["a"], ["b"]],
          [["c"], ["de"]],
        ]),
      },
    ]);
  });

  it("gives defaults for what is missing or null", () => {
    const outputSignature = { a: int, v: new TensorSpec([2], "float32") };
    const path = put('{"a": null, "v": [1, 2]}\n{"a": 5}\n');
    expect(read(new JsonLinesDataset(path, { outputSignature, defaults: { a: -1, v: [0, 9] } }))).toEqual([
      { a: -1, v: [1, 2] },
      { a: 5, v: [0, 9] },
    ]);
    expect(() => new JsonLinesDataset(path, { outputSignature, defaults: { a: "x" } })).toThrow(
      'expected an int64 as the default of "a", got "x"',
    );
  });

  it("reads packed files, byte order marks and returns, and leaves no file for small ones", () => {
    const path = put(gzipSync('{"a": 1}\n'));
    expect(read(new JsonLinesDataset(path, { ...quiet, compressionType: "GZIP" }))).toEqual([{ a: 1 }]);
    expect(read(new JsonLinesDataset(put('\ufeff{"a": 1}\r\n{"a": 2}\r\n'), quiet))).toEqual([{ a: 1 }, { a: 2 }]);
    expect(existsSync(`${path}.columns`)).toBe(false);
  });

  // biome-ignore format: a table, one file a row
  const damaged: [string, string, object, RegExp][] = [
    ["a value of another dtype", '{"a": 1}\n{"a": "x"}', { a: int }, /expected an int64 in field "a" of .*, line 2, got "x"; give the field another dtype in outputSignature, or pass onBadRecord: "skip"/],
    ["a fraction", '{"a": 1.5}', { a: int }, /expected an int64 in field "a" of .*, line 1, got 1.5/],
    ["a number beyond its dtype", '{"a": 300}', { a: new TensorSpec([], "uint8") }, /expected a uint8 in field "a" .* got 300/],
    ["a number beyond all", '{"a": 92233720368547758080}', { a: int }, /expected an int64 .* got 92233720368547758080/],
    ["a missing value", '\n{"b": 1}', { a: int }, /expected an int64 in field "a" of .*, line 2, got nothing; give it a value in defaults/],
    ["an array of another length", '{"a": {"b": [1]}}', { a: { b: new TensorSpec([2], "int64") } }, /expected an array of shape \[2\] in field "a.b" .* got 1 elements, \[1\]/],
    ["a wrong element", '{"a": [1, [2]]}', { a: new TensorSpec([null], "int64") }, /in field "a\[1\]" of/],
    ["no JSON", '{"a": 1', { a: int }, /expected a JSON object in .*, line 1, got "\{\\"a\\": 1" \(.*JSON/],
    ["no object", '[1]', { a: int }, /expected a JSON object in .*, line 1, got \[1\]/],
    ["no text", '{"a": "\xff"}', { a: int }, /got bytes that are no UTF-8/],
    ["nothing", " \n", { a: int }, /expected at least one record in .*, got a file without any/],
  ];
  it.each(damaged)("refuses a line with %s, or leaves it out on request", (_, text, outputSignature, message) => {
    const path = put(Buffer.from(text, "latin1"));
    expect(() => new JsonLinesDataset(path, { outputSignature })).toThrow(message);
    if (text.trim() === "") return;
    const write = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    using dataset = new JsonLinesDataset(path, { outputSignature, onBadRecord: "skip" });
    write.mockRestore();
    expect(dataset.plan.sources?.[0]?.skipped).toBe(1);
    expect(dataset.cardinality()).toBe(text.startsWith('{"a": 1}') ? 1 : 0);
  });

  it("refuses fields that cannot be columns", () => {
    expect(() => new JsonLinesDataset(put('{"a": [[1], [2, 3]]}\n'), quiet)).toThrow(
      /records with fields of numbers, booleans or texts in .*, got "a": arrays whose inner lengths differ/,
    );
    expect(() => new JsonLinesDataset(put('{"a": 1}\n{"a": {"b": 1}}'), quiet)).not.toThrow();
    expect(() => new JsonLinesDataset("x", { outputSignature: { a: new TensorSpec([], "complex64") } })).toThrow(
      /expected a file/,
    );
  });
});
