/** Files that Python wrote (make_data_files.py) are read as Python reads them: record by record, bit by bit. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import "../../src/runtime/eager-executor.ts";
import { JsonLinesDataset } from "../../src/data/json-lines-dataset.ts";
import { NpyDataset, NpzDataset } from "../../src/data/npy-datasets.ts";
import { ParquetDataset } from "../../src/data/parquet-dataset.ts";
import type { EagerTensor } from "../../src/runtime/eager-tensor.ts";
import { TensorSpec } from "../../src/runtime/function.ts";
import { Tensor } from "../../src/runtime/tensor.ts";

/** Dtype, shape and elements of a tensor: all as one text in hexadecimal, or texts one by one. */
type Component = readonly [dtype: string, shape: readonly number[], elements: string | readonly string[]];
type Row = Readonly<Record<string, Component>>;

const fileOf = (name: string): string => fileURLToPath(new URL(`data-files/${name}`, import.meta.url));
const expected = JSON.parse(readFileSync(fileOf("expected.json"), "utf8")) as Readonly<Record<string, readonly Row[]>>;
const namesOf = (extension: string): string[] => Object.keys(expected).filter((name) => name.endsWith(extension));

function componentOf(tensor: EagerTensor): Component {
  const hex = (bytes: ArrayBufferView): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
  const elements = tensor.dtype === "string" ? tensor.bytes().map(hex) : hex(tensor.raw());
  return [tensor.dtype, [...tensor.shape], elements];
}

/** The components of an element by the names on the way to them. */
function rowOf(element: unknown, name = ""): Row {
  if (element instanceof Tensor) return { [name]: componentOf(element as EagerTensor) };
  const parts = Object.entries(element as Readonly<Record<string, unknown>>);
  return Object.assign({}, ...parts.map(([key, part]) => rowOf(part, name === "" ? key : `${name}.${key}`))) as Row;
}

function rowsOf(dataset: Iterable<unknown> & Disposable): Row[] {
  using owned = dataset;
  const rows: Row[] = [];
  for (const element of owned) rows.push(rowOf(element));
  return rows;
}

const rawTypes = { bfloat16: "bfloat16", float8_e4m3fn: "float8_e4m3fn" } as const;

describe("what Python wrote is what is read:", () => {
  it.each(namesOf(".npy"))("%s", (name) => {
    const raw = Object.entries(rawTypes).find(([type]) => name.includes(`-${type}`))?.[1];
    expect(rowsOf(new NpyDataset(fileOf(name), raw === undefined ? {} : { dtype: raw }))).toEqual(expected[name]);
  });

  it.each(namesOf(".npz"))("%s", (name) => {
    expect(rowsOf(new NpzDataset(fileOf(name)))).toEqual(expected[name]);
  });

  it.each(namesOf(".parquet"))("%s", (name) => {
    const options = { defaults: { holes: -1, group: { y: "none" } } };
    expect(rowsOf(new ParquetDataset(fileOf(name), options))).toEqual(expected[name]);
  });

  it.each(namesOf(".jsonl"))("%s", (name) => {
    const outputSignature = {
      i: new TensorSpec([], "int64"),
      f: new TensorSpec([], "float64"),
      b: new TensorSpec([], "bool"),
      s: new TensorSpec([], "string"),
      v: new TensorSpec([2, 2], "float32"),
      l: new TensorSpec([null], "int32"),
      in: { ner: new TensorSpec([null], "string") },
    };
    expect(rowsOf(new JsonLinesDataset(fileOf(name), { outputSignature }))).toEqual(expected[name]);
  });
});
