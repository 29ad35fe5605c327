import { beforeEach, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { zeros } from "../../ops/array/creation.ts";
import { add } from "../../ops/math/arithmetic.ts";
import { fromValue } from "../../runtime/convert.ts";
import { tfFunction } from "../../runtime/function.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Add, type CallOptions, Concatenate, Dense, Dropout, Input, Layer, Subtract } from "../layers/index.ts";
import type { KerasTensor } from "../layers/keras-tensor.ts";
import type { Weight } from "../layers/weight.ts";
import { resetNames } from "../naming.ts";
import { Functional, Model } from "./model.ts";

const ones = { kernelInitializer: "ones" } as const;

/** Counts by how it is called. */
class Probe extends Layer {
  readonly trainings: unknown[] = [];

  override call(inputs: Tensor, { training }: CallOptions): Tensor {
    this.trainings.push(training);
    return add(inputs, 0);
  }
}

describe("a functional model", () => {
  beforeEach(resetNames);

  it("computes outputs from inputs, through shared layers", () => {
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [2] })];
    const shared = new Dense(1, ones);
    const model = new Model({ inputs: [a, b], outputs: new Subtract().apply([shared.apply(a), shared.apply(b)]) });
    expect(tidy(() => model.apply([fromValue("a", [[5, 6]]), fromValue("b", [[1, 2]])]).array())).toEqual([[8]]);
    expect(model.weights).toHaveLength(2);
  });

  it("is a Functional by class and name, as in Keras", () => {
    const make = (): Model => {
      const x = Input({ shape: [2] });
      return new Model({ inputs: x, outputs: new Dense(1).apply(x) });
    };
    const [first, second] = [make(), make()];
    expect([first.name, second.name, first.className]).toEqual(["functional", "functional_1", "Functional"]);
    expect([first instanceof Functional, first instanceof Model, first.built]).toEqual([true, true, true]);
    expect((first.weights[0] as Weight).path).toBe("dense/kernel");
  });

  it("takes objects of inputs, and gives objects of outputs", () => {
    const inputs = { left: Input({ shape: [1], name: "left" }), right: Input({ shape: [1], name: "right" }) };
    const sum = new Add().apply([inputs.left, inputs.right]);
    const model = new Model({ inputs, outputs: { sum, both: new Concatenate().apply([inputs.left, inputs.right]) } });
    tidy(() => {
      const outputs = model.apply<Record<string, Tensor>>({
        right: fromValue("r", [[2]]),
        left: fromValue("l", [[1]]),
      });
      expect([outputs.sum?.array(), outputs.both?.array()]).toEqual([[[3]], [[1, 2]]]);
    });
    expect([model.inputShape, model.outputShape]).toEqual([
      [
        [null, 1],
        [null, 1],
      ],
      [
        [null, 2],
        [null, 1],
      ],
    ]);
  });

  it("finds inputs of a list by name, and values by their place", () => {
    const inputs = [Input({ shape: [1], name: "a" }), Input({ shape: [1], name: "b" })];
    const model = new Model({ inputs, outputs: new Subtract().apply(inputs) });
    tidy(() => {
      expect(model.apply({ b: [[1]], a: [[5]] }).array()).toEqual([[4]]);
      expect(model.apply([Float32Array.of(5), Float32Array.of(1)]).array()).toEqual([[4]]);
    });
  });

  it("gives inputs the dtype and the rank that they were described with", () => {
    const x = Input({ shape: [2, 1], dtype: "int32" });
    const model = new Model({ inputs: x, outputs: new Probe().apply(x) });
    tidy(() => {
      for (const values of [[[[1], [2]]], [[1, 2]], [[[[1]], [[2]]]]]) {
        const outputs = [model.apply(values), model.apply(fromValue("x", values, "float64"))];
        for (const output of outputs) expect([output.dtype, output.shape]).toEqual(["int32", [1, 2, 1]]);
      }
    });
  });

  it("works as a layer of another model, with its own calls", () => {
    const x = Input({ shape: [2] });
    const inner = new Model({ inputs: x, outputs: new Dense(2, ones).apply(x), name: "inner" });
    const y = Input({ shape: [2] });
    const outer = new Model({ inputs: y, outputs: inner.apply(inner.apply(y)) });
    expect(tidy(() => outer.apply([[1, 2]]).array())).toEqual([[6, 6]]);
    expect([outer.layers.map((layer) => layer.name), outer.weights.length]).toEqual([["input_layer_1", "inner"], 2]);
  });

  it("hands training to its layers, unless a call was described with its own", () => {
    const x = Input({ shape: [1] });
    const [free, fixed] = [new Probe(), new Probe()];
    const model = new Model({ inputs: x, outputs: fixed.apply(free.apply(x), { training: false }) });
    tidy(() => {
      model.apply([[1]]);
      model.apply([[1]], { training: true });
    });
    const ran = (probe: Probe): unknown[] => probe.trainings.slice(-2);
    expect([ran(free), ran(fixed)]).toEqual([
      [undefined, true],
      [false, true],
    ]);
  });

  it("may begin in the middle of another, with the same layers", () => {
    const x = Input({ shape: [2] });
    const middle = new Dense(3, ones).apply(x);
    const end = new Add().apply([new Dense(1, ones).apply(middle), new Dense(1, ones).apply(x)]);
    const whole = new Model({ inputs: x, outputs: end });
    const part = new Model({ inputs: { middle, x }, outputs: end });
    tidy(() => {
      expect(whole.apply([[1, 2]]).array()).toEqual([[12]]);
      expect(part.apply({ middle: [[1, 1, 1]], x: [[1, 2]] }).array()).toEqual([[6]]);
    });
    expect(part.weights.every((weight) => whole.weights.includes(weight))).toBe(true);
  });

  it("takes the values of several inputs as nested arrays", () => {
    const inputs = [Input({ shape: [1] }), Input({ shape: [1] })];
    const model = new Model({ inputs, outputs: new Subtract().apply(inputs) });
    expect(tidy(() => model.apply([[[5]], [[1]]]).array())).toEqual([[4]]);
  });

  it("tells output shapes for inputs of other shapes", () => {
    const x = Input({ shape: [null, 3] });
    const model = new Model({ inputs: x, outputs: new Dense(2).apply(x) });
    expect(model.computeOutputShape([4, 5, 3])).toEqual([4, 5, 2]);
  });

  it("may have an input that can be left out", () => {
    class First extends Layer {
      override call(inputs: readonly Tensor[]): Tensor {
        return add(inputs[0] as Tensor, (inputs[1] as Tensor | null) === null ? 10 : 0);
      }

      override computeOutputShape(): readonly number[] {
        return [1, 1];
      }
    }
    const inputs = [Input({ shape: [1], name: "x" }), Input({ shape: [1], name: "hint", optional: true })];
    const model = new Model({ inputs, outputs: new First().apply(inputs) });
    expect(tidy(() => model.apply([fromValue("x", [[1]]), null]).array())).toEqual([[11]]);
    expect(() => model.apply([null, null])).toThrow("expected a tensor for input x, got null");
  });
});

