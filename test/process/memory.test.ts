// Long trainings hold no more memory than short ones: between step 200 and step 1,000 the number of tensors is equal and resident memory
// grows by less than 2 MB.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root, run } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MAX_GROWTH_BYTES = 2 * 2 ** 20;
/**
 * Node takes memory of its own in the first thousand steps of any loop: its optimizing compiler works on threads that keep what they
 * needed at most, and its young generation fills its pages one after the other. The one is off here, the other is kept small.
 */
const flags = ["--no-opt", "--max-semi-space-size=1", "--expose-gc"];

const start = `import { setImmediate } from "node:timers/promises";
import * as tf from "tensorfleet";
tf.random.setSeed(1);
const { layers } = tf.keras;
const model = new tf.keras.Sequential([
  layers.Input({ shape: [16] }), new layers.Dense(32, { activation: "relu" }), new layers.Dropout(0.1), new layers.Dense(4),
]);
const loss = new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true });
model.compile({ optimizer: "adam", loss, metrics: ["accuracy"] });
const x = tf.random.normal([3200, 16]);
const y = tf.cast(tf.argmax(x.at("...", "0:4"), { axis: 1 }), "int32");
const marks: tf.MemoryUse[] = [];
async function mark(step: number): Promise<void> {
  if (step !== 200 && step !== 1000) return;
  for (let round = 0; round < 5; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await setImmediate(); // finalizers run between macrotasks
  }
  marks.push(tf.memory());
}
let steps = 0;
const marking = new tf.keras.callbacks.LambdaCallback({ onTrainBatchEnd: () => mark(++steps) });
const options = { epochs: 11, verbose: 0, callbacks: [marking] } as const;
`;

/** 100 batches of 32 an epoch. */
const loops: Readonly<Record<string, string>> = {
  "fit on arrays": "await model.fit(x, y, { ...options, batchSize: 32 });",
  "fit on a dataset": `const data = tf.data.Dataset.fromTensorSlices([x, y]).shuffle().map((a, b) => [tf.multiply(a, 2), b] as const).batch(32);
await model.fit(data, options);`,
  "fit with validation": "await model.fit(x, y, { ...options, epochs: 12, batchSize: 32, validationSplit: 0.1 });",
  "an eager loop": `const optimizer = new tf.keras.optimizers.Adam();
const variables = model.trainableVariables;
while (steps < 1000) {
  {
    using scope = tf.scope();
    const rows = \`\${(steps % 100) * 32}:\${(steps % 100) * 32 + 32}\`;
    const tape = new tf.GradientTape();
    const value = tape.record(() => loss.apply(y.at(rows), model.apply<tf.Tensor>(x.at(rows), { training: true })));
    optimizer.apply(tape.gradient(value, variables) as tf.Tensor[], variables);
  }
  await mark(++steps);
}`,
  "a loop over tf.function": `const optimizer = new tf.keras.optimizers.Adam();
const step = tf.function((a: tf.Tensor, b: tf.Tensor) => {
  const variables = model.trainableVariables;
  const { value, gradients } = tf.valueAndGradient(() => loss.apply(b, model.apply<tf.Tensor>(a, { training: true })), variables);
  optimizer.apply(gradients, variables);
  return value;
});
while (steps < 1000) {
  const rows = \`\${(steps % 100) * 32}:\${(steps % 100) * 32 + 32}\`;
  tf.tidy(() => void step(x.at(rows), y.at(rows)));
  await mark(++steps);
}`,
};

test.each(Object.keys(loops))("%s", async (name) => {
  const path = join(folder, `${name.replaceAll(" ", "-")}.ts`);
  writeFileSync(path, `${start}${loops[name]}\nconsole.log(JSON.stringify(marks));\n`);
  const { stdout, stderr } = await run(process.execPath, [...flags, `${root}bin/tensorfleet.js`, "run", path], {
    cwd: folder,
  });
  const [early, late] = JSON.parse(stdout || `"${stderr}"`) as { numTensors: number; residentBytes: number }[];
  expect(late?.numTensors).toBe(early?.numTensors);
  expect((late?.residentBytes as number) - (early?.residentBytes as number)).toBeLessThan(MAX_GROWTH_BYTES);
});
