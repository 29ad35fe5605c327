// Loops of one's own under several workers: run, reduce, gather and train give the same bits for any number of them, and whoever dies.
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Result } from "./command.ts";
import { type Report, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

/** 22 rows in batches of 8 over 4 shards: the last has 6. The pause of an epoch gives a replacement time to come. */
const script = `
import { setTimeout } from "node:timers/promises";
import * as tf from "tensorfleet";
const pauseMs = Number(process.argv[2] ?? 0);
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const w = new tf.Variable([0, 0]);
const optimizer = new tf.keras.optimizers.Adam({ learningRate: 0.05 });
const x = tf.random.normal([22, 2]);
const y = tf.reduceSum(x.multiply([3, -2]), { axis: 1 });
const total = (xs: tf.Tensor) => ({ sum: tf.reduceSum(xs.multiply(w)), noise: xs.at(":", 0).add(tf.random.normal([])) });
const told = async (when: string) => {
  const { sum, noise } = await strategy.run(total, [x]);
  const sums = [strategy.reduce("sum", sum), strategy.reduce("mean", noise, { axis: 0 })].map((value) => value.item());
  console.log(when, sums.join(" "), strategy.gather(noise, 0).shape, w.array());
};
const step = (xs: tf.Tensor, ys: tf.Tensor) => {
  const replica = tf.distribute.getReplicaContext()!;
  const kept = xs.multiply(tf.random.uniform([2]).add(0.5));
  const errors = () => tf.square(tf.reduceSum(kept.multiply(w), { axis: 1 }).subtract(ys));
  const loss = tf.reduceMean(errors());
  const { gradients } = tf.valueAndGradient(() => tf.reduceSum(errors()).divide(replica.rows.all), [w]);
  optimizer.apply(gradients, [w]);
  return { loss };
};
await told("before");
const data = tf.data.Dataset.fromTensorSlices([x, y]).shuffle().batch(8);
const { history, steps } = await strategy.train({
  data,
  step,
  epochs: 12,
  onEpochEnd: async (epoch, { loss }) => {
    if (epoch % 4 === 3) console.log("epoch", epoch, loss);
    await setTimeout(pauseMs);
  },
});
console.log(steps, history.loss!.at(-1));
await told("after");
const again = await strategy.train({ data, step });
console.log(again.steps, again.history.loss);
await told("end");
`;

type Ran = Result & { readonly report: Report };
const ran = (workers: number, pauseMs: number, ...rest: string[]): Promise<Ran> =>
  workspace.run(
    script,
    ...["--workers", String(workers), "--shards", "4", "--threads", "1", "--seed", "3"],
    ...[...rest, "--", String(pauseMs)],
  );

let alone: Ran;
beforeAll(async () => {
  alone = await ran(1, 0);
  expect(alone.exitCode, alone.stderr).toBe(0);
});

test.each([
  [2, 0, []],
  [3, 0, []],
  [2, 1200, ["--fault", "kill:1@10"]],
  [2, 0, ["--fault", "kill:0@20:reduce"]],
  [2, 0, ["--fault", "kill:1@0:apply"]],
])("%d workers, %d ms an epoch, %j", async (workers, pauseMs, faults) => {
  const { stdout, stderr, exitCode, report } = await ran(workers, pauseMs, ...faults);
  expect(exitCode, stderr).toBe(0);
  expect(stdout, stderr).toBe(alone.stdout);
  expect(report.state).toEqual(alone.report.state);
  expect(report.failures.map(({ stepsLost }) => stepsLost)).toEqual(faults.length > 0 ? [0] : []);
  if (pauseMs > 0) expect(stderr).toMatch(/worker 2 joins/);
});

/** A loop of `strategy.run` on a state that is not kept after each of them. The marks of workers at step 30 are counted. */
const manyRuns = `
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import * as tf from "tensorfleet";
const [folder = "", numMarks = "1"] = process.argv.slice(2);
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const w = new tf.Variable(tf.zeros([600, 600]));
const optimizer = new tf.keras.optimizers.SGD({ learningRate: 0.001 });
const step = (x: tf.Tensor) => {
  const lossOf = () => tf.reduceSum(tf.square(x.matmul(w).subtract(x))).divide(16);
  const { value, gradients } = tf.valueAndGradient(lossOf, [w]);
  optimizer.apply(gradients, [w]);
  return value;
};
const x = tf.random.normal([16, 600]);
mkdirSync(folder, { recursive: true });
for (let i = 0; i < 40; i++) {
  if (i === 30) {
    writeFileSync(folder + "/" + process.pid, "");
    while (readdirSync(folder).length < Number(numMarks)) await setTimeout(10);
  }
  const loss = strategy.reduce("sum", await strategy.run(step, [x])).item();
  if (i % 10 === 9) console.log(i, loss);
}
console.log(await tf.distribute.once("sum", () => tf.reduceSum(tf.square(w)).item()));
`;

test("a worker that comes to a loop of runs is given their outcomes, and takes part with the others' state", async () => {
  const runs = (workers: string, marks: string, ...faults: string[]): Promise<Ran> =>
    workspace.run(
      manyRuns,
      ...["--workers", workers, "--shards", "2", "--seed", "3", ...faults],
      ...["--", join(workspace.folder, `marks-${marks}`), marks],
    );
  const quiet = await runs("1", "1");
  const joined = await runs("2", "2", "--fault", "kill:1@9");
  expect(joined.stdout, joined.stderr).toBe(quiet.stdout);
  expect(joined.stdout.trim().split("\n")).toHaveLength(5);
  expect(joined.report.generations.at(-1)?.workers, joined.stderr).toEqual([0, 2]);
});

test("what a replacement rehearses leaves no trace: one that has to begin comes to the same", async () => {
  const dying = 'if (link.worker === 0) process.kill(process.pid, "SIGKILL");\n';
  const { stdout, stderr, report } = await workspace.run(
    `${dying}${script}`,
    ...["--workers", "1", "--shards", "4", "--threads", "1", "--seed", "3"],
  );
  expect(stdout, stderr).toBe(alone.stdout);
  expect(report.generations.map(({ workers }) => workers)).toContainEqual([1]);
});
