// Ctrl-C in a training: it stops after the running step, in good order, with exit code 130; a second Ctrl-C ends it at once.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Running, root, start } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-interrupt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A model whose steps take a moment (`width` units), trained until it is stopped. */
function script(width: number, end: string): string {
  return `import * as tf from "tensorfleet";
tf.random.setSeed(1);
const { layers } = tf.keras;
const model = new tf.keras.Sequential([layers.Input({ shape: [${width}] }), new layers.Dense(${width}), new layers.Dense(1)]);
model.compile({ optimizer: "sgd", loss: "mse" });
const rows = ${width > 4000 ? 2000 : 64};
const [x, y] = [tf.zeros([rows, ${width}]), tf.zeros([rows, 1])];
const data = tf.data.Dataset.fromTensors([x, y] as const).repeat();
let steps = 0;
const telling = new tf.keras.callbacks.LambdaCallback({
  onTrainBatchEnd: () => { if (++steps === 3) console.log("under way"); },
});
const training = (): Promise<unknown> => model.fit(data, { epochs: 1000000, stepsPerEpoch: 1000, verbose: 0, callbacks: [telling] });
${end}
`;
}

let scripts = 0;
function train(width: number, end: string): Running {
  const path = join(folder, `train-${scripts++}.ts`);
  writeFileSync(path, script(width, end));
  return start(process.execPath, [`${root}bin/tensorfleet.js`, "run", path], { cwd: folder });
}

test.each([
  ["short steps", 8],
  ["long steps, which run off the event loop", 2048],
])("Ctrl-C stops a training with %s and ends with exit code 130, saying so", async (_what, width) => {
  const run = train(width, "await training();");
  await run.printed("under way");
  run.kill("SIGINT");
  const { exitCode, signal, stdout, stderr } = await run.ended;
  expect([exitCode, signal], stderr).toEqual([130, null]);
  expect(stdout).toBe("under way\n");
  expect(stderr).toMatch(
    /^\nmodel\.fit: stopping after this step \(Ctrl-C again ends at once\)\n.*model\.fit: interrupted by Ctrl-C after \d+ steps; the weights are those after the last step/s,
  );
});

test("a script may save what it has; it ends with 130 all the same", async () => {
  const end = `await training().catch(async (error: tf.TensorfleetError) => {
  await model.save("stopped.keras");
  const loaded = await tf.keras.models.loadModel("stopped.keras");
  console.log(error.code, Number(loaded.optimizer.iterations.item()) === steps);
});`;
  const run = train(8, end);
  await run.printed("under way");
  run.kill("SIGINT");
  const { exitCode, stdout, stderr } = await run.ended;
  expect(stdout, stderr).toBe("under way\naborted true\n");
  expect(exitCode).toBe(130);
});

test.each([
  ["while a callback waits for ever", "() => new Promise<void>(() => setInterval(() => {}, 1000))"],
  ["while a step takes its time on another thread", "() => {}"],
])("a second Ctrl-C ends at once, %s", async (what, callback) => {
  const width = /thread/.test(what) ? 6000 : 8;
  const end = `process.on("exit", (code) => console.log("exit", code));
const waiting = new tf.keras.callbacks.LambdaCallback({ onTrainBatchEnd: ${callback} });
if (${width} < 9) setTimeout(() => console.log("under way"), 500);
const callbacks = ${width} < 9 ? [waiting] : [telling];
await model.fit(data, { stepsPerEpoch: 1000, verbose: 0, callbacks }).finally(() => console.log("cleaned up"));`;
  const run = train(width, end);
  await run.printed("under way");
  run.kill("SIGINT");
  await run.printed("Ctrl-C again ends at once");
  run.kill("SIGINT");
  const { exitCode, signal, stdout, stderr } = await run.ended;
  expect([exitCode, signal], stderr).toEqual([130, null]);
  expect(stdout).toBe("under way\nexit 130\n");
});

test("evaluate and predict stop too", async () => {
  const end = `const forever = data.map((x, y) => [x, y] as const);
const call = process.env.CALL === "predict" ? model.predict(forever, { verbose: 0 }) : model.evaluate(forever, { verbose: 0 });
setTimeout(() => console.log("under way"), 500);
await call;`;
  const path = join(folder, "others.ts");
  writeFileSync(path, script(8, end));
  for (const call of ["predict", "evaluate"]) {
    const run = start(process.execPath, [`${root}bin/tensorfleet.js`, "run", path], {
      cwd: folder,
      env: { CALL: call },
    });
    await run.printed("under way");
    run.kill("SIGINT");
    const { exitCode, stderr } = await run.ended;
    expect(exitCode, stderr).toBe(130);
    expect(stderr).toMatch(new RegExp(`model\\.${call}: interrupted by Ctrl-C after \\d+`));
  }
});
