import { afterEach, describe, expect, it } from "vitest";
import { constant } from "../ops/array/creation.ts";
import "../runtime/index.ts";
import type { Tensor } from "../runtime/tensor.ts";
import * as activations from "./activations/index.ts";
import * as constraints from "./constraints/index.ts";
import * as initializers from "./initializers/index.ts";
import * as losses from "./losses/index.ts";
import * as metrics from "./metrics/index.ts";
import { resetNames } from "./naming.ts";
import { type Config, type ConfigValue, type KerasClass, registerKerasSerializable } from "./object-registry.ts";
import * as optimizers from "./optimizers/index.ts";
import * as regularizers from "./regularizers/index.ts";
import { deserialize, type KerasObject, serialize } from "./serialization.ts";

afterEach(resetNames);

/** Options that every optimizer has, not given. */
const unsetOptions: Config = {
  weight_decay: null,
  clipnorm: null,
  global_clipnorm: null,
  clipvalue: null,
  use_ema: false,
  ema_momentum: 0.99,
  ema_overwrite_frequency: null,
  loss_scale_factor: null,
  gradient_accumulation_steps: null,
};

/** What Python's Keras 3.15 writes for the same objects. */
const python: readonly (readonly [() => unknown, ConfigValue])[] = [
  [
    () => activations.leakyRelu,
    { module: "builtins", class_name: "function", config: "leaky_relu", registered_name: "function" },
  ],
  [
    () => new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    saved("keras.losses", "SparseCategoricalCrossentropy", {
      name: "sparse_categorical_crossentropy",
      reduction: "sum_over_batch_size",
      from_logits: true,
      ignore_class: null,
      axis: -1,
    }),
  ],
  [
    () => new metrics.Precision({ thresholds: [0.1, 0.2] }),
    saved("keras.metrics", "Precision", {
      name: "precision",
      dtype: "float32",
      thresholds: [0.1, 0.2],
      top_k: null,
      class_id: null,
    }),
  ],
  [
    () => new metrics.MeanMetricWrapper(losses.huber, { delta: 2, name: "mean_metric_wrapper" }),
    saved("keras.metrics", "MeanMetricWrapper", {
      name: "mean_metric_wrapper",
      dtype: "float32",
      fn: { module: "builtins", class_name: "function", config: "huber", registered_name: "function" },
      delta: 2,
    }),
  ],
  [
    () => new optimizers.SGD({ learningRate: new optimizers.schedules.ExponentialDecay(0.1, 10, 0.9) }),
    saved("keras.optimizers", "SGD", {
      name: "sgd",
      learning_rate: saved("keras.optimizers.schedules", "ExponentialDecay", {
        initial_learning_rate: 0.1,
        decay_steps: 10,
        decay_rate: 0.9,
        staircase: false,
        name: "ExponentialDecay",
      }),
      ...unsetOptions,
      momentum: 0,
      nesterov: false,
    }),
  ],
  [
    () => new optimizers.RMSprop({ learningRate: 0.5 }),
    saved("keras.optimizers", "RMSprop", {
      name: "rm_sprop",
      learning_rate: 0.5,
      ...unsetOptions,
      rho: 0.9,
      momentum: 0,
      epsilon: 1e-7,
      centered: false,
    }),
  ],
  [
    () => new initializers.GlorotUniform(),
    saved("keras.initializers", "GlorotUniform", { seed: null, input_axes: null, output_axes: null }),
  ],
  [() => new initializers.Orthogonal({ seed: 3 }), saved("keras.initializers", "Orthogonal", { seed: 3, gain: 1 })],
  [() => new initializers.Zeros(), saved("keras.initializers", "Zeros", {})],
  [() => new regularizers.L1L2({ l1: 0.1 }), saved("keras.regularizers", "L1L2", { l1: 0.1, l2: 0 })],
  [() => new constraints.MaxNorm(), saved("keras.constraints", "MaxNorm", { max_value: 2, axis: 0 })],
];

function saved(module: string, class_name: string, config: Config): Config {
  return { module, class_name, config, registered_name: null };
}

it.each(python)("writes object %# as Python's Keras does", (make, expected) => {
  expect(serialize(make())).toEqual(expected);
});

/** Classes that cannot be made of an empty config. */
const needed: Readonly<Record<string, Config>> = {
  ExponentialDecay: { initial_learning_rate: 0.1, decay_steps: 10, decay_rate: 0.9 },
  InverseTimeDecay: { initial_learning_rate: 0.1, decay_steps: 10, decay_rate: 0.9 },
  PolynomialDecay: { initial_learning_rate: 0.1, decay_steps: 10 },
  CosineDecay: { initial_learning_rate: 0.1, decay_steps: 10 },
  CosineDecayRestarts: { initial_learning_rate: 0.1, first_decay_steps: 10 },
  PiecewiseConstantDecay: { boundaries: [1], values: [0.1, 0.2] },
  LossFunctionWrapper: { fn: { module: "builtins", class_name: "function", config: "huber" } },
  MeanMetricWrapper: { fn: { module: "builtins", class_name: "function", config: "huber" } },
  SensitivityAtSpecificity: { specificity: 0.5 },
  SpecificityAtSensitivity: { sensitivity: 0.5 },
  PrecisionAtRecall: { recall: 0.5 },
  RecallAtPrecision: { precision: 0.5 },
};

