// Files written and read here. Those of Python's Keras, and what Python reads of ours: test/parity/model-files, test/process/keras-opens.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as tf from "../../index.ts";

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

const x = (): tf.Tensor =>
  tf.constant(
    Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
    { shape: [8, 3] },
  );
const y = Int32Array.of(0, 1, 0, 1, 1, 0, 0, 1);
const bits = (model: tf.keras.Model): string =>
  [...model.variables, ...model.optimizer.variables].map((variable) => String(variable.array())).join("|");

describe("a model that is saved and loaded", () => {
  test("has the same weights, optimizer and metrics, and goes on with the same steps", async () => {
    const model = classifier();
    await model.fit(x(), y, { batchSize: 4, epochs: 2, verbose: 0 });
    await model.save(at("model.keras"));
    const loaded = await tf.keras.models.loadModel(at("model.keras"));
    expect(bits(loaded)).toBe(bits(model));
    expect(await loaded.evaluate(x(), y, { verbose: 0, returnDict: true })).toEqual(
      await model.evaluate(x(), y, { verbose: 0, returnDict: true }),
    );
    for (const each of [model, loaded]) await each.fit(x(), y, { batchSize: 4, shuffle: false, verbose: 0 });
    expect(bits(loaded)).toBe(bits(model));
  });

  test("may be loaded without being compiled", async () => {
    await classifier().save(at("model.keras"));
    const loaded = await tf.keras.models.loadModel(at("model.keras"), { compile: false });
    expect(loaded.compiled).toBe(false);
    expect((await loaded.predict(x(), { verbose: 0 })).shape).toEqual([8, 2]);
  });

  test("keeps what compile was told: losses and metrics by output, schedules, weights of losses", async () => {
    const input = layers.Input({ shape: [3] });
    const [first, second] = [new layers.Dense(1, { name: "first" }), new layers.Dense(1, { name: "second" })];
    const model = new tf.keras.Model({ inputs: input, outputs: [first.apply(input), second.apply(input)] });
    const rate = new optimizers.schedules.PiecewiseConstantDecay([10], [1, 0.1]);
    model.compile({
      optimizer: new optimizers.SGD({ learningRate: rate, momentum: 0.9 }),
      loss: { first: "mse", second: new tf.keras.losses.Huber({ delta: 2 }) },
      lossWeights: { first: 1, second: 0.5 },
      metrics: { second: ["mae"] },
      jitCompile: false,
    });
    await model.evaluate(
      x(),
      [y, y].map((labels) => tf.cast(labels, "float32")),
      { verbose: 0 },
    );
    await model.save(at("model.keras"));
    const loaded = await tf.keras.models.loadModel(at("model.keras"));
    expect(loaded.getCompileConfig()).toEqual(model.getCompileConfig());
    expect(loaded.optimizer.learningRateSchedule?.getConfig()).toEqual(rate.getConfig());
  });

  test("may have no weights", async () => {
    const model = new tf.keras.Sequential([layers.Input({ shape: [2, 2] }), new layers.Flatten()]);
    await model.save(at("model.keras"));
    const loaded = await tf.keras.models.loadModel(at("model.keras"));
    expect(
      loaded
        .predictOnBatch([
          [
            [1, 2],
            [3, 4],
          ],
        ])
        .array(),
    ).toEqual([[1, 2, 3, 4]]);
  });

  test("may hold models within, and layers that are called twice", async () => {
    const inner = new tf.keras.Sequential([layers.Input({ shape: [3] }), new layers.Dense(4), new layers.Dense(3)]);
    const input = layers.Input({ shape: [3] });
    const shared = new layers.Dense(3);
    const outputs = new layers.Add().apply([
      inner.apply<tf.keras.KerasTensor>(shared.apply(input)),
      shared.apply(shared.apply(input)),
    ]);
    const model = new tf.keras.Model({ inputs: input, outputs });
    await model.save(at("model.keras"));
    const loaded = await tf.keras.models.loadModel(at("model.keras"));
    expect(loaded.weights.length).toBe(6);
    expect(loaded.predictOnBatch(x()).array()).toEqual(model.predictOnBatch(x()).array());
  });
});

class Scaling extends layers.Layer {
  static override readonly className: string = "Scaling";
  readonly start: number;
  factor!: tf.Variable;
  constructor(options: { start?: number; name?: string } = {}) {
    super(options);
    this.start = options.start ?? 1;
  }
  override build(): void {
    this.factor = this.addWeight({
      shape: [],
      initializer: new tf.keras.initializers.Constant({ value: this.start }),
      name: "factor",
    });
  }
  override call(inputs: tf.Tensor): tf.Tensor {
    return inputs.multiply(this.factor.read());
  }
  override getConfig(): ReturnType<tf.keras.layers.Layer["getConfig"]> {
    return { ...super.getConfig(), start: this.start };
  }
}

class Tower extends tf.keras.Model {
  static override readonly className: string = "Tower";
  readonly blocks = [new layers.Dense(4), new layers.Dense(4)];
  readonly head = new layers.Dense(2);
  override call(inputs: tf.Tensor): tf.Tensor {
    return this.head.apply(this.blocks.reduce<tf.Tensor>((hidden, layer) => layer.apply(hidden), inputs));
  }
}

