// Workers that read different data, build different models or take different paths: the job ends, and says what differs.
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

/** One of the workers is `isFirst`: it makes a folder, which the others then find. */
const common = `
import { mkdirSync } from "node:fs";
import * as tf from "tensorfleet";
let isFirst = true;
try { mkdirSync(process.argv[2]!); } catch { isFirst = false; }
const { layers } = tf.keras;
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const build = (units: number) => {
  const model = strategy.scope(() => new tf.keras.Sequential([layers.Input({ shape: [1] }), new layers.Dense(units), new layers.Dense(1)]));
  model.compile({ optimizer: "sgd", loss: "mse" });
  return model;
};
const x = Array.from({ length: 60 }, (_, i) => [Math.sin(i)]);
const rows = tf.data.Dataset.fromTensorSlices([tf.constant(x), tf.constant(x)]);
/** Of a length that is not known before it is read. */
const streamOf = (numRows: number) => rows.filter(() => tf.constant(true)).take(numRows).batch(10);
`;
let scripts = 0;

// biome-ignore format: a table, one row a line
test.each<[string, string, RegExp]>([
  ["streams of which one ends an epoch earlier", "await build(4).fit(streamOf(isFirst ? 40 : 60), { epochs: 2, verbose: 0 });",
    /expected all members with batch (4 of pass 0|0 of pass 1) over the data, 10 rows, to train, got worker \d \(rank \d\) with another; all workers must read the same data/],
  ["streams of which one ends earlier, in the only epoch", "await build(4).fit(streamOf(isFirst ? 40 : 60), { verbose: 0 });",
    /(expected 4 steps of the job as in worker \d, got 6|waits in step 4 of collective call 0, which worker \d has completed); all workers must read the same data/],
  ["the same number of batches, the last of other rows", "await build(4).fit(x.slice(0, isFirst ? 38 : 35), x.slice(0, isFirst ? 38 : 35), { batchSize: 10, verbose: 0 });",
    /expected all members with batch 3 of pass 0 over the data, [85] rows/],
  ["models of different widths", "await build(isFirst ? 4 : 5).fit(x, x, { verbose: 0 });",
    /expected variables .*float32\[1, [45]\].* as in worker \d, got .*float32\[1, [45]\]/],
  ["other shards", "await new tf.distribute.MultiWorkerMirroredStrategy({ shards: isFirst ? 2 : 3 }).run(() => tf.constant(1));",
    /expected shards [23] as in worker \d, got [23]/],
  ["other functions", "const one = (x: tf.Tensor) => x, two = (x: tf.Tensor) => x;\nawait strategy.run(isFirst ? one : two, [tf.constant([1, 2])]);",
    /expected function (one|two) as in worker \d, got (one|two)/],
  ["one call less", "const model = build(4);\nawait model.fit(x, x, { verbose: 0 });\nif (isFirst) await model.evaluate(x, x, { verbose: 0 });",
    /workers take different paths through the script: worker \d came to collective call 1, worker \d has ended without it/],
])("%s", async (_, body, message) => {
  const mark = join(workspace.folder, `first-${scripts++}`);
  const { exitCode, stderr } = await workspace.run(`${common}${body}`, ...["--workers", "2", "--seed", "1", "--", mark]);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(1);
});

test("what is the same may have any length", async () => {
  const body =
    "await build(4).fit(streamOf(35), { epochs: 2, verbose: 0 });\nawait build(3).fit(x, x, { verbose: 0 });";
  const { exitCode, stderr } = await workspace.run(
    `${common}${body}`,
    ...["--workers", "2", "--", join(workspace.folder, "same")],
  );
  expect(exitCode, stderr).toBe(0);
});
