// Data that JavaScript makes, in several workers: each makes all of them and trains the rows of its shards.
import { afterAll, afterEach, expect, test } from "vitest";
import { type Report, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(async () => {
  await workspace.endJobs();
  expect(workspace.leftovers()).toEqual([]);
});
afterAll(() => workspace[Symbol.dispose]());

const script = `
import * as tf from "tensorfleet";
import { setImmediate as turn } from "node:timers/promises";
const { layers } = tf.keras;
const [kind = "generator"] = process.argv.slice(2);
const row = (i: number): [number[], number[]] => [[Math.sin(i), Math.cos(i)], [i % 3]];
async function* generate(): AsyncGenerator<[number[], number[]]> {
  for (let i = 0; i < 203; i++) {
    await turn();
    yield row(i);
  }
}
const outputSignature = [new tf.TensorSpec([2], "float32"), new tf.TensorSpec([1], "float32")] as const;
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(
  () => new tf.keras.Sequential([layers.Input({ shape: [2] }), new layers.Dense(4), new layers.Dense(1)]),
);
model.compile({ optimizer: "adam", loss: "mse" });
const dataset = kind === "generator"
  ? tf.data.Dataset.fromGenerator(generate, { outputSignature })
  : tf.data.Dataset.range(203).shuffle({ seed: 2 }).mapJs((i: tf.Tensor) => row(Number(i.item())), { outputSignature });
const kindOf = (_: tf.Tensor, y: tf.Tensor) => tf.cast(tf.reshape(y, []), "int32");
const batches = kind === "buckets" ? dataset.bucketBySequenceLength(kindOf, [1, 2], [24, 16, 8]) : dataset.batch(20);
await model.fit(batches, { epochs: 3, verbose: 0 });
console.log("evaluated", JSON.stringify(await model.evaluate(batches, { verbose: 0 })));
`;

async function ran(kind: string, ...args: string[]): Promise<{ printed: string; report: Report }> {
  const settings = ["--shards", "4", "--seed", "1", ...args, "--", kind];
  const { exitCode, stdout, stderr, report } = await workspace.run(script, ...settings);
  expect(exitCode, stderr).toBe(0);
  return { printed: stdout, report };
}

test.each(["generator", "mapJs", "buckets"])(
  "data of the kind %s give one training, whoever runs it and whoever dies",
  async (kind) => {
    const alone = await ran(kind, "--workers", "1");
    expect(alone.report).toMatchObject({ samples: { expected: 609, seen: 609, missing: 0, duplicate: 0 } });
    for (const faults of [[], ["--fault", "kill:1@5"]]) {
      const together = await ran(kind, "--workers", "2", ...faults);
      expect(together.report).toMatchObject({
        state: alone.report.state,
        samples: { expected: 609, seen: 609, missing: 0, duplicate: 0 },
      });
      expect(together.printed).toContain(alone.printed.trim());
    }
  },
);
