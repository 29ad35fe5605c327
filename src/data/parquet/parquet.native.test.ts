import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import { ParquetDataset } from "../parquet-dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-parquet-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of 30 rows that Python wrote; its row groups have 11 rows. */
const written = fileURLToPath(new URL("../../../test/parity/data-files/zstd-groups.parquet", import.meta.url));
const content = readFileSync(written);

let numFiles = 0;
function put(bytes: Uint8Array): string {
  const path = join(folder, `${numFiles++}.parquet`);
  writeFileSync(path, bytes);
  return path;
}

const read = (dataset: Disposable & { asArrayIterator(): Iterable<unknown> }): unknown[] => {
  using owned = dataset;
  return [...owned.asArrayIterator()];
};
const scalar = (dtype: "float32" | "float64" | "int8" | "int16" | "int32" | "int64" | "string"): TensorSpec =>
  new TensorSpec([], dtype);

describe("ParquetDataset", () => {
  it("gives the columns that are named, in any order, from any position and from several files", () => {
    const outputSignature = {
      int8: scalar("int8"),
      group: { x: scalar("int64") },
      vector: new TensorSpec([3], "float32"),
    };
    using dataset = new ParquetDataset([written, put(content)], { outputSignature });
    expect([dataset.cardinality(), dataset.elementSpec]).toMatchObject([60, { vector: { shape: [3] } }]);
    const batches = dataset.shuffle({ seed: 5 }).batch(7);
    const order: number[] = [];
    for (const { int8, group, vector } of batches) {
      const rows = group.x.array() as number[];
      expect(int8.array()).toEqual(rows.map((row) => row - 9));
      expect(vector.shape).toEqual([rows.length, 3]);
      order.push(...rows);
    }
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => Math.floor(i / 2)));
    using late = batches.iterator({ epoch: 0, startStep: 8 });
    const last = late.next();
    expect(last?.group.x.array()).toEqual(order.slice(56));
    for (const tensor of [last?.int8, last?.group.x, last?.vector]) tensor?.dispose();
    expect(dataset.plan.sources?.[0]?.describeRecord?.(31)).toBe("0.parquet, row 1");
  });

  it("takes lists for arrays of one length only as far as they are", () => {
    using dataset = new ParquetDataset(written, { defaults: { holes: 0, group: { y: "" } } });
    expect(dataset.elementSpec).toMatchObject({
      vector: { shape: [3] },
      list: { shape: [null] },
      tags: { shape: [null] },
    });
    const outputSignature = { list: new TensorSpec([2], "int64") };
    expect(() => new ParquetDataset(written, { outputSignature })).toThrow(
      /expected int64 \[2\] in column "list" of .* \(row group 0, row 0\), got a list of 0; give it a shape of \[null\]/,
    );
  });

  it("reads numbers as other dtypes that hold them", () => {
    const outputSignature = { double: scalar("float32"), int8: scalar("float64") };
    const [row] = read(new ParquetDataset(written, { outputSignature })) as { double: number; int8: number }[];
    expect([row?.int8, Math.fround(row?.double ?? 0)]).toEqual([-9, row?.double]);
    expect(() => new ParquetDataset(written, { outputSignature: { int64: scalar("int32") } })).toThrow(
      /expected an int32 in column "int64" of .* \(row group 0, row 1\), got 36028797018963968; give its own dtype/,
    );
    expect(() => new ParquetDataset(written, { outputSignature: { double: scalar("int32") } })).toThrow(
      /a column "double" in .* of int32, got float64/,
    );
  });

  it("says where null is, and what to do", () => {
    expect(() => new ParquetDataset(written)).toThrow(
      /expected an int32 in column "holes" of .*zstd-groups.parquet \(row group 0, row 0\), got null; give it a value in defaults/,
    );
    expect(() => new ParquetDataset(written, { defaults: { holes: "x" } })).toThrow(
      'expected an int32 as the default of "holes", got "x"',
    );
  });

  it("says which columns there are when one is missing or has lists", () => {
    expect(() => new ParquetDataset(written, { outputSignature: { none: scalar("int64") } })).toThrow(
      /a column "none" in .*, got int8, uint32, uint64/,
    );
    expect(() => new ParquetDataset(written, { outputSignature: { list: scalar("int64") } })).toThrow(
      /a column "list" in .* with single values, got lists; give it a shape/,
    );
  });

  it("refuses files that are damaged, with row group and column", () => {
    const outputSignature = { text: scalar("string") };
    const refused =
      (bytes: Uint8Array): (() => unknown) =>
      () =>
        new ParquetDataset(put(bytes), { outputSignature });
    expect(refused(Buffer.from("a,b\n1,2\n"))).toThrow(
      /expected a Parquet file, which ends with PAR1, got .*of 8 bytes/,
    );
    expect(refused(content.subarray(0, 3000))).toThrow(/which ends with PAR1/);
    expect(refused(Buffer.concat([content.subarray(0, 4), content.subarray(-600)]))).toThrow(
      /got metadata of \d+ bytes/,
    );
    const hollow = Buffer.from(content);
    hollow.fill(0, 4, hollow.length - 8 - hollow.readUInt32LE(hollow.length - 8));
    expect(refused(hollow)).toThrow(/expected a whole Parquet file at .*, got .*row group 0, column "text"; fetch/);
    expect(() => new ParquetDataset(join(folder, "none"))).toThrow(/expected a file, got nothing at/);
  });
});
