// Files of network file systems, whose reading by blocks is asked for here for files of this machine.
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TFRecordWriter } from "../../src/data/records/writer.ts";
import { type Result, tensorfleet } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-network-"));
afterAll(() => rmSync(folder, { recursive: true }));
const cache = join(folder, "cache");
const records = Array.from({ length: 3000 }, (_, i) => `record ${i} ${"x".repeat(i)}`); // 4.6 MB: several blocks

function written(name: string): string {
  const path = join(folder, name);
  using writer = new TFRecordWriter(path);
  for (const record of records) writer.write(record);
  return path;
}

async function ran(script: string, mapFiles: string): Promise<Result> {
  const path = join(folder, "script.ts");
  const head = `import { truncateSync } from "node:fs";
import * as tf from "tensorfleet";
tf.io.setObjectStore({ cacheFolder: ${JSON.stringify(cache)} });
`;
  writeFileSync(path, head + script);
  return tensorfleet(["run", path], { env: { TENSORFLEET_MAP_FILES: mapFiles } });
}

test("what is read by blocks is what is read of mapped files", async () => {
  const far = written("far.tfrecord");
  const text = join(folder, "far.txt");
  writeFileSync(text, records.join("\n"));
  const fixed = join(folder, "far.bin");
  writeFileSync(fixed, records.join("").slice(0, 4_000_007));
  const array = join(folder, "far.npy");
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3000, 300), }".padEnd(117);
  const elements = Float32Array.from({ length: 900_000 }, (_, i) => i);
  const start = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.from(`${header}\n`)]);
  writeFileSync(array, Buffer.concat([start, Buffer.from(elements.buffer)]));
  const script = `
import { createHash } from "node:crypto";
const hash = createHash("sha256");
const arrays = new tf.data.NpyDataset([${JSON.stringify(array)}, ${JSON.stringify(array)}]).shuffle({ seed: 3 });
for (const batch of arrays.batch(64)) hash.update(batch.data() as Float32Array);
console.log(arrays.cardinality(), hash.digest("hex"));
for (const dataset of [
  new tf.data.TFRecordDataset([${JSON.stringify(far)}, ${JSON.stringify(far)}]),
  new tf.data.TextLineDataset(${JSON.stringify(text)}),
  new tf.data.FixedLengthRecordDataset(${JSON.stringify(fixed)}, 1000, { headerBytes: 7 }),
]) {
  const hash = createHash("sha256");
  const batches = dataset.shuffle({ seed: 3 }).batch(64);
  for (const batch of batches) for (const record of batch.bytes()) hash.update(record);
  console.log(dataset.cardinality(), hash.digest("hex"));
}`;
  const mapped = await ran(script, "always");
  expect([mapped.exitCode, mapped.stderr]).toEqual([0, ""]);
  for (const name of readdirSync(folder)) if (name.endsWith(".index")) rmSync(join(folder, name));
  const byBlocks = await ran(script, "never");
  expect([byBlocks.exitCode, byBlocks.stdout]).toEqual([0, mapped.stdout]);
  expect(readdirSync(cache)).toHaveLength(4);
});

test("a file that is cut while it is read is told, not met by a signal", async () => {
  const path = written("changing.tfrecord");
  const { exitCode, signal, stderr } = await ran(
    `
let count = 0;
for (const record of new tf.data.TFRecordDataset(${JSON.stringify(path)})) if (count++ === 0) truncateSync(${JSON.stringify(path)}, 1000);
`,
    "never",
  );
  expect([exitCode, signal]).toEqual([1, null]);
  expect(stderr).toContain(`expected to read ${path}, got: it was written to meanwhile; leave files as they are`);
});

test("a file for which there is no room here is mapped, which is told", async () => {
  const path = join(folder, "sparse.bin");
  writeFileSync(path, "ab");
  truncateSync(path, 2 ** 42); // more than the disks of tests have room for
  const script = `console.log(new tf.data.FixedLengthRecordDataset(${JSON.stringify(path)}, 2 ** 40).cardinality());`;
  const { stdout, stderr } = await ran(script, "never");
  expect(stdout).toBe("4\n");
  expect(stderr).toMatch(/expected room for the 4398046511104 bytes of .* it is mapped over the network/);
});
