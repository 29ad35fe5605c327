/** Reads TFRecords of images of 28 x 28 bytes with labels, parsed and decoded, in batches: records.ts RECORDS BATCH [shuffled] */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import * as tf from "tensorfleet";
import { report, sizes } from "./timing.ts";

const [numRecords, batchSize] = sizes() as [number, number];
const features = { image: new tf.io.FixedLenFeature([], "string"), label: new tf.io.FixedLenFeature([], "int64") };

/** A tf.train.Example of an image and a label. */
function example(image: Uint8Array, label: number): Uint8Array {
  const writer = new BinaryWriter().tag(1, 2).fork();
  writer.tag(1, 2).fork().tag(1, 2).string("image").tag(2, 2).fork().tag(1, 2).fork().tag(1, 2).bytes(image);
  writer.join().join().join();
  writer.tag(1, 2).fork().tag(1, 2).string("label").tag(2, 2).fork().tag(3, 2).fork().tag(1, 0).int64(label);
  return writer.join().join().join().join().finish();
}

function parse(record: tf.Tensor): readonly [tf.Tensor, tf.Tensor] {
  const { image, label } = tf.io.parseSingleExample(record, features);
  const pixels = tf.reshape(tf.io.decodeRaw(image, "uint8"), [28, 28, 1]);
  return [tf.divide(tf.cast(pixels, "float32"), 255), label];
}

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-bench-records-"));
try {
  const path = join(folder, "images.tfrecord");
  using writer = new tf.io.TFRecordWriter(path);
  const image = new Uint8Array(28 * 28);
  for (let i = 0; i < numRecords; i++) {
    for (let j = 0; j < image.length; j++) image[j] = (i * 31 + j * 7) % 251;
    writer.write(example(image, i % 10));
  }
  writer.close();
  const records = new tf.data.TFRecordDataset(path);
  const inOrder = process.argv.includes("shuffled") ? records.shuffle() : records;
  const batches = inOrder.map(parse, { numParallelCalls: tf.data.AUTOTUNE }).batch(batchSize);
  await report(
    () => {
      let count = 0;
      for (const [images] of batches) count += images.shape[0] as number;
      if (count !== numRecords) throw new Error(`expected ${numRecords} records, got ${count}`);
    },
    Math.ceil(numRecords / batchSize),
  );
} finally {
  rmSync(folder, { recursive: true });
}
