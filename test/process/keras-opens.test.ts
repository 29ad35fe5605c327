// Files written here are opened by Python's Keras: it gives the same outputs, the same losses, the same configs and the same state of the optimizer.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonWithKeras } from "../../scripts/python-keras.mjs";
import { flatten, mapNest, type Nest } from "../../src/base/nests.ts";
import * as tf from "../../src/index.ts";
import { root, run } from "./command.ts";
import { subclassed } from "./keras-subclassed.ts";

const { layers, optimizers } = tf.keras;
type Model = tf.keras.Model;
type Shape = readonly (number | null)[];

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-keras-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Python is asked to open. */
interface OpenCase {
  readonly how: "model" | "weights" | "subclassed";
  readonly file: string;
  readonly json: string | null;
  readonly compile: boolean;
  readonly inputs: unknown;
  readonly labels: unknown;
}

/** What Python saw. */
interface Seen {
  readonly error?: string;
  readonly outputs: readonly unknown[];
  readonly config: unknown;
  readonly logs?: Record<string, number>;
  readonly optimizer?: { readonly class: string; readonly config: unknown; readonly variables: readonly unknown[] };
}

const cases: Record<string, OpenCase> = {};
const models: Record<string, { model: Model; inputs: Nest<tf.Tensor>; labels?: Nest<tf.Tensor> }> = {};
let seen: Record<string, Seen> = {};

function asJson(nest: Nest<tf.Tensor>): unknown {
  return mapNest(nest, (tensor) => ({ values: tensor.array(), dtype: tensor.dtype }) as never);
}

/** Gives every weight a value of its own: initial zeros and ones would hide mistakes. */
function randomize(model: Model): void {
  for (const weight of model.weights.filter(({ dtype }) => dtype !== "int32"))
    weight.assign(tf.add(tf.multiply(tf.random.uniform(weight.shape as number[]), 0.3), 0.1));
}

async function write(name: string, model: Model, inputs: Nest<tf.Tensor>, labels?: Nest<tf.Tensor>): Promise<void> {
  models[name] = { model, inputs, ...(labels && { labels }) };
  const common = {
    compile: labels !== undefined,
    inputs: asJson(inputs),
    labels: labels === undefined ? null : asJson(labels),
  };
  if (name === "subclassed") {
    const file = join(folder, `${name}.weights.h5`);
    await model.saveWeights(file);
    cases[name] = { how: "subclassed", file, json: null, ...common };
    return;
  }
  const file = join(folder, `${name}.keras`);
  await model.save(file);
  cases[name] = { how: "model", file, json: null, ...common };
  const weights = join(folder, `${name}.weights.h5`);
  await model.saveWeights(weights);
  cases[`${name}, weights`] = { how: "weights", file: weights, json: model.toJson(), ...common };
}

/** A layer between an input of `shape` and nothing else. */
function alone(shape: Shape, layer: tf.keras.layers.Layer): () => Model {
  return () => new tf.keras.Sequential([layers.Input({ shape }), layer]);
}

function merging(layer: tf.keras.layers.Layer): () => Model {
  return () => {
    const [a, b] = [layers.Input({ shape: [3] }), layers.Input({ shape: [3] })];
    return new tf.keras.Model({ inputs: [a, b], outputs: layer.apply([a, b]) });
  };
}

