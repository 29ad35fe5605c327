/**
 * Reads a TFRecord file once and tells at which rate, and how much memory of its own the process had at most.
 * cold-read.ts FILE (sequential | blocks): as bytes from the first to the last, or as batches of a block shuffle.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import * as tf from "../../src/index.ts";

const [path, how] = process.argv.slice(2) as [string, string];
const BATCH = 64;
/** Of 64 KB records: blocks of 4 MB, windows of 128 MB. */
const BLOCKS = { blockSize: 64, windowBlocks: 32 };

function readSequentially(): number {
  const file = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(1 << 20);
  let bytes = 0;
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) bytes += read;
  closeSync(file);
  return bytes;
}

let mostPrivateBytes = 0;

/** Kilobytes of memory that are neither a file's nor shared. */
function notePrivateMemory(): void {
  const status = readFileSync("/proc/self/status", "utf8");
  mostPrivateBytes = Math.max(mostPrivateBytes, 1024 * Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]));
}

function readInBlocks(): number {
  const lengths = new tf.data.TFRecordDataset(path)
    .shuffle({ seed: 1, ...BLOCKS })
    .batch(BATCH)
    .map((records) => tf.reduceSum(tf.cast(tf.strings.length(records), "int64")), { numParallelCalls: 2 });
  let [bytes, batches] = [0, 0];
  for (const sum of lengths) {
    bytes += Number(sum.item());
    sum.dispose();
    if (++batches % 50 === 0) notePrivateMemory();
  }
  return bytes;
}

const before = process.cpuUsage();
const start = performance.now();
const bytes = how === "blocks" ? readInBlocks() : readSequentially();
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
notePrivateMemory();
console.log(
  JSON.stringify({
    megabytesPerSecond: bytes / seconds / 1e6,
    mostPrivateBytes,
    cpuSeconds: (user + system) / 1e6,
    bytes,
    of: statSync(path).size,
  }),
);
