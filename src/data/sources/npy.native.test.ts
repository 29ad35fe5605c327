import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { crc32 } from "@node-rs/crc32";
import { afterAll, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { NpyDataset, NpzDataset } from "../npy-datasets.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));

let numFiles = 0;
function put(content: Uint8Array): string {
  const path = join(folder, `${numFiles++}.npy`);
  writeFileSync(path, content);
  return path;
}

function npy(descr: string, shape: string, elements: Uint8Array, order = "False"): Buffer {
  const text = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.from(`${text}\n`), elements]);
}

/** A zip archive as Python writes one. */
function zip(members: Readonly<Record<string, Uint8Array>>, method: 0 | 8 = 0): Buffer {
  const [parts, entries]: Buffer[][] = [[], []];
  let at = 0;
  for (const [name, content] of Object.entries(members)) {
    const stored = method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const facts = Buffer.alloc(24);
    facts.writeUInt16LE(method, 4);
    facts.writeUInt32LE(crc32(Buffer.from(content)), 10);
    facts.writeUInt32LE(stored.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, Buffer.alloc(2), Buffer.from(name), stored]);
    const place = Buffer.alloc(16);
    place.writeUInt32LE(at, 12);
    entries?.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), facts, place, Buffer.from(name)]));
    parts?.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(entries as Buffer[]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries?.length ?? 0, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...(parts as Buffer[]), directory, end]);
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const read = (dataset: Disposable & { asArrayIterator(): Iterable<unknown> }): unknown[] => {
  using owned = dataset;
  return [...owned.asArrayIterator()];
};

describe("NpyDataset", () => {
  const matrix = npy("'<f4'", "(3, 2)", floats(1, 2, 3, 4, 5, 6));

  it("gives slices in any order, from the middle and in batches", () => {
    using dataset = new NpyDataset(put(matrix));
    expect([dataset.cardinality(), dataset.elementSpec]).toMatchObject([3, { shape: [2], dtype: "float32" }]);
    const rows = [...dataset.asArrayIterator()];
    expect(rows).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect([...dataset.batch(2).asArrayIterator()].flat()).toEqual(rows);
    const shuffled = [...dataset.shuffle({ seed: 1 }).asArrayIterator()];
    expect(shuffled.map(String).sort()).toEqual(rows.map(String));
    using late = dataset.iterator({ startStep: 2 });
    using last = late.next() as Tensor;
    expect(last.array()).toEqual([5, 6]);
  });

  it("gives one file after the other, matrices and scalars", () => {
    expect(read(new NpyDataset([put(matrix), put(npy("'<f4'", "(1, 2)", floats(7, 8)))])).at(-1)).toEqual([7, 8]);
    const scalars = [put(npy("'<f4'", "(2,)", floats(1, 2))), put(npy("'<f4'", "(3L,)", floats(3, 4, 5)))];
    using dataset = new NpyDataset(scalars);
    expect([...dataset.asArrayIterator()]).toEqual([1, 2, 3, 4, 5]);
    dataset.plan.sources?.[0]?.readAhead?.(1, 3);
  });

  it("reads elements in other byte orders, texts, and raw bytes whose type is said", () => {
    const big = put(npy("'>i2'", "(2,)", Uint8Array.of(0, 1, 255, 255)));
    expect(read(new NpyDataset(big))).toEqual([1, -1]);
    const texts = put(npy("'|S3'", "(2, 2)", Buffer.from("a\0\0bcdxy\0\0\0\0", "latin1")));
    expect(read(new NpyDataset(texts))).toEqual([
      ["a", "bcd"],
      ["xy", ""],
    ]);
    const wide = Buffer.alloc(16);
    wide.writeUInt32LE(0xe9, 0);
    wide.writeUInt32LE(0x1f600, 8);
    wide.writeUInt32LE(0x41, 12);
    expect(read(new NpyDataset(put(npy("'<U2'", "(2,)", wide))))).toEqual(["é", "😀A"]);
    const raw = put(npy("'<V2'", "(2,)", Uint8Array.of(0x80, 0x3f, 0, 0x40)));
    expect(read(new NpyDataset(raw, { dtype: "bfloat16" }))).toEqual([1, 2]);
    expect(read(new NpyDataset(put(npy("'|b1'", "(2,)", Uint8Array.of(0, 1)))))).toEqual([false, true]);
  });

  it("reads arrays without records or elements", () => {
    expect(read(new NpyDataset(put(npy("'<f4'", "(0, 2)", Buffer.alloc(0)))))).toEqual([]);
    const empty = put(npy("'<f4'", "(2, 0)", Buffer.alloc(0)));
    expect(read(new NpyDataset([empty, empty]))).toEqual([[], [], [], []]);
  });

  // biome-ignore format: a table, one file a row
  const refused: [string, Uint8Array, RegExp][] = [
    ["in Fortran order", npy("'<f4'", "(2, 2)", floats(1, 2, 3, 4), "True"), /to be in C order.*got Fortran order; save it again with numpy.save/],
    ["of objects", npy("'|O'", "(1,)", Buffer.alloc(8)), /got "\|O"; objects are pickled Python, which is not read here/],
    ["of records of fields", npy("[('a', '<f4')]", "(1,)", Buffer.alloc(4)), /got records of several fields; save the fields of a structured array one by one/],
    ["of times", npy("'<M8[ns]'", "(1,)", Buffer.alloc(8)), /save times as numbers/],
    ["of raw bytes", npy("'<V2'", "(1,)", Buffer.alloc(2)), /say with \{ dtype \} which of bfloat16/],
    ["that is cut", npy("'<f4'", "(3, 2)", floats(1, 2, 3)), /expected 24 bytes of elements for the shape \[3, 2\] in .*, got 12; fetch it again/],
    ["that is longer", npy("'<f4'", "(1,)", floats(1, 2)), /expected 4 bytes .* got 8; save one array in a file/],
    ["of a scalar", npy("'<f4'", "()", floats(1)), /an array with a first axis in .*, got a scalar/],
    ["that is none", Buffer.from("PNG or something"), /an npy file of version 1, 2 or 3.* which begins with 50 4e 47/],
    ["that is empty", Buffer.alloc(0), /of 0 bytes, which begins with nothing/],
    ["whose header is cut", npy("'<f4'", "(1,)", floats(1)).subarray(0, 60), /a header of at most 65536 bytes that is whole/],
  ];
  it.each(refused)("refuses a file %s", (_, content, message) => {
    expect(() => new NpyDataset(put(content))).toThrow(message);
  });

  it("refuses files of several types, and types that files say themselves", () => {
    const files = [put(matrix), put(npy("'<f4'", "(3,)", floats(1, 2, 3)))];
    expect(() => new NpyDataset(files)).toThrow(/records of one type \(float32 \[2\] in .*\), got float32 \[\] in/);
    expect(() => new NpyDataset(put(matrix), { dtype: "float32" })).toThrow(/dtype of bfloat16, .* got "float32"/);
    expect(() => new NpyDataset(join(folder, "none"))).toThrow(/expected a file, got nothing at/);
  });
});

