import { afterEach, describe, expect, it, vi } from "vitest";
import { constant } from "../../ops/array/creation.ts";
import { tfFunction } from "../../runtime/function.ts";
import "../../runtime/index.ts";
import { memory } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import { NonNeg } from "../constraints/index.ts";
import { Weight } from "../layers/weight.ts";
import * as optimizers from "./index.ts";

const { Adam, AdamW, SGD } = optimizers;
const one = (): Tensor => constant(1);

afterEach(() => vi.restoreAllMocks());

describe("gradients that are null", () => {
  it("leave their variables as they are, with one warning that names them", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const [a, b] = [
      new Variable(1, { name: "a" }),
      new Weight(() => constant(2), { name: "bias", path: "dense/bias" }),
    ];
    const optimizer = new SGD({ learningRate: 1, name: "sgd" });
    for (let i = 0; i < 2; i++) optimizer.apply([one(), null], [a, b]);
    expect([a.item(), b.item()]).toEqual([-1, 2]);
    expect(warn.mock.calls).toEqual([
      ["sgd.apply: no gradient for dense/bias: the loss does not depend on it, and it stays as it is."],
    ]);
  });

  it("are an error when no variable has one", () => {
    const a = new Variable(1, { name: "a" });
    expect(() => new SGD({ name: "sgd" }).apply([null], [a])).toThrow(
      "sgd.apply: expected a gradient for at least one of a, got none",
    );
  });
});

describe("apply", () => {
  it("takes the variables of the first call and no others", () => {
    const [a, b] = [new Variable(1), new Variable(1, { name: "late" })];
    const optimizer = new SGD();
    optimizer.apply([one()], [a]);
    expect(() => optimizer.apply([one()], [b])).toThrow(
      "expected the variables that the optimizer was built with, got late",
    );
    expect(() => optimizer.apply([one(), one()], [a])).toThrow("as many gradients as variables (1), got 2 gradients");
  });

  it("needs variables unless it was built", () => {
    const optimizer = new SGD({ learningRate: 1 });
    expect(() => optimizer.apply([one()])).toThrow("call optimizer.build(variables) first");
    const a = new Variable(1);
    optimizer.build([a]);
    optimizer.build([a]);
    optimizer.apply([one()]);
    optimizer.applyGradients([[one(), a]]);
    expect(a.item()).toBe(-1);
  });

  it("applies the constraints of weights", () => {
    const weight = new Weight(() => constant([1, 3]), { constraint: new NonNeg() });
    new SGD({ learningRate: 2 }).apply([constant([1, 1])], [weight]);
    expect(weight.array()).toEqual([0, 1]);
  });

  it("leaves no tensors behind", () => {
    const variable = new Variable([1, 2]);
    const gradient = constant([1, 1]);
    const schedule = new optimizers.schedules.CosineDecay(0.1, 10);
    const optimizer = new AdamW({ learningRate: schedule, clipnorm: 1, useEma: true, emaOverwriteFrequency: 2 });
    optimizer.apply([gradient], [variable]);
    const before = memory().numTensors;
    for (let i = 0; i < 5; i++) optimizer.apply([gradient], [variable]);
    expect(memory().numTensors).toBe(before);
  });

  it("casts gradients to the dtypes of their variables", () => {
    const variable = new Variable(() => constant([1]).cast("float64"));
    new Adam({ learningRate: 0.5 }).apply([constant([2])], [variable]);
    expect((variable.array() as number[])[0]).toBeCloseTo(0.5, 5);
  });
});

describe("the learning rate", () => {
  it("can be set, also for functions that were traced before", () => {
    const variable = new Variable(0);
    const optimizer = new SGD({ learningRate: 1 });
    const step = tfFunction((gradient: Tensor) => optimizer.apply([gradient], [variable]));
    step(one());
    optimizer.learningRate = 10;
    step(one());
    expect(variable.item()).toBe(-11);
    expect(optimizer.learningRate.item()).toBe(10);
  });

  it("of a schedule follows the steps, and cannot be set", () => {
    const variable = new Variable(0);
    const optimizer = new SGD({ learningRate: new optimizers.schedules.PiecewiseConstantDecay([0], [1, 10]) });
    const step = tfFunction((gradient: Tensor) => optimizer.apply([gradient], [variable]));
    step(one());
    step(one());
    expect(variable.item()).toBe(-11);
    expect(() => {
      optimizer.learningRate = 1;
    }).toThrow("expected a schedule, as before, got 1; set another schedule, or make the optimizer with a number");
    expect(optimizer.variables.map(({ name }) => name)).toEqual(["iteration"]);
  });

  it("may be a function", () => {
    const variable = new Variable(0);
    let rate = 1;
    const optimizer = new SGD({ learningRate: () => rate });
    optimizer.apply([one()], [variable]);
    rate = 5;
    optimizer.apply([one()], [variable]);
    expect(variable.item()).toBe(-6);
  });

  it("leaves the saved variables when a schedule takes its place", () => {
    const optimizer = new SGD({ learningRate: 1 });
    expect(optimizer.variables.length).toBe(2);
    optimizer.learningRate = new optimizers.schedules.ExponentialDecay(1, 1, 0.5);
    expect(optimizer.variables.length).toBe(1);
  });
});

