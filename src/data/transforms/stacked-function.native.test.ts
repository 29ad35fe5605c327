import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import * as tf from "../../index.ts";
import { encodeExample } from "../converting/example.ts";
import { indexSpec, trace } from "../element-function.ts";
import { int64 } from "../ops.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-stacked-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "images.tfrecord");
{
  using writer = new tf.io.TFRecordWriter(path);
  for (let i = 0; i < 11; i++)
    writer.write(
      encodeExample([
        ["image", { dtype: "string", values: [Uint8Array.from({ length: 6 }, (_, j) => 40 * j + i)] }],
        ["scale", { dtype: "float32", values: [i / 3, -i] }],
        ...(i % 2 === 0 ? [["label", { dtype: "int64", values: [i] }] as const] : []),
        ["words", { dtype: "string", values: Array.from({ length: i % 3 }, (_, j) => `${i}.${j}`) }],
      ]),
    );
}

const features = {
  image: new tf.io.FixedLenFeature([], "string"),
  scale: new tf.io.FixedLenFeature([2], "float32"),
  label: new tf.io.FixedLenFeature([], "int64", { defaultValue: 7 }),
};
const parse = (record: tf.Tensor) => tf.io.parseSingleExample(record, features);
const pixels = (image: tf.Tensor) => tf.io.decodeRaw(image, "uint8");

type MapFunction = (record: tf.Tensor) => tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>;

/** Functions, and whether all of their ops work on stacks. */
const functions: Record<string, readonly [whole: boolean, fn: MapFunction]> = {
  "parses alone": [true, parse],
  "decodes images": [
    true,
    (record) => {
      const { image, label } = parse(record);
      return [tf.divide(tf.cast(tf.reshape(pixels(image), [2, 3, 1]), "float32"), 255), label];
    },
  ],
  "broadcasts parts of other ranks": [
    true,
    (record) => {
      const { image, scale, label } = parse(record);
      const grid = tf.cast(tf.reshape(pixels(image), [3, 2]), "float32");
      const scaled = tf.add(tf.multiply(grid, scale), tf.constant([[1], [2], [3]]));
      const less = tf.subtract(grid, tf.cast(label, "float32"));
      return [scaled, less, tf.oneHot(label, 12), tf.expandDims(scale, 0), tf.greater(scale, 1)];
    },
  ],
  "goes on with ops that take one element each": [
    false,
    (record) => {
      const { image, scale, label } = parse(record);
      const bytes = tf.cast(pixels(image), "float32"); // any length, as far as is known
      return { sum: tf.reduceSum(bytes), last: tf.reverse(bytes, [0]).reshape([6]), exp: tf.exp(scale), label };
    },
  ],
  "draws random numbers": [
    false,
    (record) => {
      const { scale } = parse(record);
      return [tf.add(scale, tf.random.uniform([2])), scale];
    },
  ],
  "calls a traced function": [
    false,
    (() => {
      const double = tf.function((x: tf.Tensor) => tf.add(x, x));
      return (record: tf.Tensor) => double(parse(record).scale);
    })(),
  ],
  "uses tensors from outside": [
    true,
    (() => {
      const table = tf.constant([10, 20]);
      return (record: tf.Tensor) => tf.add(parse(record).scale, tf.multiply(table, table));
    })(),
  ],
};

test.each(Object.entries(functions))(
  "a function that %s gives the same for batches as for elements",
  (_, [whole, fn]) => {
    const mapped = new tf.data.TFRecordDataset(path).shuffle({ seed: 5 }).map(fn as (record: tf.Tensor) => tf.Tensor);
    const batched = mapped.batch(4);
    expect([...batched.unbatch().asArrayIterator()]).toEqual([...mapped.asArrayIterator()]);
    expect(opsOf(batched).includes("MapDefun")).toBe(!whole);
    expect(opsOf(batched).includes("ParseExampleV2")).toBe(true);
    batched.dispose();
  },
);

test("sequences are not padded to the longest of a batch, and functions with effects run once an element", () => {
  const described = { words: new tf.io.FixedLenSequenceFeature([], "string", { allowMissing: true }) };
  const words = (record: tf.Tensor) => tf.io.parseSingleExample(record, described).words;
  using sequences = new tf.data.TFRecordDataset(path).map(words);
  using batched = sequences.batch(3);
  expect(opsOf(batched)).toContain("MapDefun");
  expect(() => [...batched]).toThrow(/expected elements of one shape/);
  const seen = new tf.Variable(0);
  using counted = new tf.data.TFRecordDataset(path).map((record: tf.Tensor) => {
    seen.assignAdd(1);
    return parse(record).scale;
  });
  using inBatches = counted.batch(11);
  expect([...inBatches].length).toBe(1);
  expect(seen.item()).toBe(11);
  seen.dispose();
});

test("sums of several floats, whose order the optimizer may change, are left to each element", () => {
  using batches = new tf.data.TFRecordDataset(path)
    .map((record: tf.Tensor) => tf.add(tf.add(parse(record).scale, 1), parse(record).scale))
    .batch(4);
  expect(opsOf(batches).filter((op) => ["ParseExampleV2", "MapDefun"].includes(op))).toEqual([
    "ParseExampleV2",
    "ParseExampleV2",
    "MapDefun",
  ]);
});

test("a part of no rows is read as one of no rows", () => {
  using batches = new tf.data.TFRecordDataset(path)
    .map(functions["decodes images"]![1] as (x: tf.Tensor) => tf.Tensor[])
    .batch(2);
  const { rows } = batches.plan.indexed!.batches!;
  const [images] = tf.tidy(() => tf.keep(rows(int64(0), int64(0), int64(1), int64(1)))) as [tf.Tensor];
  expect(images.shape).toEqual([0, 2, 3, 1]);
});

/** The ops that make a batch. */
function opsOf({ plan }: tf.data.Dataset<unknown>): string[] {
  const batch = trace("batch", [indexSpec, indexSpec], (index, epoch) => plan.indexed!.element(index!, epoch!));
  const ops = batch.graph.records.map(({ op }) => op);
  batch.graph.releaseShares();
  return ops;
}
