// Layers learn from data over the shards: the same bits for every number of workers, of values, of datasets with and without numbers.
import { afterAll, afterEach, expect, test } from "vitest";
import { Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

/** 1003 rows in batches of 10: shards with different numbers of batches, and a last batch that is not full. */
const script = `
import { createHash } from "node:crypto";
import * as tf from "tensorfleet";
const { layers } = tf.keras;
const values = Float32Array.from({ length: 3009 }, (_, i) => Math.sin(i * i) * (1 + (i % 3)));
const rows = tf.constant(values).reshape([1003, 3]);
const batches = tf.data.Dataset.fromTensorSlices(rows).shuffle().batch(10);
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const hash = createHash("sha256");
for (const data of [rows, batches, batches.filter((x: tf.Tensor) => tf.greater(tf.reduceSum(x), -1))]) {
  const [moments, bins] = strategy.scope(() => [new layers.Normalization(), new layers.Discretization({ numBins: 7 })] as const);
  await moments.adapt(data);
  await bins.adapt(data);
  hash.update(JSON.stringify([moments.getWeights().map((weight) => weight.array()), bins.binBoundaries]));
}
console.log(hash.digest("hex"));
`;

const hashOf = async (workers: number): Promise<string> => {
  const flags = ["--workers", String(workers), "--shards", "6", "--threads", "1", "--seed", "3"];
  const { stdout, stderr, exitCode } = await workspace.run(script, ...flags);
  expect(exitCode, stderr).toBe(0);
  return /[0-9a-f]{64}/.exec(stdout)?.[0] ?? stdout;
};

test("1, 2 and 3 workers learn the same bits", async () => {
  const alone = await hashOf(1);
  expect(alone).toMatch(/^[0-9a-f]{64}$/);
  expect([await hashOf(2), await hashOf(3)]).toEqual([alone, alone]);
}, 300_000);
