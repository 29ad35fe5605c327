import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { fromValue } from "../../runtime/convert.ts";
import { traceFunction } from "../../runtime/index.ts";
import * as io from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-io-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Two tf.train.Example messages: { x: [1, 2], n: 3, s: ["a", "b"] } and { x: [3, 4], s: ["c"] }
const first = Buffer.from("Ci4KEQoBeBIMEgoKCAAAgD8AAABACgoKAW4SBRoDCgEDCg0KAXMSCAoGCgFhCgFi", "base64");
const second = Buffer.from("Ch8KEQoBeBIMEgoKCAAAQEAAAIBACgoKAXMSBQoDCgFj", "base64");

const gradient = fromValue(
  "test",
  Uint8Array.from({ length: 48 }, (_, i) => 5 * i),
  "uint8",
  [4, 4, 3],
);

test("files are written and read, folders made, names found", () => {
  const path = join(folder, "new", "file.bin");
  io.writeFile(path, Uint8Array.of(0, 255, 7));
  expect([...readFileSync(path)]).toEqual([0, 255, 7]);
  expect(io.readFile(path).bytes()).toEqual([Uint8Array.of(0, 255, 7)]);
  expect(io.matchingFiles(join(folder, "new", "*.bin")).array()).toEqual([path]);
  expect(() => io.readFile(join(folder, "absent"))).toThrow(/tf.io.readFile.*absent; No such file or directory/);
});

test("raw bytes are numbers of either order, padded when asked", () => {
  expect(io.decodeRaw(Uint8Array.of(1, 0, 0, 2), "int16").array()).toEqual([1, 512]);
  expect(io.decodeRaw(Uint8Array.of(1, 0, 0, 2), "int16", { littleEndian: false }).array()).toEqual([256, 2]);
  expect(io.decodeRaw(["a", "bc"], "uint8", { fixedLength: 2 }).array()).toEqual([
    [97, 0],
    [98, 99],
  ]);
  expect(() => io.decodeRaw("abc", "int32")).toThrow("tf.io.decodeRaw");
});

test("base64, compression and serialized tensors come back", () => {
  expect(io.decodeBase64(io.encodeBase64(["hello", ""])).array()).toEqual(["hello", ""]);
  expect(io.decodeCompressed(deflateSync("hello"), { compressionType: "ZLIB" }).item()).toBe("hello");
  for (const dtype of ["float32", "int64", "bool", "string"] as const) {
    const x = fromValue("test", { float32: [1.5], int64: [2n ** 60n], bool: [true], string: ["x"] }[dtype], dtype);
    expect(io.parseTensor(io.serializeTensor(x), dtype).data()).toEqual(x.data());
  }
  expect(() => io.parseTensor(io.serializeTensor(1), "int32")).toThrow("tf.io.parseTensor");
});

test("CSV has a default or a dtype for each column", () => {
  const [a, b, c] = io.decodeCsv(["1,x,2.5", ',"y,z",3'], [[0n], "string", "float32"]);
  expect([a?.data(), b?.array(), c?.array()]).toEqual([BigInt64Array.of(1n, 0n), ["x", "y,z"], [2.5, 3]]);
  expect(() => io.decodeCsv(["1,"], [[0], "float32"])).toThrow(/tf.io.decodeCsv.*Field 1 is required/);
  expect(() => io.decodeCsv(["1"], [])).toThrow("tf.io.decodeCsv: expected a default for each column, got none");
});

