// A sample on which TensorFlow itself ends the process: who computes its shard dies, then the next, until the job halts and names it.
import { afterAll, afterEach, expect, test } from "vitest";
import { Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

/** An image of the wrong rank ends the process in oneDNN's convolution; row 37 makes one, in step 2, row 5, shard 1 of 4. */
const script = `import * as tf from "tensorfleet";
const { layers } = tf.keras;
class Picky extends layers.Layer {
  override call(x: tf.Tensor): tf.Tensor {
    const isBad = tf.reduceAny(tf.greater(x, 1e6));
    const wide = tf.reshape(x, [1, -1, 1]);
    const image = tf.cond(isBad, () => wide.multiply(1), () => tf.reshape(x, [1, -1, 1, 1])) as tf.Tensor;
    const strides = [1, 1, 1, 1];
    return tf.reshape(tf.raw.Conv2D({ input: image, filter: tf.ones(strides), strides, padding: "VALID" }), [-1, 1]);
  }
}
const x = Array.from({ length: 64 }, (_, i) => [i === 37 ? 1e7 : i / 64]);
const build = () => new tf.keras.Sequential([layers.Input({ shape: [1] }), new Picky(), new layers.Dense(1)]);
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(build);
model.compile({ optimizer: "sgd", loss: "mse" });
await model.fit(x, x, { batchSize: 16, verbose: 0, shuffle: false });
`;
const where = (rows: string): RegExp => new RegExp(`at step 2, ${rows} of the batch`);

test("with workers enough, three die of it", async () => {
  const { exitCode, stderr, report } = await workspace.run(script, ...["--workers", "4", "--shards", "4"]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(where("shard 1 \\(rows 4 to 7"));
  expect(stderr).toMatch(
    /exit code 1: step 2, shard 1 \(rows 4 to 7 of the batch: records 36, 37, 38, 39 of the values\) has killed workers in 3 generations; look at what it computes\n$/,
  );
  expect(report.failures.map(({ kind, step }) => [kind, step])).toEqual(Array(3).fill(["crash", 2]));
});

test("with two, the last one, which computes shard by shard, tells which it was", async () => {
  const { exitCode, stderr } = await workspace.run(script, ...["--workers", "2", "--shards", "4"]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(where("shards 0 to 1 \\(rows 0 to 7"));
  expect(stderr).toMatch(
    /exit code 1: all workers died one after the other, in 2 generations, and with them the state of the training; at step 2, shard 1 \(rows 4 to 7 of the batch: records 36, 37, 38, 39 of the values\)\n$/,
  );
});
