import { describe, expect, it } from "vitest";
import "../../../runtime/eager-executor.ts";
import { fromValue } from "../../../runtime/convert.ts";
import { tidy } from "../../../runtime/scopes.ts";
import { Activation, type Layer, LeakyReLU, ReLU, Rescaling, Softmax } from "../index.ts";

describe("activation layers", () => {
  it.each<[string, Layer, number[], number[]]>([
    ["Activation", new Activation("relu"), [-1, 2], [0, 2]],
    ["Activation of a function", new Activation((x) => x.multiply(3)), [-1, 2], [-3, 6]],
    ["ReLU", new ReLU({ maxValue: 2, negativeSlope: 0.5, threshold: 1 }), [-1, 1.5, 5], [-1, 1.5, 2]],
    ["LeakyReLU", new LeakyReLU({ negativeSlope: 0.25 }), [-4, 3], [-1, 3]],
    ["Softmax", new Softmax(), [2, 2], [0.5, 0.5]],
    ["Rescaling", new Rescaling([2, 3], { offset: 1 }), [1, 1], [3, 4]],
  ])("%s", (_, layer, inputs, outputs) => {
    expect(tidy(() => layer.apply(inputs).array())).toEqual(outputs);
    expect(layer.computeOutputShape([null, 3])).toEqual([null, 3]);
  });

  it("make the same layer of their configs", () => {
    for (const layer of [
      new Activation("tanh"),
      new ReLU({ maxValue: 6 }),
      new LeakyReLU(),
      new Softmax({ axis: [1, 2] }),
      new Rescaling(0.5),
    ]) {
      const again = (layer.constructor as unknown as typeof ReLU).fromConfig(layer.getConfig());
      expect(again.getConfig()).toEqual(layer.getConfig());
    }
  });

  it("refuse negative options", () => {
    expect(() => new ReLU({ maxValue: -1, name: "r" })).toThrow('ReLU "r": expected maxValue of at least 0, got -1');
    expect(() => new LeakyReLU({ negativeSlope: -1 })).toThrow("negativeSlope of at least 0");
    expect(() => new Activation("rellu")).toThrow('did you mean "relu"');
  });
});

describe("Softmax", () => {
  it("gives 0 where a mask leaves out, of booleans or numbers", () => {
    tidy(() => {
      const outputs = [fromValue("mask", [true, false, true]), fromValue("mask", [1, 0, 0.7])].map((mask) =>
        new Softmax().apply([1, 9, 1], { mask }).array(),
      );
      expect(outputs).toEqual([
        [0.5, 0, 0.5],
        [0.5, 0, 0.5],
      ]);
    });
  });

  it("sums to 1 over several axes", () => {
    const outputs = tidy(
      () =>
        new Softmax({ axis: [0, 1] })
          .apply([
            [3, 3],
            [3, 3],
          ])
          .data() as Float32Array,
    );
    expect([...outputs].every((value) => Math.abs(value - 0.25) < 1e-6)).toBe(true);
  });
});