const image: Shape = [6, 6, 4];
// biome-ignore format: a table, one row a line
const layerModels: Readonly<Record<string, () => Model>> = {
  Activation: alone([3], new layers.Activation("softmax")),
  Add: merging(new layers.Add()),
  Average: merging(new layers.Average()),
  AveragePooling2D: alone(image, new layers.AveragePooling2D({ poolSize: [2, 3], strides: 1, padding: "same" })),
  BatchNormalization: alone(image, new layers.BatchNormalization({ momentum: 0.9, epsilon: 0.01, betaRegularizer: "l2" })),
  Concatenate: merging(new layers.Concatenate({ axis: 1 })),
  Conv2D: alone(image, new layers.Conv2D(4, [3, 2], { strides: 2, groups: 2, activation: "elu", kernelInitializer: "he_normal" })),
  Conv2DTranspose: alone(image, new layers.Conv2DTranspose(3, 3, { strides: 2, padding: "same" })),
  Dense: alone([2, 3], new layers.Dense(4, { activation: "relu", kernelRegularizer: new tf.keras.regularizers.L1L2({ l1: 0.1, l2: 0.2 }), biasConstraint: "non_neg" })),
  DepthwiseConv2D: alone(image, new layers.DepthwiseConv2D(3, { depthMultiplier: 2, useBias: false })),
  Discretization: alone([3], new layers.Discretization({ binBoundaries: [0.2, 0.4], outputMode: "one_hot" })),
  Dropout: alone([3], new layers.Dropout(0.4, { noiseShape: [null, 3], seed: 5 })),
  Embedding: alone([5], new layers.Embedding(7, 3, { embeddingsInitializer: new tf.keras.initializers.RandomNormal({ stddev: 0.2, seed: 3 }) })),
  Flatten: alone(image, new layers.Flatten()),
  GlobalAveragePooling2D: alone(image, new layers.GlobalAveragePooling2D()),
  GlobalMaxPooling2D: alone(image, new layers.GlobalMaxPooling2D({ keepdims: true })),
  Identity: alone([3], new layers.Identity()),
  LayerNormalization: alone(image, new layers.LayerNormalization({ axis: [2, 3], center: false })),
  LeakyReLU: alone([3], new layers.LeakyReLU({ negativeSlope: 0.2 })),
  Maximum: merging(new layers.Maximum()),
  MaxPooling2D: alone(image, new layers.MaxPooling2D({ poolSize: 3, strides: 2 })),
  Minimum: merging(new layers.Minimum()),
  Multiply: merging(new layers.Multiply()),
  Normalization: alone(image, new layers.Normalization({ axis: [1, -1] })),
  Permute: alone(image, new layers.Permute([3, 1, 2])),
  RandomBrightness: alone(image, new layers.RandomBrightness(0.2, { seed: 1 })),
  RandomContrast: alone(image, new layers.RandomContrast([0.1, 0.2], { seed: 1 })),
  RandomFlip: alone(image, new layers.RandomFlip("horizontal", { seed: 1 })),
  RandomRotation: alone(image, new layers.RandomRotation(0.2, { seed: 1, fillMode: "constant" })),
  RandomTranslation: alone(image, new layers.RandomTranslation(0.2, [-0.1, 0.3], { seed: 1 })),
  RandomZoom: alone(image, new layers.RandomZoom(0.2, { seed: 1, interpolation: "nearest" })),
  ReLU: alone([3], new layers.ReLU({ maxValue: 0.7, threshold: 0.1 })),
  Rescaling: alone(image, new layers.Rescaling(0.5, { offset: 1 })),
  Resizing: alone(image, new layers.Resizing(3, 4)),
  Reshape: alone(image, new layers.Reshape([4, -1])),
  Softmax: alone([3], new layers.Softmax()),
  Subtract: merging(new layers.Subtract()),
  UpSampling2D: alone(image, new layers.UpSampling2D({ size: [2, 3] })),
  ZeroPadding2D: alone(image, new layers.ZeroPadding2D({ padding: [[1, 2], [3, 0]] })),
};

/** Bases, the layer that `Input` makes, which every model has, and layers of strings and whole numbers, most of which Keras has with TensorFlow alone: golden files hold those. */
const notAlone = [
  "Layer",
  "Merge",
  "InputLayer",
  "CategoryEncoding",
  "Hashing",
  "HashedCrossing",
  "IntegerLookup",
  "StringLookup",
];

