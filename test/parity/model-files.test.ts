/** Models that Python's Keras saved are loaded here: the same outputs, the optimizer's state, and training that goes on. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Nest } from "../../src/base/nests.ts";
import { flatten } from "../../src/base/nests.ts";
import * as tf from "../../src/index.ts";

type Numbers = number | readonly Numbers[];

interface ModelCase {
  readonly inputs: Numbers | Readonly<Record<string, Numbers>>;
  readonly outputs: readonly Numbers[];
  readonly optimizer: string;
  readonly iterations: number;
}

const { layers } = tf.keras;
const fileOf = (name: string): string => fileURLToPath(new URL(`model-files/${name}`, import.meta.url));
const cases = JSON.parse(readFileSync(fileOf("cases.json"), "utf8")).cases as Record<string, ModelCase>;
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-model-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The architectures of make_model_files.py, built here. */
const architectures: Readonly<Record<string, () => tf.keras.Model>> = {
  sequential: () =>
    new tf.keras.Sequential([
      layers.Input({ shape: [8, 8, 1] }),
      new layers.Conv2D(3, 3, { activation: "relu", padding: "same" }),
      new layers.BatchNormalization(),
      new layers.MaxPooling2D(),
      new layers.Conv2D(4, 3, { strides: 2, useBias: false }),
      new layers.AveragePooling2D({ poolSize: 1 }),
      new layers.Flatten(),
      new layers.Dropout(0.3),
      new layers.Dense(6, { activation: "relu", kernelRegularizer: "l2" }),
      new layers.LayerNormalization(),
      new layers.Dense(3),
    ]),
  functional: () => {
    const image = layers.Input({ shape: [6, 6, 2], name: "image" });
    const number = layers.Input({ shape: [4], name: "number" });
    const shared = new layers.Dense(5, { activation: "relu" });
    const features = new layers.GlobalAveragePooling2D().apply(new layers.Conv2D(5, 3).apply(image));
    const left = new layers.Dense(5, { name: "left" }).apply(shared.apply(features));
    const right = shared.apply(new layers.Dense(5, { activation: "tanh", name: "right" }).apply(number));
    const merged = new layers.Add().apply([left, right]);
    const joined = new layers.Concatenate().apply([merged, new layers.Reshape([4]).apply(number), features]);
    const first = new layers.Dense(2, { name: "first" }).apply(joined);
    const second = new layers.Dense(1, { activation: "sigmoid", name: "second" }).apply(merged);
    return new tf.keras.Model({ inputs: { image, number }, outputs: [first, second] });
  },
  embedding: () =>
    new tf.keras.Sequential([
      layers.Input({ shape: [5], dtype: "int32" }),
      new layers.Embedding(11, 4),
      new layers.Flatten(),
      new layers.Activation("tanh"),
      new layers.Dense(2, { activation: "softmax" }),
    ]),
};

function inputsOf(name: string): tf.keras.layers.LayerInputs {
  return cases[name]?.inputs as tf.keras.layers.LayerInputs;
}

function labelsOf(name: string): tf.keras.layers.LayerInputs {
  const zeros = (): number[] => [0, 0];
  if (name === "functional") return [tf.constant(Array.from({ length: 4 }, zeros)), tf.ones([4, 1])];
  return tf.constant([0, 1, 0, 1], { dtype: "int32" });
}

function outputsOf(model: tf.keras.Model, name: string): tf.Tensor[] {
  return flatten(model.apply<Nest<tf.Tensor>>(inputsOf(name), { training: false }));
}

function expectOutputs(model: tf.keras.Model, name: string): void {
  const outputs = outputsOf(model, name);
  expect(outputs.length).toBe(cases[name]?.outputs.length);
  for (const [i, expected] of (cases[name] as ModelCase).outputs.entries()) {
    const want = tf.constant(expected as number[]);
    expect(outputs[i]?.shape).toEqual(want.shape);
    const gap = tf.reduceMax(tf.abs(tf.subtract(outputs[i] as tf.Tensor, want))).item();
    expect(gap, `output ${i}`).toBeLessThan(1e-5);
  }
}

/** The bytes of every variable of a model and of its optimizer. */
function bitsOf(model: tf.keras.Model): string[] {
  const variables = [...model.variables, ...model.optimizer.variables];
  return variables.map((variable) => {
    const data = variable.data() as Float32Array;
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
  });
}

describe.each(Object.keys(cases))("the %s model of Python's Keras", (name) => {
  it("loaded from .keras gives the outputs that Python recorded", async () => {
    expectOutputs(await tf.keras.models.loadModel(fileOf(`${name}.keras`)), name);
  });

  it("brings the state of its optimizer along", async () => {
    const model = await tf.keras.models.loadModel(fileOf(`${name}.keras`));
    const golden = cases[name] as ModelCase;
    expect(model.optimizer.constructor.name).toBe(golden.optimizer);
    expect(Number(model.optimizer.iterations.item())).toBe(golden.iterations);
    const slots = model.optimizer.variables.slice(2);
    expect(slots.length).toBe(model.trainableVariables.length * (golden.optimizer === "Adam" ? 2 : 1));
    const hasState = slots.some((slot) => (slot.data() as Float32Array).some((value) => value !== 0));
    expect(hasState).toBe(true);
  });

  it("goes on training", async () => {
    const model = await tf.keras.models.loadModel(fileOf(`${name}.keras`));
    tf.random.setSeed(5);
    const history = await model.fit(inputsOf(name), labelsOf(name), { epochs: 20, batchSize: 4, verbose: 0 });
    const losses = history.history.loss as number[];
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(Number(model.optimizer.iterations.item())).toBe((cases[name] as ModelCase).iterations + 20);
  });

  it("gives its weights to the same architecture built here", async () => {
    const model = (architectures[name] as () => tf.keras.Model)();
    await model.loadWeights(fileOf(`${name}.weights.h5`));
    expectOutputs(model, name);
  });

  it("saved here and loaded again has the same outputs, bits and next step", async () => {
    const model = await tf.keras.models.loadModel(fileOf(`${name}.keras`));
    const path = join(folder, `${name}-again.keras`);
    await model.save(path);
    const again = await tf.keras.models.loadModel(path);
    expect(again.getConfig()).toEqual(model.getConfig());
    expect(bitsOf(again)).toEqual(bitsOf(model));
    expectOutputs(again, name);
    for (const each of [model, again]) {
      tf.random.setSeed(3);
      each.trainOnBatch(inputsOf(name), labelsOf(name));
    }
    expect(bitsOf(again)).toEqual(bitsOf(model));
  });
});