describe("classes of one's own", () => {
  test("are found where they are registered, or given to loadModel", async () => {
    const model = new tf.keras.Sequential([layers.Input({ shape: [3] }), new Scaling({ start: 5 })]);
    model.weights[0]?.assign(7);
    await model.save(at("model.keras"));
    expect(await said(() => tf.keras.models.loadModel(at("model.keras")))).toMatch(/Scaling/);
    const loaded = await tf.keras.models.loadModel(at("model.keras"), { customObjects: { Scaling: Scaling as never } });
    expect((loaded.layers[0] as Scaling).start).toBe(5);
    expect(loaded.predictOnBatch([[1, 2, 3]]).array()).toEqual([[7, 14, 21]]);
  });

  test("may be models: saved whole when they are built, or their weights alone", async () => {
    const make = (): Tower => {
      const tower = new Tower();
      tower.compile({ optimizer: "adam", loss: "mse" });
      return tower;
    };
    const model = make();
    await model.fit(x(), tf.zeros([8, 2]), { verbose: 0 });
    await model.save(at("tower.keras"));
    const loaded = await tf.keras.models.loadModel(at("tower.keras"), { customObjects: { Tower: Tower as never } });
    expect(loaded).toBeInstanceOf(Tower);
    expect(bits(loaded)).toBe(bits(model));
    await model.saveWeights(at("tower.weights.h5"));
    const other = make();
    other.build([null, 3]);
    await other.loadWeights(at("tower.weights.h5"));
    expect(bits(other)).toBe(bits(model));
  });
});

describe("a file of weights", () => {
  test("has the state of the optimizer, so that training goes on with the same steps", async () => {
    const model = classifier();
    await model.fit(x(), y, { verbose: 0 });
    await model.saveWeights(at("m.weights.h5"));
    const other = classifier();
    await other.loadWeights(at("m.weights.h5"));
    expect(bits(other)).toBe(bits(model));
  });

  test("of a model that was not trained, or not compiled, leaves the optimizer as it is", async () => {
    const warn = vi.spyOn(console, "warn");
    const bare = new tf.keras.Sequential([layers.Input({ shape: [3] }), new layers.Dense(4), new layers.Dense(2)]);
    await bare.saveWeights(at("bare.weights.h5"));
    const model = classifier();
    await model.fit(x(), y, { verbose: 0 });
    await model.loadWeights(at("bare.weights.h5"));
    expect(model.weights.map((weight) => weight.array())).toEqual(bare.weights.map((weight) => weight.array()));
    expect(Number(model.optimizer.iterations.item())).toBe(1);
    expect(warn).not.toHaveBeenCalled();
  });

  test("with the state of another optimizer gives its weights, with a warning", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const model = classifier();
    await model.fit(x(), y, { verbose: 0 });
    await model.saveWeights(at("m.weights.h5"));
    const other = classifier();
    other.compile({ optimizer: "sgd", loss: "mse" });
    await other.loadWeights(at("m.weights.h5"));
    expect(other.weights.map((weight) => weight.array())).toEqual(model.weights.map((weight) => weight.array()));
    expect(warn.mock.calls.flat().join()).toMatch(
      /expected 2 variables for SGD "sgd.*" \(optimizer\), got 10.*: skipped/,
    );
  });

  test("of another structure changes nothing and says where it differs", async () => {
    await classifier(4).saveWeights(at("m.weights.h5"));
    const wide = classifier(5);
    const before = bits(wide);
    expect(await said(() => wide.loadWeights(at("m.weights.h5")))).toMatch(
      /model\.loadWeights: expected shape \[3, 5\] for variable 0 of Dense "dense.*" \(layers\/dense\), got \[3, 4\]; build the model as it was when it was saved, or pass skipMismatch: true/,
    );
    const single = new tf.keras.Sequential([
      layers.Input({ shape: [3] }),
      new layers.Dense(4),
      new layers.Dense(2, { useBias: false }),
    ]);
    expect(await said(() => single.loadWeights(at("m.weights.h5")))).toMatch(
      /expected 1 variables for Dense .* \(layers\/dense_1\), got 2/,
    );
    wide.optimizer.build(wide.trainableVariables);
    expect(bits(wide).startsWith(before)).toBe(true);
  });

  test("gives with skipMismatch what fits, with a warning for the rest", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const model = new tf.keras.Sequential([layers.Input({ shape: [3] }), new layers.Dense(4), new layers.Dense(2)]);
    await model.saveWeights(at("m.weights.h5"));
    const other = new tf.keras.Sequential([layers.Input({ shape: [3] }), new layers.Dense(4), new layers.Dense(5)]);
    await other.loadWeights(at("m.weights.h5"), { skipMismatch: true });
    expect(other.layers[0]?.getWeights()[0]?.array()).toEqual(model.layers[0]?.getWeights()[0]?.array());
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test("can hold variables of every number type that HDF5 has", async () => {
    class Mixed extends layers.Layer {
      readonly kinds = (["float64", "int64", "int32", "uint8", "int8"] as const).map((dtype) =>
        this.addWeight({ shape: [2], dtype, initializer: "zeros", trainable: false, name: dtype }),
      );
      override call(inputs: tf.Tensor): tf.Tensor {
        return inputs;
      }
    }
    const [model, other] = [
      new tf.keras.Sequential([layers.Input({ shape: [1] }), new Mixed()]),
      new tf.keras.Sequential([layers.Input({ shape: [1] }), new Mixed()]),
    ];
    for (const weight of model.weights) weight.assign(tf.cast([1, 100], weight.dtype));
    model.weights[1]?.assign(BigInt64Array.of(2n ** 60n, -1n));
    await model.saveWeights(at("m.weights.h5"));
    await other.loadWeights(at("m.weights.h5"));
    expect(other.weights.map((weight) => [...(weight.data() as Float32Array)])).toEqual([
      [1, 100],
      [2n ** 60n, -1n],
      [1, 100],
      [1, 100],
      [1, 100],
    ]);
  });
});