describe("variables", () => {
  it("stand in the order in which Keras saves them", () => {
    const weights = [
      new Weight(() => constant([1]), { path: "net/a" }),
      new Weight(() => constant([1]), { path: "net/b" }),
    ];
    const optimizer = new Adam({ amsgrad: true, useEma: true, gradientAccumulationSteps: 2 });
    optimizer.build(weights);
    const names = ["average", "gradient_accumulator", "momentum", "velocity", "velocity_hat"];
    const [average, sum, momentum, velocity, greatest] = names.map((name) => [`net_a_${name}`, `net_b_${name}`]) as [
      string,
      string,
    ][];
    const interleaved = [momentum?.[0], velocity?.[0], momentum?.[1], velocity?.[1]];
    expect(optimizer.variables.map(({ name }) => name)).toEqual([
      "iteration",
      "learning_rate",
      ...(average ?? []),
      ...(sum ?? []),
      ...interleaved,
      ...(greatest ?? []),
    ]);
  });

  it("can be set all at once", () => {
    const variable = new Variable([0]);
    const optimizer = new SGD({ learningRate: 1, momentum: 0.5 });
    optimizer.build([variable]);
    optimizer.setWeights([7n, 0.5, [4]]);
    optimizer.apply([constant([0])], [variable]);
    expect([optimizer.iterations.item(), variable.array()]).toEqual([8, [2]]);
    expect(() => optimizer.setWeights([1])).toThrow("expected 3 values, got 1");
  });
});

describe("weight decay", () => {
  it("leaves alone what is excluded, by variable or name", () => {
    const variables = ["kernel", "bias", "gamma"].map((name) => new Variable(1, { name }));
    const optimizer = new SGD({ learningRate: 1, weightDecay: 0.5 });
    optimizer.excludeFromWeightDecay({ varList: variables.slice(2), varNames: ["bias"] });
    optimizer.apply(
      variables.map(() => constant(0)),
      variables,
    );
    expect(variables.map((variable) => variable.item())).toEqual([0.5, 1, 1]);
    expect(() => optimizer.excludeFromWeightDecay()).toThrow("expected a call before the first step");
  });
});

describe("the moving average", () => {
  it("takes the place of the weights at the end", () => {
    const variable = new Variable(0);
    const optimizer = new SGD({ learningRate: 1, useEma: true, emaMomentum: 0.5 });
    for (let i = 0; i < 2; i++) optimizer.apply([one()], [variable]);
    optimizer.finalizeVariableValues();
    expect(variable.item()).toBe(-1.5);
  });
});

describe("options", () => {
  const table = [
    [() => new SGD({ momentum: 2 }), "SGD: expected momentum in [0, 1], got 2"],
    [
      () => new SGD({ clipnorm: 1, clipvalue: 1 }),
      "one of clipnorm, clipvalue and globalClipnorm, got clipnorm and clipvalue",
    ],
    [() => new SGD({ clipvalue: -1 }), "clipvalue as a number of at least 0, got -1"],
    [
      () => new SGD({ gradientAccumulationSteps: 1 }),
      "gradientAccumulationSteps as a whole number of at least 2, got 1",
    ],
    [() => new SGD({ useEma: true, emaMomentum: 2 }), "emaMomentum in [0, 1], got 2"],
    [
      () => new SGD({ learningRate: "fast" as never }),
      'learningRate as a number, a schedule or a function, got "fast"',
    ],
    [() => new AdamW({ weightDecay: null }), "use Adam for none"],
    [() => new optimizers.schedules.ExponentialDecay(1, 0, 1), "decaySteps above 0, got 0"],
    [
      () => new optimizers.schedules.PiecewiseConstantDecay([1], [1]),
      "one value more than boundaries, got 1 boundaries and 1 values",
    ],
  ] as const;

  it.each(table)("are checked, case %#", (call, message) => {
    expect(call).toThrow(message);
  });
});
