// The same training, run in other ways: again with the same seed, op by op, compiled by XLA, batch by batch.
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import * as tf from "../../index.ts";

const { layers, optimizers } = tf.keras;
type CompileOptions = NonNullable<Parameters<tf.keras.Model["compile"]>[0]>;

beforeAll(() => {
  tf.function(() => tf.random.uniform([1]))(); // makes the counter of traced draws, which stays
});
afterEach(() => void vi.restoreAllMocks());

const inputs = (): Float32Array => Float32Array.from({ length: 40 * 4 }, (_, i) => Math.sin(i * 1.7));
const x = (): tf.Tensor => tf.constant(inputs(), { shape: [40, 4] });
const y = (): Int32Array => Int32Array.from({ length: 40 }, (_, i) => ((inputs()[4 * i] as number) > 0 ? 1 : 0));

function classifier(options: CompileOptions = {}, dropout = 0): tf.keras.Sequential {
  const model = new tf.keras.Sequential([
    layers.Input({ shape: [4] }),
    new layers.Dense(8, { activation: "relu" }),
    new layers.BatchNormalization(),
    new layers.Dropout(dropout),
    new layers.Dense(2),
  ]);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.01 }),
    loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
    ...options,
  });
  return model;
}

/** The bytes of all weights. */
const bits = (model: tf.keras.Model): string[] =>
  model.weights.map((weight) => Buffer.from((weight.data() as Float32Array).buffer).toString("base64"));
const numbers = (model: tf.keras.Model): number[] =>
  model.weights.flatMap((weight) => [...(weight.data() as Float32Array)]);

describe("the same seed gives the same bits again", () => {
  async function trained(seed: number, options: CompileOptions): Promise<string[]> {
    tf.random.setSeed(seed);
    const model = classifier(options, 0.5);
    const dataset = tf.data.Dataset.fromTensorSlices([x(), y()]).shuffle().batch(20);
    await model.fit(x(), y(), { batchSize: 20, epochs: 2, verbose: 0 });
    await model.fit(dataset, { epochs: 2, verbose: 0 });
    return bits(model);
  }

  test.each([
    ["traced", {}],
    ["op by op", { runEagerly: true }],
    ["compiled by XLA", { jitCompile: true }],
  ])("with shuffles and dropout, %s", async (_how, options) => {
    expect(await trained(5, options)).toEqual(await trained(5, options));
  });

  test("and another seed gives others", async () => {
    expect(await trained(6, {})).not.toEqual(await trained(5, {}));
  });
});

describe("another way to run it gives the same training:", () => {
  async function trained(options: CompileOptions): Promise<{ weights: number[]; history: Record<string, number[]> }> {
    tf.random.setSeed(3);
    const model = classifier(options);
    const { history } = await model.fit(x(), y(), {
      batchSize: 16,
      epochs: 3,
      shuffle: false,
      validationData: [x(), y()],
      verbose: 0,
    });
    return { weights: numbers(model), history };
  }

  test.each([
    ["op by op", { runEagerly: true }],
    ["compiled by XLA", { jitCompile: true }],
  ])("%s", async (_how, options) => {
    const [traced, other] = [await trained({}), await trained(options)];
    other.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(traced.weights[i] as number, 4);
    });
    for (const [name, values] of Object.entries(traced.history))
      values.forEach((value, epoch) => {
        expect(other.history[name]?.[epoch], name).toBeCloseTo(value, 4);
      });
  });

  test("batch by batch, with the losses of fit", async () => {
    tf.random.setSeed(3);
    const model = classifier();
    const losses: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      model.resetMetrics();
      for (let batch = 0; batch < 40; batch += 16) {
        const { loss } = model.trainOnBatch(x().at(`${batch}:${batch + 16}`), y().slice(batch, batch + 16), {
          returnDict: true,
        });
        if (batch === 32) losses.push(loss as number);
      }
    }
    const traced = await trained({});
    expect(losses).toEqual(traced.history.loss);
    expect(numbers(model)).toEqual(traced.weights);
  });
});

describe("single batches", () => {
  test("are evaluated without training, and metrics go on until they are reset", () => {
    const model = classifier();
    const before = bits(model);
    const [loss] = model.testOnBatch(x(), y()) as number[];
    expect(bits(model)).toEqual(before);
    model.testOnBatch(
      x(),
      y().map((label) => 1 - label),
    );
    const both = model.testOnBatch(x(), y(), { returnDict: true });
    expect(Object.keys(both)).toEqual(["accuracy", "loss"]);
    expect(both.loss).not.toBeCloseTo(loss as number, 6);
    model.resetMetrics();
    expect(model.testOnBatch(x(), y(), { returnDict: true }).loss).toBeCloseTo(loss as number, 6);
  });

  test("may have weights of samples", () => {
    const model = classifier({ metrics: [], weightedMetrics: ["accuracy"] });
    const half = Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 : 0));
    const whole = model.testOnBatch(x(), y(), { sampleWeight: half, returnDict: true });
    model.resetMetrics();
    const first = model.testOnBatch(x().at("0:20"), y().slice(0, 20), { returnDict: true });
    expect(whole.accuracy).toBeCloseTo(first.accuracy as number, 6);
    expect(whole.loss).toBeCloseTo((first.loss as number) / 2, 5);
  });

  test("are predicted as predict does", async () => {
    const model = classifier();
    const all = await model.predict(x(), { batchSize: 7, verbose: 0 });
    expect(all.shape).toEqual([40, 2]);
    const one = model.predictOnBatch(x());
    expect(tf.reduceMax(tf.abs(all.subtract(one))).item()).toBeLessThan(1e-6);
  });
});

