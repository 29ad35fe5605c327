// Files that cannot be written or read: each is told, and nothing is left behind.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as tf from "../../index.ts";
import { readArchive, writeArchive } from "./archive.ts";

const { layers, optimizers } = tf.keras;
const outer = mkdtempSync(join(tmpdir(), "tensorfleet-saving-"));
let folder = outer;
beforeEach(() => {
  folder = mkdtempSync(join(outer, "test-"));
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rmSync(outer, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
/** What a call says when it fails. Errors themselves would keep what their stacks hold. */
const said = (work: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(work)
    .then(() => "nothing", String);

function classifier(units = 4): tf.keras.Sequential {
  const model = new tf.keras.Sequential([
    layers.Input({ shape: [3] }),
    new layers.Dense(units, { activation: "relu" }),
    new layers.Dense(2),
  ]);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.01 }),
    loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
  });
  return model;
}

const _x = (): tf.Tensor =>
  tf.constant(
    Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
    { shape: [8, 3] },
  );
const _y = Int32Array.of(0, 1, 0, 1, 1, 0, 0, 1);
const _bits = (model: tf.keras.Model): string =>
  [...model.variables, ...model.optimizer.variables].map((variable) => String(variable.array())).join("|");

describe("what cannot be saved or loaded is told:", () => {
  test("other endings, folders that are not there, files that must stay", async () => {
    const model = classifier();
    expect(await said(() => model.save(at("model.h5")))).toContain(
      "model.save: expected a path that ends in .keras, got",
    );
    expect(await said(() => model.saveWeights(at("model.h5")))).toContain(
      "model.saveWeights: expected a path that ends in .weights.h5, got",
    );
    expect(await said(() => model.save(at("no/model.keras")))).toContain(
      `model.save: expected a folder that exists, got ${at("no")}; make it first`,
    );
    writeFileSync(at("model.keras"), "old");
    expect(await said(() => model.save(at("model.keras"), { overwrite: false }))).toContain(
      "model.save: expected a new file (overwrite is false), got",
    );
    expect(readFileSync(at("model.keras"), "utf8")).toBe("old");
    expect(await said(() => model.loadWeights(at("model.keras")))).toContain(
      "load whole models with tf.keras.models.loadModel",
    );
    expect(await said(() => tf.keras.models.loadModel(at("m.weights.h5")))).toContain(
      "tf.keras.models.loadModel: expected a path that ends in .keras",
    );
  });

  test("models that are not built", async () => {
    const model = new tf.keras.Sequential([new layers.Dense(2)], { name: "unbuilt" });
    expect(await said(() => model.save(at("m.keras")))).toContain(
      'model.save: expected a model with weights, got "unbuilt", which is not built',
    );
    expect(await said(() => model.saveWeights(at("m.weights.h5")))).toContain(
      'model.saveWeights: expected a model with weights, got "unbuilt"',
    );
    expect(await said(() => model.loadWeights(at("m.weights.h5")))).toContain(
      'model.loadWeights: expected a built model, got "unbuilt"',
    );
  });

  test("files that are not there, or damaged", async () => {
    const model = classifier();
    expect(await said(() => tf.keras.models.loadModel(at("m.keras")))).toContain(
      `tf.keras.models.loadModel: expected a file, got ${at("m.keras")}, which does not exist`,
    );
    expect(await said(() => model.loadWeights(at("m.weights.h5")))).toContain(
      `model.loadWeights: expected a file, got ${at("m.weights.h5")}, which does not exist`,
    );
    for (const name of ["m.keras", "m.weights.h5"]) writeFileSync(at(name), "nonsense");
    expect(await said(() => tf.keras.models.loadModel(at("m.keras")))).toContain(
      "expected a .keras file (a zip archive), got",
    );
    expect(await said(() => model.loadWeights(at("m.weights.h5")))).toContain(
      "model.loadWeights: expected an HDF5 file, got",
    );
    await model.saveWeights(at("whole.weights.h5"));
    writeFileSync(at("half.weights.h5"), readFileSync(at("whole.weights.h5")).subarray(0, 3000));
    expect(await said(() => model.loadWeights(at("half.weights.h5")))).toContain("which is none or is damaged");
    await model.save(at("whole.keras"));
    writeFileSync(at("half.keras"), readFileSync(at("whole.keras")).subarray(0, 2000));
    expect(await said(() => tf.keras.models.loadModel(at("half.keras")))).toContain("which is none or is damaged");
    await writeArchive(at("empty.keras"), [{ name: "metadata.json", text: "{}" }]);
    expect(await said(() => tf.keras.models.loadModel(at("empty.keras")))).toContain(
      "expected config.json and model.weights.h5 in",
    );
  });

  test("layers that are not known here", async () => {
    await classifier().save(at("m.keras"));
    const members = await readArchive("test", at("m.keras"), () => true);
    const files = [...members].map(([name, bytes]) => {
      writeFileSync(
        at(name),
        name === "config.json" ? bytes.toString().replaceAll('"class_name":"Dense"', '"class_name":"Dence"') : bytes,
      );
      return { name, file: at(name) };
    });
    await writeArchive(at("other.keras"), files);
    expect(await said(() => tf.keras.models.loadModel(at("other.keras")))).toMatch(/Dence/);
  });

  test("functions without a name", async () => {
    const model = classifier();
    model.compile({ loss: [(_: tf.Tensor, yPred: tf.Tensor) => yPred] });
    expect(await said(() => model.save(at("m.keras")))).toContain("expected a function with a name");
  });
});

test("a save that fails leaves the file of before, and nothing beside it", async () => {
  mkdirSync(at("place"));
  const path = at("place/model.keras");
  const model = classifier();
  await model.save(path);
  const before = readFileSync(path);
  model.compile({ loss: [(_: tf.Tensor, yPred: tf.Tensor) => yPred] });
  expect(await said(() => model.save(path))).toContain("Error");
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(at("place"))).toEqual(["model.keras"]);
  expect(existsSync(path)).toBe(true);
});
