import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Dataset } from "../dataset.ts";
import { IdxDataset } from "../idx-dataset.ts";
import { idxFile } from "./idx.ts";

const folder = mkdtempSync(join(tmpdir(), "idx-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes an idx file of records of `shape`. */
function write(name: string, type: number, shape: readonly number[], elements: Uint8Array): string {
  const path = join(folder, name);
  const dims = shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  writeFileSync(path, Uint8Array.from([0, 0, type, shape.length, ...dims, ...elements]));
  return path;
}

const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 37) & 255);
const read = (dataset: Dataset<Tensor>): unknown[] => [...dataset.asArrayIterator()];

describe("IdxDataset", () => {
  it("gives the records of a file, in any order and in batches", () => {
    const dataset = new IdxDataset(write("images", 8, [5, 2, 3], bytes(30)));
    expect([dataset.cardinality(), dataset.elementSpec]).toMatchObject([5, { shape: [2, 3], dtype: "uint8" }]);
    expect(read(dataset)[1]).toEqual([
      [222, 3, 40],
      [77, 114, 151],
    ]);
    expect(read(dataset.batch(2)).flat()).toEqual(read(dataset));
    expect(read(dataset.shuffle()).map(String).sort()).toEqual(read(dataset).map(String).sort());
  });

  it("reads all element types, most significant byte first", () => {
    const value = (type: number, ...element: number[]): unknown =>
      read(new IdxDataset(write(`type${type}`, type, [1], Uint8Array.from(element))))[0];
    expect([value(8, 200), value(9, 200), value(11, 255, 254), value(12, 0, 1, 0, 2)]).toEqual([200, -56, -2, 65538]);
    expect([value(13, 0x3f, 0xc0, 0, 0), value(14, 0xbf, 0xf8, 0, 0, 0, 0, 0, 0)]).toEqual([1.5, -1.5]);
    const matrix = new IdxDataset(write("matrix", 11, [2, 2], Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4)));
    expect(read(matrix.batch(2))).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it("gives the same from a mapped file as from a copied one, however header and records lie", () => {
    for (const shape of [[7, 28, 28], [9], [6, 5], [4, 3, 2, 5], [3, 12]]) {
      const path = write(`mapped${shape.join("x")}`, 8, shape, bytes(shape.reduce((a, b) => a * b)));
      const [mapped, copied] = [new Dataset<Tensor>(idxFile(path, 0)), new Dataset<Tensor>(idxFile(path))];
      expect(read(mapped.batch(4))).toEqual(read(copied.batch(4)));
      expect(read(mapped.shuffle({ seed: 1 }))).toEqual(read(copied.shuffle({ seed: 1 })));
    }
  });

  it("unpacks gzip", () => {
    const path = write("packed", 8, [3], Uint8Array.of(5, 6, 7));
    writeFileSync(`${path}.gz`, gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 5, 6, 7)));
    expect(read(new IdxDataset(`${path}.gz`))).toEqual([5, 6, 7]);
    truncateSync(`${path}.gz`, 20);
    expect(() => new IdxDataset(`${path}.gz`)).toThrow(/expected a whole file packed with GZIP at .*packed.gz/);
  });

  it("says what is wrong with a file: missing, cut, or another format", () => {
    expect(() => new IdxDataset(join(folder, "nowhere"))).toThrow(
      /IdxDataset: expected a file, got nothing at .*nowhere/,
    );
    const cut = write("cut", 8, [10], bytes(10));
    truncateSync(cut, 15);
    expect(() => new IdxDataset(cut)).toThrow(/to have 18 bytes for uint8 \[10\], got 15; fetch it again/);
    const other = join(folder, "other");
    writeFileSync(other, "PNG or something");
    expect(() => new IdxDataset(other)).toThrow(/an idx file, which begins with 00 00/);
  });
});
