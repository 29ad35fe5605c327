// `tensorfleet data plan`, and what a run says of its data before step 0.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { textOf } from "../architecture/sources.ts";
import { markdownBlocks } from "../docs/examples.ts";
import { type Result, root, tensorfleet } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-plan-"));
mkdirSync(join(folder, "node_modules"));
symlinkSync(root, join(folder, "node_modules", "tensorfleet"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string, ...args: string[]): Promise<Result> {
  writeFileSync(join(folder, "train.ts"), `import * as tf from "tensorfleet";\n${script}\n`);
  return tensorfleet(args, { cwd: folder, env: { TMPDIR: folder } });
}
const plan = (script: string, ...args: string[]): Promise<Result> => run(script, "data", "plan", "train.ts", ...args);

/** A model without a strategy: among several workers it has one. */
const fitOn = (data: string, options = ""): string => `
const { layers } = tf.keras;
const x = tf.random.normal([50, 3]);
const data = tf.data.Dataset.fromTensorSlices([x, x.at(":", "0:1")]);
const model = new tf.keras.Sequential([layers.Input({ shape: [3] }), new layers.Dense(1)]);
model.compile({ optimizer: "sgd", loss: "mse" });
console.log("before");
await model.fit(${data}, { epochs: 2, ${options} });
console.log("after");
`;

test("the plan is printed where training would begin, which ends the script", async () => {
  const { stdout, stderr, exitCode } = await plan(fitOn("data.shuffle().batch(8)"), "--workers", "2", "--shards", "4");
  expect(exitCode, stderr).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "before",
    "data: 50 rows of tensors, shuffled, batches of 8: 7 steps an epoch, the last of 2 rows",
    "worker 0: shards 0 to 1, rows 0 to 3 of a full batch",
    "worker 1: shards 2 to 3, rows 4 to 7 of a full batch",
    "warning: the last batch, of 2 rows, leaves 2 of 4 shards without any",
    "",
  ]);
});

test("a stream and values are told of as JSON", async () => {
  const stream = "data.filter(() => tf.constant(true)).batch(8)";
  const read = async (data: string, options?: string): Promise<unknown> => {
    const { stdout, stderr, exitCode } = await plan(fitOn(data, options), "--workers", "3", "--json");
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout.slice(stdout.indexOf("{")));
  };
  expect(await read(stream)).toMatchObject({
    shards: 3,
    steps: null,
    training: { reads: "all", batchRows: 8, batches: null },
    warnings: [
      expect.stringMatching(/each of 3 workers reads all/),
      expect.stringMatching(/not shuffled/),
      expect.stringMatching(/only reading tells/),
    ],
  });
  expect(await read("x, x.at(':', '0:1')", "batchSize: 20, validationSplit: 0.2")).toMatchObject({
    call: "model.fit",
    epochs: 2,
    rowsPerEpoch: 40,
    training: { reads: "own rows", shuffled: "exactly", batches: 2, lastBatchRows: 20 },
    validation: { batches: 1, lastBatchRows: 10, shuffled: null },
    warnings: [],
  });
});

test("a loop of one's own has a plan; a script that does not train has none", async () => {
  const loop = `
  const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
  await strategy.train({ data: tf.data.Dataset.range(10).batch(5), step: () => undefined, epochs: 1 });`;
  expect((await plan(loop, "--workers", "2")).stdout).toMatch(
    /^data: 10 rows of numbers, in order, batches of 5: 2 steps/,
  );
  const { stderr, exitCode } = await plan("console.log(1);");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("expected a script that trains, got train.ts, which ended without model.fit");
});

test("the first worker of a run says it once, on standard error", async () => {
  const args = ["run", "train.ts", "--workers", "2", "--seed", "1"];
  const { stdout, stderr, exitCode } = await run(fitOn("data.shuffle().batch(8)", "verbose: 2"), ...args);
  expect(exitCode, stderr).toBe(0);
  expect(stderr.match(/\[worker 0\] data: 50 rows of tensors, shuffled, batches of 8/g)).toHaveLength(1);
  expect(stderr.match(/2 workers share out 2 shards, 4 rows of a batch in the first/g)).toHaveLength(1);
  expect(stdout).not.toContain("data:");
  const quiet = await run(fitOn("data.shuffle().batch(8)", "verbose: 0"), ...args);
  expect(quiet.stderr).not.toContain("data:");
});

test("what docs/scale-out.md tells to type", async () => {
  const [script] = markdownBlocks("docs/scale-out.md", textOf("docs/scale-out.md"), "ts");
  writeFileSync(join(folder, "train.ts"), script?.code ?? "");
  const args = "data plan train.ts --workers 3 --shards 8".split(" ");
  const { stdout, stderr, exitCode } = await tensorfleet(args, { cwd: folder, env: { TMPDIR: folder } });
  expect(exitCode, stderr).toBe(0);
  expect(stdout.trim().split("\n")).toEqual([
    "data: 512 rows of values, shuffled, batches of 64: 8 steps an epoch",
    "worker 0: shards 0 to 2, rows 0 to 23 of a full batch",
    "worker 1: shards 3 to 5, rows 24 to 47 of a full batch",
    "worker 2: shards 6 to 7, rows 48 to 63 of a full batch",
  ]);
});
