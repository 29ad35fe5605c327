import { beforeEach, describe, expect, it } from "vitest";
import "../../../runtime/eager-executor.ts";
import { zeros } from "../../../ops/array/creation.ts";
import { TensorSpec, tfFunction } from "../../../runtime/function.ts";
import { setSeed } from "../../../runtime/random-state.ts";
import { tidy } from "../../../runtime/scopes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { resetNames } from "../../naming.ts";
import { Dense, Embedding, Identity, Input, InputLayer } from "../index.ts";

describe("Dense", () => {
  it("is made by arguments or by one config", () => {
    const [a, b] = [new Dense(3, { useBias: false, name: "d" }), new Dense({ units: 3, useBias: false, name: "d" })];
    expect(b.getConfig()).toEqual(a.getConfig());
    expect(Dense.fromConfig(a.getConfig()).getConfig()).toEqual(a.getConfig());
  });

  it("has the same first weights from the same seed", () => {
    const weights = (): unknown => {
      setSeed(5);
      const layer = new Dense(3);
      layer.build([null, 4]);
      return layer.kernel.array();
    };
    expect(weights()).toEqual(weights());
  });

  it("works along the last axis of inputs of any rank and of lengths known only at run time", () => {
    const layer = new Dense(2, { kernelInitializer: "ones" });
    const signature = [new TensorSpec([null, null, 3], "float32")];
    const traced = tfFunction((x: Tensor) => layer.apply(x), { inputSignature: signature });
    expect(tidy(() => traced(zeros([4, 5, 3])).shape)).toEqual([4, 5, 2]);
    expect(layer.computeOutputShape([null, null, 3])).toEqual([null, null, 2]);
  });

  it("refuses what it cannot be made or built of", () => {
    expect(() => new Dense(0, { name: "d" })).toThrow(
      'Dense "d": expected units as a whole number of at least 1, got 0',
    );
    expect(() => new Dense(1).build([null, null])).toThrow("an input whose last axis has a known length, got [?, ?]");
    expect(() => new Dense(1, { activation: "rellu" })).toThrow('did you mean "relu"');
    expect(() => new Dense(1).apply([1, 2])).toThrow("expected input with at least 2 axes, got [2]");
    expect(() => new Dense(1).apply([zeros([1, 2]), zeros([1, 2])])).toThrow("expected 1 input, got 2");
  });
});

describe("Embedding", () => {
  it("looks up whole numbers of any dtype, and numbers that are written as floats", () => {
    const layer = new Embedding(2, 1, { weights: [[5], [7]] });
    expect(
      tidy(() => [layer.apply([1, 0]), layer.apply(Uint8Array.of(1)), layer.apply([[1n]])].map((x) => x.array())),
    ).toEqual([[[7], [5]], [[7]], [[[7]]]]);
    expect(() => layer.apply(["a"])).toThrow('expected whole numbers, got "string"');
  });

  it("is made by arguments or by one config", () => {
    const layer = new Embedding({ inputDim: 3, outputDim: 2, maskZero: true });
    expect(Embedding.fromConfig(layer.getConfig()).getConfig()).toEqual(layer.getConfig());
    expect(() => new Embedding(3)).toThrow("expected outputDim as a whole number of at least 1, got undefined");
  });
});

describe("Input", () => {
  beforeEach(resetNames);

  it("gives a symbolic tensor of a layer of its own", () => {
    const x = Input({ shape: [28, 28], dtype: "uint8", batchSize: 4 });
    expect([x.shape, x.dtype, x.history?.layer.name]).toEqual([[4, 28, 28], "uint8", "input_layer"]);
    expect(x.history?.layer).toBeInstanceOf(InputLayer);
  });

  it("asks for a shape, with or without the batch", () => {
    expect(() => Input({})).toThrow("expected either shape or batchShape, got neither; write Input({ shape: [784] })");
    expect(() => Input({ shape: [1], batchShape: [1, 1] })).toThrow("got both");
    expect(() => Input({ shape: ["a"] as never })).toThrow("expected a shape of whole numbers of at least 0 and null");
    expect(() => Input({ shape: [1], sparse: true })).toThrow("expected dense inputs, got sparse true");
  });
});

it("Identity passes nests on", () => {
  const outputs = new Identity().apply<{ a: { shape: unknown } }>({ a: Input({ shape: [2] }) } as never);
  expect(outputs.a.shape).toEqual([null, 2]);
});