const abstract = new Set([
  "Initializer",
  "Regularizer",
  "Constraint",
  "Loss",
  "Metric",
  "Optimizer",
  "LearningRateSchedule",
  "RandomInitializer",
]);
const modules = {
  activations,
  constraints,
  initializers,
  losses,
  metrics,
  optimizers,
  regularizers,
  schedules: optimizers.schedules,
};
const classes = Object.values(modules)
  .flatMap((module) => Object.entries(module))
  .filter(([name, value]) => typeof value === "function" && "className" in value && !abstract.has(name))
  .map(([name, value]) => [name, value as unknown as KerasClass] as const);

it.each(classes)("makes %s again from its file form, all options kept", (name, type) => {
  const first = serialize(type.fromConfig(needed[name] ?? {}));
  const again = deserialize(JSON.parse(JSON.stringify(first)));
  expect((again as object).constructor).toBe(type);
  expect(serialize(again)).toEqual(first);
});

describe("classes and functions of the user's", () => {
  class Tenfold extends initializers.Initializer {
    override apply(shape: readonly number[]): Tensor {
      return new initializers.Constant({ value: 10 }).apply(shape);
    }
  }

  it("are written with the name that they were registered under, and found by it", () => {
    registerKerasSerializable({ package: "tests" })(Tenfold);
    const written = serialize(new Tenfold());
    expect(written).toEqual({ module: null, class_name: "Tenfold", config: {}, registered_name: "tests>Tenfold" });
    expect(deserialize(written)).toBeInstanceOf(Tenfold);
    expect(initializers.get("tests>Tenfold")).toBeInstanceOf(Tenfold);
  });

  it("are found among customObjects, also for objects within objects", () => {
    const half = (x: Tensor): Tensor => x.divide(2);
    const config = { class_name: "function", module: "builtins", config: "half", registered_name: "function" };
    expect(deserialize({ nested: [config] }, { customObjects: { half } })).toEqual({ nested: [half] });
    expect(() => deserialize(config)).toThrow(/known here, got builtins\.half; register it/);
  });

  it("must have a name, and classes a fromConfig", () => {
    expect(() => registerKerasSerializable()(() => 1)).toThrow(
      "expected a named class or function, got one without a name",
    );
    class Plain {}
    expect(() => registerKerasSerializable()(Plain as unknown as KerasClass)).toThrow("a static fromConfig");
  });
});

describe("get", () => {
  const table = [
    [
      "losses",
      () => losses.get("mean_squared_eror"),
      'tf.keras.losses.get: expected a loss or its name, got "mean_squared_eror"; did you mean "mean_squared_error"',
    ],
    ["metrics", () => metrics.get("acuracy"), 'did you mean "accuracy"'],
    ["optimizers", () => optimizers.get("adamm"), 'did you mean "adam"'],
    ["activations", () => activations.get("rellu"), 'did you mean "relu"'],
    ["initializers", () => initializers.get("he_norml"), 'did you mean "he_normal"'],
    ["regularizers", () => regularizers.get("l3"), 'did you mean "l1"'],
    ["constraints", () => constraints.get("nonneg"), 'did you mean "NonNeg" or "non_neg"'],
  ] as const;

  it.each(table)("of %s lists names that are near an unknown one", (_, call, message) => {
    expect(call).toThrow(message);
  });

  it("takes names in Keras's spellings, instances, configs and functions", () => {
    const names: readonly (readonly [KerasObject | undefined, string])[] = [
      [losses.get("mse"), "MeanSquaredError"],
      [losses.get("kl_divergence"), "KLDivergence"],
      [losses.get("sparse_categorical_crossentropy"), "SparseCategoricalCrossentropy"],
      [metrics.get("AUC"), "AUC"],
      [metrics.get("auc"), "AUC"],
      [metrics.get("top_k_categorical_accuracy"), "TopKCategoricalAccuracy"],
      [optimizers.get("adamw"), "AdamW"],
      [optimizers.get("RMSProp"), "RMSprop"],
      [initializers.get("zeros"), "Zeros"],
      [regularizers.get("l1_l2"), "L1L2"],
      [constraints.get("unit_norm"), "UnitNorm"],
      [losses.get({ class_name: "Huber", config: { delta: 2 } }), "Huber"],
    ];
    for (const [object, className] of names) expect(object?.constructor).toHaveProperty("className", className);
    expect(activations.get("swish")).toBe(activations.silu);
    expect(activations.get(null)).toBe(activations.linear);
    expect(initializers.get(null)).toBeUndefined();
  });

  it("wraps functions, which are saved under their names", () => {
    function ours(x: Tensor): Tensor {
      return x;
    }
    const written = { module: "builtins", class_name: "function", config: "ours", registered_name: "function" };
    expect(serialize(regularizers.get(ours))).toEqual(written);
    expect(serialize(constraints.get(ours))).toEqual(written);
    expect(losses.get((yTrue: Tensor) => yTrue)).toBeInstanceOf(losses.LossFunctionWrapper);
    expect(metrics.get(losses.huber)?.name).toBe("huber");
  });
});

describe("values that JSON has no form for", () => {
  it("are written as Keras does: tensors with values and dtype", () => {
    const written = serialize({ value: constant([1, 2], { dtype: "int32" }) });
    expect(written).toEqual({ value: { class_name: "__tensor__", config: { value: [1, 2], dtype: "int32" } } });
    const read = deserialize(written) as { value: Tensor };
    expect([read.value.dtype, read.value.array()]).toEqual(["int32", [1, 2]]);
  });

  it("that cannot be run here are refused: Python's lambdas", () => {
    expect(() => deserialize({ class_name: "__lambda__", config: { value: "..." } })).toThrow("got a Python lambda");
  });

  it("that have no config are named", () => {
    expect(() => serialize(new Map())).toThrow("got an object of class Map; give its class a getConfig()");
  });
});