describe("what a functional model is not made of", () => {
  const x = (): KerasTensor => Input({ shape: [2], name: "x" });

  it("is named", () => {
    expect(() => new Model({ inputs: x() })).toThrow("expected both inputs and outputs, got only inputs");
    expect(() => new Model({ inputs: x(), outputs: [] })).toThrow(
      "expected outputs of at least one symbolic tensor, got none",
    );
    expect(() => new Model({ inputs: zeros([1]) as never, outputs: x() })).toThrow(
      "expected inputs made by Input() and layer.apply(), got",
    );
  });

  it("is told from inputs that do not fit", () => {
    const input = x();
    const model = new Model({ inputs: input, outputs: new Dense(1).apply(input), name: "m" });
    expect(() => model.apply([[1, 2, 3]])).toThrow('Functional "m": expected input of shape [?, 2], got [1, 3]');
    expect(() => model.apply([zeros([1, 2]), zeros([1, 2])])).toThrow('Functional "m": expected one input, got 2');
    expect(() => model.apply({ y: zeros([1, 2]) })).toThrow('expected an input named "x", got inputs named y');
    const two = [x(), Input({ shape: [2], name: "y" })];
    const pair = new Model({ inputs: two, outputs: new Add().apply(two), name: "p" });
    expect(() => pair.apply(zeros([1, 2]))).toThrow(
      'Functional "p": expected a list of 2 inputs, got one tensor [1, 2]',
    );
  });
});

describe("a subclassed model", () => {
  beforeEach(resetNames);

  class Mlp extends Model {
    readonly hidden = new Dense(3, { activation: "relu" });
    readonly drop = new Dropout(0.5);
    readonly out = new Dense(1);

    override call(inputs: Tensor, { training }: CallOptions): Tensor {
      return this.out.apply(this.drop.apply(this.hidden.apply(inputs), { training }));
    }
  }

  it("is built by its first call, eager or traced", () => {
    for (const traced of [false, true]) {
      const model = new Mlp();
      const run = traced ? tfFunction((x: Tensor) => model.apply(x)) : (x: Tensor) => model.apply(x);
      expect(tidy(() => run(zeros([4, 2])).shape)).toEqual([4, 1]);
      expect([model.layers.length, model.weights.length, model.countParams()]).toEqual([3, 4, 13]);
    }
  });

  it("has layers by name and place", () => {
    const model = new Mlp();
    expect([model.getLayer("dropout"), model.getLayer({ index: -1 }), model.getLayer(0)]).toEqual([
      model.drop,
      model.out,
      model.hidden,
    ]);
    expect(() => model.getLayer("nothing")).toThrow(
      'Mlp "mlp".getLayer: expected one of dense, dropout, dense_1, got "nothing"',
    );
  });

  it("has no symbolic inputs to ask for", () => {
    expect(() => new Mlp().inputs).toThrow("expected a functional model, or a sequential one that is built");
  });

  it("may be described as a functional one, with layers of its own beside", () => {
    class Described extends Model {
      readonly extra = new Dense(7);

      constructor() {
        const x = Input({ shape: [2] });
        super({ inputs: x, outputs: new Dense(1, ones).apply(x) });
      }
    }
    const model = new Described();
    expect(tidy(() => model.apply([[1, 2]]).array())).toEqual([[3]]);
    expect([model.name, model.layers.length, model.sublayers.length]).toEqual(["described", 2, 3]);
  });
});