describe("NpzDataset", () => {
  const members = {
    "x.npy": npy("'<f4'", "(2, 2)", floats(1, 2, 3, 4)),
    "y.npy": npy("'|u1'", "(2,)", Uint8Array.of(7, 8)),
  };
  const records = [
    { x: [1, 2], y: 7 },
    { x: [3, 4], y: 8 },
  ];

  it("gives slices of all arrays by name, stored and packed", () => {
    expect(read(new NpzDataset(put(zip(members))))).toEqual(records);
    expect(read(new NpzDataset(put(zip(members, 8))).batch(2))).toEqual([
      {
        x: [
          [1, 2],
          [3, 4],
        ],
        y: [7, 8],
      },
    ]);
    expect(read(new NpzDataset([put(zip(members)), put(zip(members, 8))], { names: ["y"] }))).toEqual([
      { y: 7 },
      { y: 8 },
      { y: 7 },
      { y: 8 },
    ]);
  });

  it("unpacks to a stated limit", () => {
    expect(() => new NpzDataset(put(zip(members, 8)), { maxUnpackedBytes: 200 })).toThrow(
      /at most 56 more bytes of packed arrays.*got 130 in .*"y.npy"; save them with numpy.savez/,
    );
  });

  it("refuses arrays that do not belong together and archives that are damaged", () => {
    const odd = { ...members, "z.npy": npy("'<f4'", "(3,)", floats(1, 2, 3)) };
    expect(() => new NpzDataset(put(zip(odd)))).toThrow(
      /arrays of one length \(2 in "x"\), got 3 in .*array "z"; choose arrays that belong together with \{ names \}/,
    );
    expect(() => new NpzDataset(put(zip(members)), { names: ["a"] })).toThrow(/an array "a" in .*, got x, y/);
    const packed = zip(members, 8);
    packed[60] = (packed[60] as number) ^ 0xff;
    expect(() => new NpzDataset(put(packed))).toThrow(/expected a whole zip archive at .*; fetch or write it again/);
    expect(() => new NpzDataset(put(zip(members).subarray(0, 300)))).toThrow(/which has no directory at its end/);
  });
});
