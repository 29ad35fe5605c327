// Rules 1 to 3 as Keras's parts follow them: identifiers and keys of logs, whole configs, apply and call.
import { describe, expect, test } from "vitest";
import * as tf from "../../src/index.ts";
import { optionsOfConfig } from "../../src/keras/serialization.ts";
import { required } from "./keras-samples.ts";
import { toPython } from "./naming.ts";

const { losses, metrics, layers, optimizers, initializers, regularizers, constraints, activations } = tf.keras;
const { schedules } = optimizers;

interface Family {
  readonly [name: string]: unknown;
}
type Made = { getConfig(): Record<string, never>; name?: string };
type Class = (new (...args: never[]) => Made) & { readonly className: string };

/** The classes of a namespace that can be made. */
function classesOf(family: Family): [string, Class][] {
  const abstract = new Set(["Layer", "Loss", "Metric", "Optimizer", "Initializer", "Regularizer", "Constraint"]);
  return Object.entries(family).filter(
    (entry): entry is [string, Class] =>
      typeof entry[1] === "function" &&
      "className" in entry[1] &&
      !abstract.has(entry[0]) &&
      !/Schedule$/.test(entry[0]),
  );
}

const functionsOf = (family: Family): [string, unknown][] =>
  Object.entries(family).filter(
    ([name, value]) => typeof value === "function" && !("className" in value) && !/^(get|serialize)$/.test(name),
  );

const families: readonly [string, Family][] = [
  ["layers", layers],
  ["losses", losses],
  ["metrics", metrics],
  ["optimizers", optimizers],
  ["optimizers.schedules", schedules],
  ["initializers", initializers],
  ["regularizers", regularizers],
  ["constraints", constraints],
];

describe("rule 1: string identifiers and keys of logs are Keras's own", () => {
  test.each(functionsOf(losses))("tf.keras.losses.%s is known by its name in Python", (name) => {
    expect(losses.get(toPython(name))).toBeInstanceOf(losses.Loss);
  });

  test.each(functionsOf(metrics))("tf.keras.metrics.%s is known by its name in Python", (name) => {
    expect(metrics.get(toPython(name))).toBeInstanceOf(metrics.Metric);
  });

  test.each(functionsOf(activations))("tf.keras.activations.%s is known by its name in Python", (name, value) => {
    expect(activations.get(toPython(name))).toBe(value);
  });

  test.each(classesOf(optimizers))("tf.keras.optimizers.%s is known by its name in small letters", (name, type) => {
    expect(optimizers.get(name.toLowerCase())).toBeInstanceOf(type);
  });

  test("logs have Keras's keys", async () => {
    const model = new tf.keras.Sequential([layers.Input({ shape: [2] }), new layers.Dense(3)]);
    const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
    model.compile({ loss, metrics: ["accuracy", "sparse_top_k_categorical_accuracy"] });
    const [x, y] = [[[1, 2]], Int32Array.of(1)] as const;
    const { history } = await model.fit(x, y, { validationData: [x, y], verbose: 0 });
    const keys = ["accuracy", "loss", "sparse_top_k_categorical_accuracy"];
    expect(Object.keys(history).sort()).toEqual([...keys, ...keys.map((key) => `val_${key}`)]);
  });
});

describe("rule 2: a constructor takes its whole config as one object", () => {
  describe.each(families)("of tf.keras.%s", (_, family) => {
    test.each(classesOf(family))("%s", (name, type) => {
      const config = new type(...(required[name] ?? [])).getConfig();
      const again = new type(optionsOfConfig(config) as never).getConfig();
      expect(again).toEqual(config);
    });
  });
});

describe("rule 3: what Python calls is called by apply", () => {
  class Scaled extends layers.Layer {
    readonly seen: (boolean | undefined)[] = [];
    override call(inputs: tf.Tensor, options: { training?: boolean | undefined }): tf.Tensor {
      this.seen.push(options.training);
      return inputs.multiply(3);
    }
  }

  test.each(families.filter(([name]) => name !== "optimizers"))("every class of tf.keras.%s has apply", (_, family) => {
    const without = classesOf(family).filter(([, type]) => typeof type.prototype.apply !== "function");
    expect(without.map(([name]) => name)).toEqual([]);
  });

  test("users override call, and apply hands it training", () => {
    const layer = new Scaled();
    expect(layer.apply([[1, 2]], { training: true }).array()).toEqual([[3, 6]]);
    expect(layer.seen.at(-1)).toBe(true);
  });

  test("apply on symbolic inputs builds a functional model", () => {
    const inputs = layers.Input({ shape: [2] });
    const outputs = new Scaled().apply(inputs);
    expect(outputs).toBeInstanceOf(tf.keras.KerasTensor);
    expect(new tf.keras.Model({ inputs, outputs }).apply([[1, 2]]).array()).toEqual([[3, 6]]);
  });

  test("losses take labels, predictions and the weights of samples", () => {
    const loss = new losses.MeanAbsoluteError();
    expect(loss.apply([[0], [0]], [[1], [3]], { sampleWeight: [1, 0] }).item()).toBe(0.5);
  });

  test("schedules take a step", () => {
    expect(new schedules.ExponentialDecay(1, 10, 0.25).apply(5).item()).toBe(0.5);
  });

  test.each(classesOf(metrics))("metrics.%s has updateState, result and resetState", (_, { prototype }) => {
    const methods = prototype as unknown as Record<string, unknown>;
    expect([methods.updateState, methods.result, methods.resetState].map((method) => typeof method)).toEqual(
      Array.from({ length: 3 }, () => "function"),
    );
  });

  test("a metric gathers until it is reset", () => {
    const metric = new metrics.Mean();
    metric.updateState([1, 3]);
    metric.updateState([5]);
    expect(metric.result().item()).toBe(3);
    metric.resetState();
    expect(metric.result().item()).toBe(0);
  });
});
