// Gradients of the rows that shards look up are gathered: the same bits for any number of workers, and when one of them is killed.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Result } from "./command.ts";
import { type Report, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(() => workspace[Symbol.dispose]());

/**
 * 83 samples in batches of 20 for 6 shards: batches of shards with 3 or 4 rows, and a last one of 3 rows, fewer than shards. Some rows of
 * the table are looked up many times in a batch, and those of the first place of all samples.
 */
const script = `
import * as tf from "tensorfleet";
const { layers, losses, optimizers } = tf.keras;
const [name = "SGD"] = process.argv.slice(2);
const made = {
  SGD: () => new optimizers.SGD({ learningRate: 0.3, clipnorm: 0.5 }),
  Adagrad: () => new optimizers.Adagrad({ learningRate: 0.1 }),
  Adam: () => new optimizers.Adam({ learningRate: 0.01 }),
};
const x = tf.constant(Array.from({ length: 83 }, (_, i) => [7, (7 * i) % 11, (i * i) % 997]), { dtype: "int32" });
const y = Array.from({ length: 83 }, (_, i) => i % 3);
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(() => new tf.keras.Sequential([
  layers.Input({ shape: [3], dtype: "int32" }),
  new layers.Embedding(1000, 8),
  new layers.Flatten(),
  new layers.Dense(8, { activation: "tanh" }),
  new layers.Dropout(0.2),
  new layers.Dense(3),
]));
model.compile({ optimizer: made[name as keyof typeof made](), loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
await model.fit(x, y, { epochs: 3, batchSize: 20, verbose: 0 });
console.log(name);
`;

type Ran = Result & { readonly report: Report };
const ran = (optimizer: string, workers: number, ...rest: string[]): Promise<Ran> =>
  workspace.run(
    script,
    ...["--workers", String(workers), "--shards", "6", "--threads", "1", "--seed", "3"],
    ...[...rest, "--", optimizer],
  );

describe.each(["SGD", "Adagrad", "Adam"])("an embedding trained by %s", (optimizer) => {
  let alone: Ran;
  beforeAll(async () => {
    alone = await ran(optimizer, 1);
    expect([alone.stdout, alone.exitCode], alone.stderr).toEqual([`${optimizer}\n`, 0]);
  });

  test.each([2, 3, 4])("has the same bits with %d workers", async (workers) => {
    const { report, exitCode, stderr } = await ran(optimizer, workers);
    expect(exitCode, stderr).toBe(0);
    expect(report.steps).toBe(15);
    expect(report.state).toEqual(alone.report.state);
  });

  test("has the same bits when a worker is killed", async () => {
    const { report, exitCode, stderr } = await ran(optimizer, 3, "--fault", "kill:1@7");
    expect(exitCode, stderr).toBe(0);
    expect(report.failures.length).toBe(1);
    expect(report.state).toEqual(alone.report.state);
  });
});