describe("evaluate", () => {
  test("gives the loss alone as a number, with metrics a list in the order of metricsNames, or an object", async () => {
    const model = classifier();
    const list = (await model.evaluate(x(), y(), { verbose: 0 })) as number[];
    expect(model.metricsNames).toEqual(["loss", "accuracy"]);
    const { loss, accuracy } = await model.evaluate(x(), y(), { verbose: 0, returnDict: true });
    expect(list).toEqual([loss, accuracy]);
    model.compile({ loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
    expect(await model.evaluate(x(), y(), { verbose: 0 })).toBeCloseTo(loss as number, 6);
  });

  test("may end after some steps, and weighs samples", async () => {
    const model = classifier();
    const whole = await model.evaluate(x().at("0:20"), y().slice(0, 20), { verbose: 0, returnDict: true });
    const steps = await model.evaluate(x(), y(), { batchSize: 10, steps: 2, verbose: 0, returnDict: true });
    expect(steps.loss).toBeCloseTo(whole.loss as number, 5);
    const half = Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? 2 : 0));
    expect((await model.evaluate(x(), y(), { sampleWeight: half, verbose: 0, returnDict: true })).loss).toBeCloseTo(
      whole.loss as number,
      5,
    );
  });

  test("counts every sample once when the last batch is smaller", async () => {
    const model = classifier();
    const whole = await model.evaluate(x(), y(), { batchSize: 40, verbose: 0, returnDict: true });
    const parts = await model.evaluate(x(), y(), { batchSize: 7, verbose: 0, returnDict: true });
    expect(parts.loss).toBeCloseTo(whole.loss as number, 5);
    expect(parts.accuracy).toBeCloseTo(whole.accuracy as number, 6);
  });
});

describe("predict", () => {
  test("takes datasets, with or without labels, and some steps of them", async () => {
    const model = classifier();
    const [first] = [await model.predict(x(), { verbose: 0 })];
    const labelled = tf.data.Dataset.fromTensorSlices([x(), y()]).batch(16);
    const plain = tf.data.Dataset.fromTensorSlices(x()).batch(16);
    for (const dataset of [labelled, plain]) {
      const all = await model.predict(dataset, { verbose: 0 });
      expect(tf.reduceMax(tf.abs(all.subtract(first as tf.Tensor))).item()).toBeLessThan(1e-6);
      expect((await model.predict(dataset, { steps: 1, verbose: 0 })).shape).toEqual([16, 2]);
    }
  });

  test("needs no compile, and does not make the model a compiled one", async () => {
    const model = new tf.keras.Sequential([layers.Input({ shape: [4] }), new layers.Dense(2)]);
    await model.predict(x(), { verbose: 0 });
    expect(model.compiled).toBe(false);
    const told = await model.fit(x(), y()).catch(String);
    expect(told).toContain(`model.fit: expected a compiled model, got "${model.name}", which is not`);
  });
});

describe("steps are traced", () => {
  /** Counts how often it is called: once a trace. */
  class Counting extends layers.Layer {
    calls = 0;
    override call(given: tf.Tensor): tf.Tensor {
      this.calls++;
      return given;
    }
    override computeOutputShape(shape: tf.keras.layers.ShapeNest): tf.keras.layers.ShapeNest {
      return shape;
    }
  }

  test("once for whole batches and once for the smaller last one, not again in later epochs and fits", async () => {
    const warn = vi.spyOn(console, "warn");
    const counting = new Counting();
    const model = new tf.keras.Sequential([layers.Input({ shape: [4] }), counting, new layers.Dense(2)]);
    model.compile({ loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }) });
    const counts: number[] = [];
    const add = (): void => void counts.push(counting.calls);
    const data = { batchSize: 16, verbose: 0 } as const;
    await model.fit(x(), y(), { ...data, epochs: 3 });
    add();
    await model.fit(x(), y(), { ...data, epochs: 2, validationData: [x(), y()] });
    add();
    await model.evaluate(x(), y(), data);
    add();
    await model.predict(x(), data);
    await model.predict(x(), data);
    add();
    expect(counts).toEqual([2, 4, 4, 6]);
    expect(warn).not.toHaveBeenCalled();
  });
});
