/** Parity of CSV files with Python's TensorFlow: the same records and batches, up to the first that cannot be read. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it, vi } from "vitest";
import { mapNest, type Nest } from "../../src/base/nests.ts";
import * as tf from "../../src/index.ts";
import { type GoldenCase, goldenFamilies } from "./golden-cases.ts";

type Default = string | readonly [dtype: "int32", value: number];

interface CsvCase extends GoldenCase {
  readonly args: readonly [
    { readonly texts: readonly string[]; readonly defaults?: readonly Default[]; readonly batchSize?: number },
  ];
  readonly dtypes: unknown;
  readonly elements: readonly unknown[];
  readonly fails: boolean;
}

/** Where we tell earlier than Python: when the dataset is made. */
const toldAtOnce: Readonly<Record<string, RegExp>> = {
  "an empty file": /expected at least one line/,
  "a quote that is never closed": /expected a quoted field to end with a quote in column "1"/,
  "text behind a closing quote": /expected a quote within a quoted field to be doubled in column "1"/,
};

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-csv-parity-"));
let numFiles = 0;
afterAll(() => rmSync(folder, { recursive: true }));

function open({ args: [given], name, options }: CsvCase): tf.data.Dataset<unknown> {
  const paths = given.texts.map((text) => {
    const path = join(folder, `${String(numFiles++).padStart(4, "0")}.csv`);
    writeFileSync(path, options.compressionType === "GZIP" ? gzipSync(text) : text);
    return path;
  });
  const column = (value: Default): tf.data.experimental.ColumnDefault =>
    typeof value === "string" ? (value as "int32") : tf.keep(tf.constant([value[1]], { dtype: value[0] }));
  if (name === "tf.data.experimental.CsvDataset")
    return new tf.data.experimental.CsvDataset(paths, (given.defaults ?? []).map(column), options);
  const { columnDefaults } = options as { columnDefaults?: readonly Default[] };
  return tf.data.experimental.makeCsvDataset(paths, given.batchSize as number, {
    ...options,
    verbose: false,
    ...(columnDefaults && { columnDefaults: columnDefaults.map(column) }),
  });
}

/** Numbers as the golden files have them: what JSON cannot write is a text. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function read(dataset: tf.data.Dataset<unknown>): { elements: unknown[]; fails: boolean } {
  const elements: unknown[] = [];
  try {
    for (const element of dataset)
      elements.push(
        mapNest(element as Nest<tf.Tensor>, (tensor) =>
          plain(tensor.dtype === "int64" ? bigints(tensor) : tensor.array()),
        ),
      );
  } catch (error) {
    expect(error).toBeInstanceOf(tf.NativeError);
    return { elements, fails: true };
  }
  return { elements, fails: false };
}

function bigints(tensor: tf.Tensor): unknown {
  const values = [...(tensor.data() as unknown as Iterable<bigint>)];
  return tensor.rank === 0 ? values[0] : values;
}

describe.each([...goldenFamilies<CsvCase>("csv").values()].flat())("$name: $case", (golden) => {
  it("reads what Python reads", () => {
    const told = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      tf.tidy(() => {
        const early = toldAtOnce[golden.case];
        if (early) expect(() => open(golden)).toThrow(early);
        else {
          using dataset = open(golden);
          expect(mapNest(dataset.elementSpec as Nest<tf.TensorSpec>, ({ dtype }) => dtype)).toEqual(golden.dtypes);
          expect(read(dataset)).toEqual({ elements: golden.elements, fails: golden.fails });
        }
      });
    } finally {
      told.mockRestore();
    }
  });
});
