/**
 * How long the processor works from a change of place to the first batch there, in ms, in a process that reads already: position.ts resume (at
 * step 1,000,000) | reshard (other shards, as when the group changes). 60 million rows, shuffled exactly, mapped, in batches of 128.
 */
import * as tf from "tensorfleet";

const PASSES = 20;
const MICROSECONDS = 1000;
const FIRST_STEP = 1_000_000;
const BATCH = 128;
const SHARDS = 8;
const rows = tf.data.Dataset.range(60e6).shuffle({ seed: 1 });
const batches = rows
  .map((n) => tf.cast(n, "float32").multiply(tf.random.uniform([])))
  .batch(BATCH)
  .repeat();
let shards = { from: 0, to: 4, of: SHARDS };
/** What workers read by: the rows of their shards, which may change from batch to batch. */
const read = (startStep: number) => {
  const iterator = batches.sharedBatches(() => shards, { epoch: 0, startStep });
  if (!iterator) throw new Error("expected a dataset that is split by number");
  return iterator;
};

const passes: number[] = [];
const cpu: number[] = [];
using reading = read(0);
reading.next()?.dispose();
for (let pass = 0; pass < PASSES; pass++) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  if (process.argv[2] === "resume") {
    using late = read(FIRST_STEP + pass);
    late.next()?.dispose();
  } else {
    shards = pass % 2 === 0 ? { from: 0, to: SHARDS, of: SHARDS } : { from: 0, to: 4, of: SHARDS };
    reading.next()?.dispose();
  }
  passes.push(performance.now() - start);
  const { user, system } = process.cpuUsage(before);
  cpu.push((user + system) / MICROSECONDS);
}
cpu.sort((a, b) => a - b);
console.log(JSON.stringify({ value: cpu[PASSES / 2], unit: "ms of processor time", passes: cpu, wallMs: passes }));
