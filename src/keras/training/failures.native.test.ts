// What training is given wrong, and what it says: what was expected, what came, and where.
import { describe, expect, test } from "vitest";
import * as tf from "../../index.ts";

const { layers, losses, optimizers } = tf.keras;
type CompileOptions = NonNullable<Parameters<tf.keras.Model["compile"]>[0]>;
type FitOptions = NonNullable<Parameters<tf.keras.Model["fit"]>[2]>;

function classifier(options: CompileOptions = { loss: "sparse_categorical_crossentropy" }): tf.keras.Sequential {
  const softmax = new layers.Dense(3, { activation: "softmax", name: "out" });
  const model = new tf.keras.Sequential([layers.Input({ shape: [2] }), softmax], { name: "net" });
  model.compile(options);
  return model;
}

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 8],
];

/** What a call says when it fails. Errors themselves would keep what their stacks hold. */
const said = (work: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(work)
    .then(() => "nothing", String);

describe("a name that is not known is told at compile, with those that are near:", () => {
  test.each([
    [{ loss: "mean_square_error" }, '"mean_square_error"; did you mean "mean_squared_error"'],
    [{ loss: ["mse", "cross_entropy"] }, 'tf.keras.losses.get: expected a loss or its name, got "cross_entropy"'],
    [
      { loss: "mse", metrics: ["accurracy"] },
      'tf.keras.metrics.get: expected a metric or its name, got "accurracy"; did you mean "accuracy"',
    ],
    [{ loss: "mse", weightedMetrics: { out: ["aux"] } }, 'got "aux"'],
    [
      { optimizer: "adm", loss: "mse" },
      'tf.keras.optimizers.get: expected an optimizer or its name, got "adm"; did you mean "adam"',
    ],
  ])("%j", async (options, message) => {
    expect(await said(() => classifier(options as CompileOptions))).toContain(message);
  });
});

describe("a label out of range is told before the step, and the weights stay:", () => {
  const labels = (value: number): Int32Array => Int32Array.of(0, 1, value, 2);
  test.each([
    ["traced", {}],
    ["compiled by XLA", { jitCompile: true }],
    ["op by op", { runEagerly: true }],
  ])("%s", async (_how, options) => {
    const model = classifier({ loss: "sparse_categorical_crossentropy", ...options });
    const weights = (): string => JSON.stringify(model.weights.map((weight) => weight.array()));
    const before = weights();
    for (const value of [3, -1]) {
      const messages = [
        await said(() => model.fit(x, labels(value), { batchSize: 4, shuffle: false, verbose: 0 })),
        await said(() => model.trainOnBatch(x, labels(value))),
        await said(() => model.evaluate(x, labels(value), { batchSize: 4, verbose: 0 })),
      ];
      for (const message of messages) {
        expect(message).toContain("[0, 3)");
        expect(message).toMatch(new RegExp(`label ${value} (in|at) row 2`));
      }
    }
    expect(weights()).toBe(before);
    expect(Number(model.optimizer.iterations.item())).toBe(0);
    expect(await said(() => model.fit(x, labels(2), { batchSize: 4, verbose: 0 }))).toBe("nothing");
  });

  test("in the validation data, of a dataset, of a function as loss", async () => {
    const model = classifier({ loss: losses.sparseCategoricalCrossentropy as never });
    const data = tf.data.Dataset.fromTensorSlices([tf.constant(x), labels(7)]).batch(4);
    expect(await said(() => model.fit(data, { verbose: 0 }))).toContain(
      "model.fit: expected class labels within [0, 3): the model's last layer has 3 classes, got label 7 in row 2 of the batch; check the labels, or the units of the last layer",
    );
    expect(await said(() => model.fit(x, labels(0), { validationData: data, verbose: 0 }))).toContain(
      "model.fit: validation: expected class labels",
    );
  });

  test("unless it is the class that is ignored", async () => {
    const model = classifier({ loss: new losses.SparseCategoricalCrossentropy({ ignoreClass: -1 }) });
    expect(await said(() => model.fit(x, labels(-1), { verbose: 0 }))).toBe("nothing");
    expect(await said(() => model.fit(x, labels(-2), { shuffle: false, verbose: 0 }))).toContain("label -2 in row 2");
  });
});

describe("what does not fit the model is told:", () => {
  test.each([
    ["inputs of another shape", [[1, 2, 3]], Int32Array.of(0), 'Dense "out"'],
    [
      "labels of another number of samples",
      x,
      Int32Array.of(0, 1),
      "model.fit: expected the same number of samples in x, y and sampleWeight, got 4, 2",
    ],
    ["no samples", tf.zeros([0, 2]), tf.zeros([0]), "model.fit: expected at least one sample, got none"],
    ["a scalar", 3, Int32Array.of(0), "model.fit: expected data whose first axis counts the samples, got a scalar"],
    ["no labels", x, null, "model.fit: expected labels for 1 output(s), got 0"],
  ])("%s", async (_what, inputs, labels, message) => {
    const model = classifier();
    expect(await said(() => model.fit(inputs as tf.keras.layers.LayerInputs, labels, { verbose: 0 }))).toContain(
      message,
    );
  });

  test.each([
    [
      "mse",
      [4],
      "labels of the predictions' shape [4, 3], got [4]; sparse_categorical_crossentropy takes class numbers",
    ],
    ["categorical_crossentropy", [4, 2], "labels of the predictions' shape [4, 3], got [4, 2]"],
    ["mae", [4, 3, 1, 1], "labels of the predictions' shape [4, 3], got [4, 3, 1, 1]"],
    [
      "sparse_categorical_crossentropy",
      [4, 3],
      "labels of the predictions' shape without its last axis, [4], got [4, 3]; one-hot labels need categorical_crossentropy",
    ],
  ])("labels for %s of shape %j", async (loss, shape, message) => {
    const model = classifier({ loss });
    expect(await said(() => model.fit(x, tf.zeros(shape), { batchSize: 4, verbose: 0 }))).toContain(message);
  });

  test("labels of a loss of one's own may have any shape", async () => {
    const model = classifier({
      loss: (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.reduceSum(yPred, { axis: -1 }).multiply(tf.reduceSum(yTrue)),
    });
    expect(await said(() => model.fit(x, tf.zeros([4, 7]), { verbose: 0 }))).toBe("nothing");
  });

  test("a loss that is not a scalar", async () => {
    const model = classifier({ loss: new losses.MeanSquaredError({ reduction: "none" }) });
    expect(await said(() => model.fit(x, tf.zeros([4, 3]), { verbose: 0 }))).toContain(
      'expected a loss that gives a scalar, got [4] from "mean_squared_error" (reduction "none")',
    );
  });
});

describe("a call that cannot work is told:", () => {
  test("without compile", async () => {
    const model = new tf.keras.Sequential([layers.Input({ shape: [2] }), new layers.Dense(1)], { name: "bare" });
    const advice =
      'expected a compiled model, got "bare", which is not; call model.compile({ optimizer, loss, metrics }) first';
    expect(await said(() => model.fit(x, x))).toContain(`model.fit: ${advice}`);
    expect(await said(() => model.evaluate(x, x))).toContain(`model.evaluate: ${advice}`);
    expect(await said(() => model.trainOnBatch(x, x))).toContain(`model.trainOnBatch: ${advice}`);
    expect(await said(() => model.optimizer)).toContain(`model.optimizer: ${advice}`);
  });

  test("without a loss", async () => {
    expect(
      await said(() => classifier({ optimizer: "sgd" }).fit(x, Int32Array.of(0, 1, 2, 0), { verbose: 0 })),
    ).toContain("model.fit: expected a loss, got none; pass it to model.compile({ loss }), or call addLoss in a layer");
  });

  test("without weights to train", async () => {
    const model = classifier();
    model.trainable = false;
    expect(await said(() => model.fit(x, Int32Array.of(0, 1, 2, 0), { verbose: 0 }))).toContain(
      'model.fit: expected weights to train, got none in "net"; is trainable false everywhere?',
    );
  });

  test.each([
    [{ epochs: 0.5 }, "model.fit: expected epochs: a whole number of at least 1, got 0.5"],
    [{ initialEpoch: -1 }, "model.fit: expected initialEpoch: a whole number of at least 0, got -1"],
    [{ stepsPerEpoch: 0 }, "model.fit: expected stepsPerEpoch: a whole number of at least 1, got 0"],
    [{ batchSize: 0 }, "model.fit: expected batchSize of at least 1, got 0"],
    [{ validationSplit: 1 }, "model.fit: expected validationSplit within [0, 1), got 1"],
    [
      { validationSplit: 0.9 },
      "model.fit: expected a split that leaves samples on both sides, got 4 samples, of which",
    ],
    [{ verbose: 3 }, 'verbose: expected 0, 1, 2 or "auto", got 3'],
    [{ classWeight: { a: 1 } }, "model.fit: classWeight: expected weights by class number, got"],
  ])("with %j", async (options, message) => {
    const model = classifier();
    expect(
      await said(() => model.fit(x, Int32Array.of(0, 1, 2, 0), { verbose: 0, ...options } as FitOptions)),
    ).toContain(message);
  });

  test("with a dataset and what belongs to values", async () => {
    const model = classifier();
    const data = tf.data.Dataset.fromTensorSlices([tf.constant(x), Int32Array.of(0, 1, 2, 0)]);
    const fit = (options: FitOptions, dataset = data.batch(2)): Promise<string> =>
      said(() => model.fit(dataset, { verbose: 0, ...options }));
    expect(await fit({ batchSize: 2 })).toContain(
      "model.fit: expected no batchSize beside a dataset, got 2; batch the dataset: dataset.batch(n)",
    );
    expect(await fit({ validationSplit: 0.5 })).toContain(
      "model.fit: expected validationData beside a dataset, got validationSplit",
    );
    expect(await fit({ sampleWeight: [1] })).toContain("model.fit: expected no sampleWeight beside a dataset");
    expect(await fit({}, data.repeat().batch(2))).toContain(
      "model.fit: expected stepsPerEpoch for a dataset without end, got none",
    );
    expect(await fit({ validationData: data.repeat().batch(2) })).toContain(
      "model.fit: expected validationSteps for validation data without end, got none",
    );
    expect(await fit({ validationData: { x: 1 } as never })).toContain(
      "model.fit: expected validationData as a dataset of batches, [x, y] or [x, y, sampleWeight], got an object of class Object",
    );
    expect(await fit({}, data.take(0).batch(2))).toContain(
      "model.fit: expected at least one batch, got a dataset without any",
    );
    expect(await said(() => model.fit(data.batch(2) as never, Int32Array.of(1), { verbose: 0 }))).toContain(
      "model.fit: expected no y beside a dataset",
    );
  });
});

describe("an AbortSignal ends", () => {
  test("fit after the running step, with the weights of that step", async () => {
    const model = classifier();
    const controller = new AbortController();
    const steps: number[] = [];
    const abort = new tf.keras.callbacks.LambdaCallback({
      onTrainBatchEnd: (batch) => {
        steps.push(batch);
        if (batch === 2) controller.abort(new Error("enough"));
      },
    });
    const error = await model
      .fit(x, Int32Array.of(0, 1, 2, 0), {
        batchSize: 1,
        epochs: 5,
        verbose: 0,
        callbacks: [abort],
        signal: controller.signal,
      })
      .catch((caught: tf.TensorfleetError) => ({
        code: caught.code,
        text: caught.message,
        cause: String(caught.cause),
      }));
    expect(error).toEqual({
      code: "aborted",
      text: "model.fit: aborted by its signal after 3 steps; the weights are those after the last step",
      cause: "Error: enough",
    });
    expect(steps).toEqual([0, 1, 2]);
    expect(Number(model.optimizer.iterations.item())).toBe(3);
    expect(await said(() => model.fit(x, Int32Array.of(0, 1, 2, 0), { verbose: 0 }))).toBe("nothing"); // it can go on
  });

  test("evaluate and predict", async () => {
    const signal = AbortSignal.abort();
    const model = classifier();
    expect(await said(() => model.evaluate(x, Int32Array.of(0, 1, 2, 0), { signal, verbose: 0 }))).toContain(
      "model.evaluate: aborted by its signal after 0 steps",
    );
    expect(await said(() => model.predict(x, { signal, verbose: 0 }))).toContain(
      "model.predict: aborted by its signal after 0 batches",
    );
  });
});

test("an error in a callback ends fit, and leaves no listener behind", async () => {
  const before = process.listenerCount("SIGINT");
  const failing = new tf.keras.callbacks.LambdaCallback({
    onEpochEnd: async () => Promise.reject(new Error("broken callback")),
  });
  const model = classifier({ loss: "sparse_categorical_crossentropy", optimizer: new optimizers.SGD() });
  expect(await said(() => model.fit(x, Int32Array.of(0, 1, 2, 0), { verbose: 0, callbacks: [failing] }))).toBe(
    "Error: broken callback",
  );
  expect(process.listenerCount("SIGINT")).toBe(before);
});
