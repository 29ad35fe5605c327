// Workers read the rows of their shards alone, whatever call asks for them, and what comes of it is the same for any number of them.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Result } from "./command.ts";
import { type Report, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

/** 236 rows in batches of 8 over 4 shards: the last has 4. Each reading of a row is counted where it happens: in the pipeline. */
const script = `
import * as tf from "tensorfleet";
const { layers } = tf.keras;
const numRows = 236;
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const counter = new tf.Variable(0, { dtype: "int32", trainable: false });
const x = tf.random.normal([numRows, 3]);
const y = tf.reduceSum(x, { axis: 1, keepdims: true });
const data = tf.data.Dataset.fromTensorSlices([x, y])
  .shuffle()
  .map((a: tf.Tensor, b: tf.Tensor) => (counter.assignAdd(1), [a.add(tf.random.uniform([], { maxval: 0.01 })), b] as const))
  .batch(8);
const inputs = data.map((a: tf.Tensor) => a);
let before = 0;
const share = (what: string): void => {
  const read = counter.item() - before;
  before = counter.item();
  console.error(\`\${what}: \${(read / numRows).toFixed(2)} passes in process \${process.pid}\`);
};
const model = strategy.scope(() => new tf.keras.Sequential([layers.Input({ shape: [3] }), new layers.Dense(4), new layers.Dense(1)]));
model.compile({ optimizer: new tf.keras.optimizers.Adam({ learningRate: 0.01 }), loss: "mse" });
const { history } = await model.fit(data, { epochs: 3, verbose: 0, validationData: data.take(7) });
console.log(JSON.stringify(history));
share("fit");
console.log(await model.evaluate(data, { verbose: 0 }));
share("evaluate");
console.log(tf.reduceSum(await model.predict(data, { verbose: 0 })).item());
share("predict");
const w = strategy.scope(() => new tf.Variable([[0], [0], [0]]));
const optimizer = new tf.keras.optimizers.SGD({ learningRate: 0.1 });
const step = (a: tf.Tensor, b: tf.Tensor) => {
  const rows = tf.distribute.getReplicaContext()!.rows.all;
  const error = () => tf.reduceSum(tf.square(a.matmul(w).subtract(b))).divide(rows);
  const loss = error();
  optimizer.apply(tf.valueAndGradient(error, [w]).gradients, [w]);
  return { loss };
};
const trained = await strategy.train({ data, step, epochs: 2 });
console.log(trained.steps, trained.history.loss);
share("train");
let total = 0;
const sum = (a: tf.Tensor) => tf.reduceSum(a);
for await (const [a] of strategy.experimentalDistributeDataset(data)) total += strategy.reduce("sum", await strategy.run(sum, [a])).item();
console.log(total);
share("run");
`;

type Ran = Result & { readonly report: Report };
const ran = (workers: number, ...rest: string[]): Promise<Ran> =>
  workspace.run(script, ...["--workers", String(workers), "--shards", "4", "--threads", "1", "--seed", "3"], ...rest);

let alone: Ran;
beforeAll(async () => {
  alone = await ran(1);
  expect(alone.exitCode, alone.stderr).toBe(0);
});

/** How many passes' worth of rows each worker has read in each call. */
function passesOf(stderr: string): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const [, call, passes] of stderr.matchAll(/(\w+): (\d+\.\d+) passes/g)) {
    found[call as string] ??= [];
    found[call as string]?.push(Number(passes));
  }
  return found;
}

test("each of two workers reads half of what there is to read, a little ahead", async () => {
  const { stdout, stderr, exitCode, report } = await ran(2);
  expect(exitCode, stderr).toBe(0);
  expect([stdout, report.state]).toEqual([alone.stdout, alone.report.state]);
  const passes = passesOf(stderr);
  for (const [call, whole] of Object.entries({ fit: 3.7, evaluate: 1, predict: 1, train: 2, run: 1 })) {
    expect(passes[call]).toHaveLength(2);
    for (const read of passes[call] ?? []) expect(Math.abs(read - whole / 2), `${call}: ${read}`).toBeLessThan(0.15);
  }
});

test.each([
  [3, []],
  [2, ["--fault", "kill:1@5"]],
  [3, ["--fault", "kill:0@40:reduce", "--fault", "kill:1@140"]],
  [2, ["--fault", "add:1@3"]],
])("%d workers, %j: the same bits", async (workers, faults) => {
  const { stdout, stderr, exitCode, report } = await ran(workers, ...faults);
  expect(exitCode, stderr).toBe(0);
  expect(stdout, stderr).toBe(alone.stdout);
  expect(report.state).toEqual(alone.report.state);
});

/** Files of 1 to 9 lines, of which a filter leaves some: streams that are split by policy, trained on twice. */
const splitScript = `
import { writeFileSync } from "node:fs";
import * as tf from "tensorfleet";
const { layers } = tf.keras;
const policy = tf.data.experimental.AutoShardPolicy[process.argv[2]!]!;
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const names = Array.from({ length: 9 }, (_, i) => "lines-" + i + ".txt");
await tf.distribute.once("write", () => {
  names.forEach((name, i) => writeFileSync(name, Array.from({ length: i + 1 }, (_, k) => (10 * i + k) + "\\n").join("")));
});
const data = tf.data.Dataset.fromTensorSlices(names)
  .interleave((name: tf.Tensor) =>
    tf.data.Dataset.fromTensorSlices(tf.strings.split(tf.io.readFile(name), { sep: "\\n" }).values))
  .filter((line: tf.Tensor) => tf.notEqual(line, ""))
  .map((line: tf.Tensor) => {
    const x = tf.sin(tf.strings.toNumber(line)).reshape([1]);
    return [x, x.multiply(3)] as const;
  })
  .batch(8)
  .withOptions(new tf.data.Options({ experimentalDistribute: { autoShardPolicy: policy } }));
const model = strategy.scope(() => new tf.keras.Sequential([layers.Input({ shape: [1] }), new layers.Dense(1)]));
model.compile({ optimizer: new tf.keras.optimizers.SGD({ learningRate: 0.1 }), loss: "mse" });
const { history } = await model.fit(data, { epochs: 3, verbose: 0 });
console.log(JSON.stringify(history), await model.evaluate(data, { verbose: 0 }), (await model.predict(data, { verbose: 0 })).shape);
`;

test.each(["AUTO", "FILE", "DATA"])("%s: streams are split, and give the same bits", async (policy) => {
  const trained = async (workers: number, ...faults: string[]): Promise<string> => {
    const args = ["--workers", String(workers), "--shards", "4", "--threads", "1", "--seed", "3", ...faults];
    const { stdout, stderr, exitCode, report } = await workspace.run(splitScript, ...args, "--", policy);
    expect(exitCode, stderr).toBe(0);
    expect(stdout, stderr).toContain("[ 45, 1 ]");
    return `${stdout} ${report.state?.weightsSha256}`;
  };
  const one = await trained(1);
  expect([await trained(2), await trained(3, "--fault", "kill:1@7")]).toEqual([one, one]);
});
