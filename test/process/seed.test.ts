// A run can be repeated: the same seed gives the same weights, bit for bit, in another process too; a seed that was drawn is told.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tensorfleet } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-seed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() =>
  writeFileSync(
    join(folder, "train.ts"),
    `import { createHash } from "node:crypto";
import * as tf from "tensorfleet";
const { layers } = tf.keras;
const model = new tf.keras.Sequential([
  layers.Input({ shape: [8, 8, 1] }), new layers.Conv2D(4, 3, { activation: "relu" }), new layers.Flatten(), new layers.Dropout(0.5), new layers.Dense(3),
]);
model.compile({ optimizer: "adam", loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
const x = tf.random.normal([64, 8, 8, 1]);
const y = tf.cast(tf.floor(tf.random.uniform([64]).multiply(3)), "int32");
await model.fit(x, y, { batchSize: 16, epochs: 3 });
const hash = createHash("sha256");
for (const weight of model.weights) hash.update(new Uint8Array((weight.data() as Float32Array).buffer));
console.log(hash.digest("hex"));
`,
  ),
);

async function weightsOf(...args: string[]): Promise<{ weights: string; stderr: string }> {
  const { stdout, stderr } = await tensorfleet(["run", join(folder, "train.ts"), ...args], { cwd: folder });
  return { weights: stdout.trim().split("\n").at(-1) as string, stderr };
}

test("the same seed gives the same weights in another process, another seed others", async () => {
  const first = await weightsOf("--seed", "5");
  expect(first.weights).toMatch(/^[0-9a-f]{64}$/);
  expect(first.stderr).toBe("");
  expect((await weightsOf("--seed", "5")).weights).toBe(first.weights);
  expect((await weightsOf("--seed", "6")).weights).not.toBe(first.weights);
});

test("a seed that was drawn is told once, and repeats the run", async () => {
  const { weights, stderr } = await weightsOf();
  const [, seed] = /^seed (\d+) \(repeat this run with --seed \1, or tf\.random\.setSeed\)\n$/.exec(stderr) ?? [];
  expect(seed, stderr).toBeDefined();
  expect((await weightsOf("--seed", seed as string)).weights).toBe(weights);
});
