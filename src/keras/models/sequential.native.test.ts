import { beforeEach, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { zeros } from "../../ops/array/creation.ts";
import { fromValue } from "../../runtime/convert.ts";
import { tfFunction } from "../../runtime/function.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Add, BatchNormalization, Dense, Flatten, Input } from "../layers/index.ts";
import type { Weight } from "../layers/weight.ts";
import { resetNames } from "../naming.ts";
import { Model, Sequential } from "./index.ts";

describe("Sequential", () => {
  beforeEach(resetNames);

  it("with an Input has weights at once, named by the model", () => {
    const model = new Sequential([Input({ shape: [2] }), new Dense(3), new Dense(1)]);
    expect(model.weights.map((weight) => (weight as Weight).path)).toEqual([
      "sequential/dense/kernel",
      "sequential/dense/bias",
      "sequential/dense_1/kernel",
      "sequential/dense_1/bias",
    ]);
    expect([model.layers.length, model.inputShape, model.outputShape]).toEqual([2, [null, 2], [null, 1]]);
  });

  it("without an Input is built by its first call, eager or traced, or for a shape", () => {
    const [eager, traced, built] = [0, 1, 2].map(() => new Sequential([new Flatten(), new Dense(3)])) as [
      Sequential,
      Sequential,
      Sequential,
    ];
    expect([eager.built, eager.weights.length]).toEqual([false, 0]);
    tidy(() => {
      eager.apply(zeros([4, 2, 2]));
      tfFunction((x: Tensor) => traced.apply(x))(zeros([4, 2, 2]));
      built.build([null, 2, 2]);
      for (const model of [eager, traced, built]) {
        expect([model.countParams(), model.apply(zeros([7, 2, 2])).shape]).toEqual([15, [7, 3]]);
      }
    });
  });

  it("is made by a list and options, or by one config", () => {
    const models = [
      new Sequential([new Dense(1)], { name: "m" }),
      new Sequential({ layers: [new Dense(1)], name: "m" }),
    ];
    expect(models.map((model) => [model.name, model.layers.length])).toEqual([
      ["m", 1],
      ["m", 1],
    ]);
  });

  it("grows and shrinks, and keeps the weights of what stays", () => {
    const model = new Sequential([Input({ shape: [2] }), new Dense(3)]);
    const [kernel] = model.weights;
    model.add(new Dense(4));
    expect([model.outputShape, model.weights.length, model.weights[0]]).toEqual([[null, 4], 4, kernel]);
    expect(model.pop().name).toBe("dense_1");
    expect([model.outputShape, model.weights.length]).toEqual([[null, 3], 2]);
  });

  it("takes names as Keras does, for the functional model within it too", () => {
    new Sequential([Input({ shape: [2] }), new Dense(1)]);
    const x = Input({ shape: [2] });
    expect(new Model({ inputs: x, outputs: new Dense(1).apply(x) }).name).toBe("functional_1");
  });

  it("begins with a model, whose input is its own", () => {
    const inner = new Sequential([Input({ shape: [2] }), new Dense(3)]);
    const model = new Sequential([inner, new Dense(1)]);
    expect([model.built, model.inputShape, model.layers[0]]).toEqual([true, [null, 2], inner]);
  });

  it("hands several inputs to its first layer", () => {
    const model = new Sequential([new Add(), new Dense(1, { kernelInitializer: "ones" })]);
    expect(tidy(() => model.apply([fromValue("a", [[1, 2]]), fromValue("b", [[3, 4]])]).array())).toEqual([[10]]);
  });

  it("trains the layers that have to do with training", () => {
    const model = new Sequential([Input({ shape: [1] }), new BatchNormalization({ momentum: 0 })]);
    tidy(() => {
      model.apply([[1], [3]]);
      expect((model.layers[0] as BatchNormalization).movingMean.array()).toEqual([0]);
      model.apply([[1], [3]], { training: true });
      expect((model.layers[0] as BatchNormalization).movingMean.array()).toEqual([2]);
    });
  });
});

describe("what Sequential refuses", () => {
  beforeEach(resetNames);

  it("is named", () => {
    const model = new Sequential([Input({ shape: [2] }), new Dense(3)], { name: "m" });
    expect(() => model.add(new Dense(1, { name: "dense" }))).toThrow(
      'Sequential "m".add: expected layers of different names, got a second "dense"',
    );
    expect(() => model.add(Input({ shape: [1] }))).toThrow(
      "expected Input() as the first entry, got one behind other layers",
    );
    expect(() => model.add("dense" as never)).toThrow('expected a layer or Input(), got "dense"');
    expect(() => model.add(new Dense(1).apply(Input({ shape: [1] })))).toThrow(
      "expected a layer or Input(), got <KerasTensor",
    );
    expect(() => new Sequential([]).pop()).toThrow("expected a model with layers, got one without");
    expect(() => new Sequential().build([null, 1])).toThrow(
      "expected a model with layers, got one without; call model.add(layer)",
    );
    expect(() => model.build([null, 5])).toThrow(
      'Sequential "m".build: expected shape [?, 2] of its Input, got [?, 5]',
    );
    expect(() => model.apply([[1, 2, 3]])).toThrow('Dense "dense": expected input with last axis 2, got [1, 3]');
  });
});
