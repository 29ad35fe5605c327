/** Finds the records of a TFRecord file and checks all their sums: records-index.ts MEGABYTES. The value is a core's time for a megabyte. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "tensorfleet";
import { sizes } from "./timing.ts";

const MEGABYTE = 1e6;
const RECORD_BYTES = 809; // an image of 28 x 28 with its label
const FRAMED_BYTES = RECORD_BYTES + 16;

const [megabytes] = sizes() as [number];
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-bench-index-"));
try {
  const path = join(folder, "large.tfrecord");
  using writer = new tf.io.TFRecordWriter(path);
  const record = Uint8Array.from({ length: RECORD_BYTES }, (_, i) => (i * 31) % 251);
  const numRecords = Math.ceil((megabytes * MEGABYTE) / FRAMED_BYTES);
  for (let i = 0; i < numRecords; i++) {
    record[i % RECORD_BYTES] = i;
    writer.write(record);
  }
  writer.close();
  const passes: number[] = [];
  const elapsed: number[] = [];
  for (let pass = 0; pass < 5; pass++) {
    rmSync(`${path}.index`, { force: true });
    const [before, start] = [process.cpuUsage(), performance.now()];
    using dataset = new tf.data.TFRecordDataset(path);
    elapsed.push(((performance.now() - start) * 1000) / megabytes);
    const { user, system } = process.cpuUsage(before);
    passes.push((user + system) / megabytes);
    if (dataset.cardinality() !== numRecords) throw new Error(`expected ${numRecords} records`);
  }
  console.log(JSON.stringify({ value: Math.min(...passes), unit: "us/MB of a core", passes, elapsed }));
} finally {
  rmSync(folder, { recursive: true });
}