// biome-ignore format: a table, one row a line
const optimizerOptions: Readonly<Record<string, () => tf.keras.optimizers.Optimizer>> = {
  Adadelta: () => new optimizers.Adadelta({ learningRate: 0.1 }),
  Adagrad: () => new optimizers.Adagrad({ learningRate: 0.1 }),
  Adam: () => new optimizers.Adam({ learningRate: 0.02, amsgrad: true, clipnorm: 0.5 }),
  AdamW: () => new optimizers.AdamW({ learningRate: new optimizers.schedules.CosineDecay(0.1, 10), weightDecay: 0.01 }),
  Adamax: () => new optimizers.Adamax(),
  Ftrl: () => new optimizers.Ftrl(),
  Lion: () => new optimizers.Lion(),
  Nadam: () => new optimizers.Nadam({ beta1: 0.8 }),
  RMSprop: () => new optimizers.RMSprop({ momentum: 0.9, centered: true }),
  SGD: () => new optimizers.SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
};

class Doubling extends layers.Layer {
  static override readonly className: string = "Doubling";
  override call(inputs: tf.Tensor): tf.Tensor {
    return inputs.multiply(2);
  }
  override computeOutputShape(shape: tf.keras.layers.ShapeNest): tf.keras.layers.ShapeNest {
    return shape;
  }
}
tf.keras.saving.registerKerasSerializable({ package: "test", name: "Doubling" })(Doubling as never);

function functional(): Model {
  const [pixels, numbers] = [
    layers.Input({ shape: [6, 6, 2], name: "pixels" }),
    layers.Input({ shape: [4], name: "numbers" }),
  ];
  const shared = new layers.Dense(5, { activation: "relu" });
  const features = new layers.Flatten().apply(new layers.Conv2D(2, 3, { strides: 2 }).apply(pixels));
  const inner = new tf.keras.Sequential([layers.Input({ shape: [5] }), new layers.Dense(3), new layers.Dense(5)]);
  const left = shared.apply(new layers.Dense(4).apply(features));
  const right = inner.apply<tf.keras.KerasTensor>(shared.apply(new layers.Dense(4).apply(numbers)));
  const merged = new Doubling().apply(new layers.Add().apply([left, right]));
  const first = new layers.Dense(2, { name: "first" }).apply(new layers.Concatenate().apply([merged, left]));
  const second = new layers.Dense(1, { activation: "sigmoid", name: "second" }).apply(merged);
  return new tf.keras.Model({ inputs: { pixels, numbers }, outputs: [first, second] });
}

async function writeAll(): Promise<void> {
  tf.random.setSeed(11);
  for (const [name, make] of Object.entries(layerModels)) {
    const model = make();
    randomize(model);
    const input = (shape: Shape): tf.Tensor => tf.random.uniform([2, ...shape.slice(1)] as number[]);
    const inputs = model.inputs.map(({ shape }) =>
      name === "Embedding" ? tf.floor(input(shape).multiply(7)) : input(shape),
    );
    await write(name, model, inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs);
  }
  for (const [name, make] of Object.entries(optimizerOptions)) {
    const model = new tf.keras.Sequential([
      layers.Input({ shape: [3] }),
      new layers.Dense(4, { activation: "relu" }),
      new layers.Dense(3),
    ]);
    const loss = new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true });
    model.compile({ optimizer: make(), loss, metrics: ["accuracy"] });
    const [x, y] = [tf.random.normal([8, 3]), tf.constant([0, 1, 2, 0, 1, 2, 0, 1], { dtype: "int32" })];
    await model.fit(x, y, { batchSize: 4, epochs: 2, verbose: 0 });
    await write(`compiled with ${name}`, model, x, y);
  }
  const numbers = { pixels: tf.random.normal([4, 6, 6, 2]), numbers: tf.random.normal([4, 4]) };
  const labels = [tf.random.normal([4, 2]), tf.constant([[1], [0], [1], [1]], { dtype: "float32" })];
  const branched = functional();
  branched.compile({
    optimizer: "sgd",
    loss: { first: "mse", second: "binary_crossentropy" },
    lossWeights: [0.5, 2],
    metrics: { second: ["accuracy", new tf.keras.metrics.AUC()] },
  });
  await branched.fit(numbers, labels, { epochs: 2, verbose: 0 });
  await write("functional", branched, numbers, labels);
  const parts = subclassed();
  const rows = tf.random.normal([3, 3]);
  parts.apply(rows);
  await write("subclassed", parts, rows);
}