test("PNG keeps every pixel, JPEG nearly, and Buffers are taken as files", () => {
  const png = io.encodePng(gradient);
  expect(io.decodePng(png).array()).toEqual(gradient.array());
  expect(io.decodeImage(Buffer.from(png.bytes()[0] as Uint8Array), { channels: 1 }).shape).toEqual([4, 4, 1]);
  expect(io.decodeImage(png, { dtype: "float32" }).at(0, 0, 1).item()).toBeCloseTo(5 / 255, 4);
  const jpeg = io.encodeJpeg(gradient, { quality: 100, chromaDownsampling: false });
  const pixels = io.decodeJpeg(jpeg, { dctMethod: "INTEGER_ACCURATE" }).data();
  expect(Math.max(...pixels.map((v, i) => Math.abs(v - 5 * i)))).toBeLessThan(12);
  expect([io.isJpeg(jpeg).item(), io.isJpeg(png).item()]).toEqual([true, false]);
  expect(io.extractJpegShape(jpeg, { outputType: "int64" }).array()).toEqual([4, 4, 3]);
  expect(io.decodeAndCropJpeg(jpeg, [1, 1, 2, 3]).shape).toEqual([2, 3, 3]);
  expect(io.decodePng(io.encodePng(fromValue("test", [[[40_000]]], "uint16")), { dtype: "uint16" }).item()).toBe(
    40_000,
  );
  expect(() => io.decodePng(jpeg.at())).not.toThrow(); // TensorFlow looks at the contents
  expect(() => io.decodeJpeg("no image")).toThrow(/tf.io.decodeJpeg.*Unknown image file format/);
  expect(() => io.encodePng(fromValue("test", [[[1]]], "int32"))).toThrow(
    "tf.io.encodePng: expected image of dtype uint8 or uint16, got image [1, 1, 1] int32; use tf.cast",
  );
});

test("contents that JavaScript has read are constants of a traced function", () => {
  const { fn } = traceFunction("decode", [], () => io.decodeRaw(Uint8Array.of(1, 2), "uint8"));
  expect(fn.call([])[0]?.array()).toEqual([1, 2]);
});

test("batches of examples are parsed: fixed, padded and ragged features", () => {
  const messages = fromValue(
    "test",
    [first, second].map((bytes) => bytes),
    "string",
  );
  const parsed = io.parseExample(messages, {
    x: new io.FixedLenFeature([2], "float32"),
    n: new io.FixedLenFeature([], "int64", { defaultValue: -1 }),
    s: new io.RaggedFeature("string"),
    padded: new io.FixedLenFeature([2], "float32", { defaultValue: 9 }),
  });
  expect([parsed.x.array(), parsed.n.array(), parsed.padded.array()]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    [3, -1],
    [
      [9, 9],
      [9, 9],
    ],
  ]);
  expect([parsed.s.values.array(), parsed.s.rowSplits.array()]).toEqual([
    ["a", "b", "c"],
    [0, 2, 3],
  ]);
  const sequences = io.parseExample(messages, {
    s: new io.FixedLenSequenceFeature([], "string", { allowMissing: true }),
  });
  expect(sequences.s.array()).toEqual([
    ["a", "b"],
    ["c", ""],
  ]);
});

test("one example is parsed without a batch axis, in traced functions too", () => {
  const features = {
    x: new io.FixedLenFeature([2], "float32"),
    words: new io.RaggedFeature("string", { valueKey: "s" }),
  };
  const { x, words } = io.parseSingleExample(first, features);
  expect([x.array(), words.array()]).toEqual([
    [1, 2],
    ["a", "b"],
  ]);
  const { fn } = traceFunction(
    "parse",
    [{ dtype: "string", shape: [] }],
    (message) => io.parseSingleExample(message, features).x,
  );
  expect([fn.outputs[0]?.shape, fn.call([fromValue("test", [second], "string").at(0)])[0]?.array()]).toEqual([
    [2],
    [3, 4],
  ]);
});

test("features that are missing or cannot be are named", () => {
  expect(() => io.parseSingleExample(second, { n: new io.FixedLenFeature([], "int64") })).toThrow(
    /tf.io.parseSingleExample.*n/,
  );
  expect(() => new io.FixedLenFeature([1], "int32" as never)).toThrow(
    'new tf.io.FixedLenFeature: expected a dtype of "float32", "int64", "string", got "int32"',
  );
  expect(() => new io.FixedLenSequenceFeature([1], "int64")).toThrow("expected allowMissing: true");
  expect(() => io.parseSingleExample(first, {})).toThrow("expected at least one feature, got none");
});