beforeAll(async () => {
  const { command, env } = pythonWithKeras();
  await writeAll();
  const list = join(folder, "cases.json");
  writeFileSync(list, JSON.stringify(cases));
  const { stdout, stderr, exitCode } = await run(command, [`${root}test/process/keras_opens.py`, list], { env });
  expect(exitCode, stderr).toBe(0);
  seen = JSON.parse(stdout.split("\n").at(-2) as string);
}, 600_000);

function found(name: string): Seen {
  const result = seen[name] as Seen;
  expect(result.error).toBeUndefined();
  return result;
}

function gap(actual: tf.Tensor, expected: unknown): number {
  return tf.reduceMax(tf.abs(tf.subtract(actual, tf.constant(expected as number[])))).item() as number;
}

/** As JSON holds it. */
const plain = (config: unknown): unknown => JSON.parse(JSON.stringify(config));
const withOptimizer = Object.keys(optimizerOptions).map((name) => `compiled with ${name}`);
const compiled = [...withOptimizer, "functional"];
const written = [...Object.keys(layerModels), ...compiled].flatMap((name) => [name, `${name}, weights`]);

test("there is a model for every layer, and one for every optimizer", () => {
  const known = Object.entries(layers).filter(([name, value]) => /^[A-Z]/.test(name) && "className" in value);
  expect(Object.keys(layerModels).sort()).toEqual(
    known
      .map(([name]) => name)
      .filter((name) => !notAlone.includes(name))
      .sort(),
  );
  const kinds = Object.keys(optimizers).filter((name) => /^[A-Z]/.test(name) && name !== "Optimizer");
  expect(Object.keys(optimizerOptions).sort()).toEqual(kinds.sort());
});

describe("Python's Keras opens what was written here and computes the same:", () => {
  test.each([...written, "subclassed"])("%s", (name) => {
    const { outputs } = found(name);
    const { model, inputs } = models[name.replace(", weights", "")] as (typeof models)[string];
    const mine = flatten(model.apply<Nest<tf.Tensor>>(inputs as never, { training: false }));
    expect(outputs.length).toBe(mine.length);
    for (const [i, output] of mine.entries()) expect(gap(output, outputs[i]), `output ${i}`).toBeLessThan(1e-5);
  });
});

describe("Python's Keras reads the same configuration:", () => {
  test.each([...Object.keys(layerModels), ...withOptimizer])("%s", (name) => {
    expect(plain(found(name).config)).toEqual(plain(models[name]?.model.getConfig()));
  });
});

describe("Python's Keras has the state of the optimizer, and the same losses and metrics:", () => {
  test.each(compiled.flatMap((name) => [name, `${name}, weights`]))("%s", async (name) => {
    const { optimizer, logs } = found(name);
    const { model, inputs, labels } = models[name.replace(", weights", "")] as (typeof models)[string];
    expect(optimizer?.class).toBe(model.optimizer.constructor.name);
    expect(optimizer?.config).toEqual(plain(model.optimizer.getConfig()));
    expect(optimizer?.variables).toEqual(model.optimizer.variables.map((variable) => variable.array()));
    const mine = await model.evaluate(inputs as never, labels as never, { returnDict: true, verbose: 0 });
    expect(Object.keys(logs ?? {}).sort()).toEqual(Object.keys(mine).sort());
    for (const [key, value] of Object.entries(mine))
      expect(Math.abs((logs?.[key] as number) - value), key).toBeLessThan(1e-5);
  });
});
