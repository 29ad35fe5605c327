import { describe, expect, it } from "vitest";
import "../../../runtime/eager-executor.ts";
import { statelessNormal } from "../../../ops/random/stateless.ts";
import { fromValue } from "../../../runtime/convert.ts";
import { TensorSpec, tfFunction } from "../../../runtime/function.ts";
import { tidy } from "../../../runtime/scopes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { BatchNormalization, LayerNormalization } from "../index.ts";

const round = (tensor: Tensor | { array(): unknown }): unknown =>
  JSON.parse(JSON.stringify(tensor.array()), (_, value) =>
    typeof value === "number" ? Number(value.toFixed(4)) : value,
  );

describe("BatchNormalization", () => {
  it("lets its averages follow the batch in a traced function, call by call", () => {
    const layer = new BatchNormalization({ momentum: 0.5 });
    const step = tfFunction((x: Tensor) => layer.apply(x, { training: true }));
    tidy(() => {
      for (let i = 0; i < 2; i++) step(fromValue("x", [[0], [4]]));
    });
    expect([round(layer.movingMean), round(layer.movingVariance)]).toEqual([[1.5], [3.25]]);
  });

  it("uses and keeps its averages when it is frozen", () => {
    const layer = new BatchNormalization({ epsilon: 0 });
    layer.build([null, 1]);
    layer.trainable = false;
    expect(tidy(() => layer.apply([[0], [4]], { training: true }).array())).toEqual([[0], [4]]);
    expect([layer.movingMean.array(), layer.weights.length, layer.trainableVariables.length]).toEqual([[0], 4, 0]);
  });

  it("gives with TensorFlow's fused op what it gives without, in outputs and averages", () => {
    tidy(() => {
      const x = statelessNormal([4, 3, 2, 5], [1, 2]);
      const [fused, plain] = [new BatchNormalization(), new BatchNormalization()];
      const y = fused.apply(x, { training: true });
      const rows = plain.apply(x.reshape([24, 5]), { training: true });
      expect(round(y.reshape([24, 5]))).toEqual(round(rows));
      expect(fused.weights.map(round)).toEqual(plain.weights.map(round));
      expect(round(fused.apply(x).reshape([24, 5]))).toEqual(round(plain.apply(x.reshape([24, 5]))));
    });
  });

  it("counts a batch whose length is not known before run time", () => {
    const [known, unknown] = [new BatchNormalization(), new BatchNormalization()];
    const signature = [new TensorSpec([null, null, 2, 1], "float32")];
    const step = tfFunction((x: Tensor) => unknown.apply(x, { training: true }), { inputSignature: signature });
    tidy(() => {
      const x = statelessNormal([3, 2, 2, 1], [1, 2]);
      known.apply(x, { training: true });
      step(x);
    });
    expect(round(unknown.movingVariance)).toEqual(round(known.movingVariance));
  });

  it("leaves out what a mask leaves out", () => {
    const layer = new BatchNormalization({ epsilon: 0, momentum: 0 });
    tidy(() => {
      const mask = fromValue("mask", [[true, true, false]]);
      const y = layer.apply([[[1], [3], [100]]], { training: true, mask });
      expect(round(y.at(0, "0:2"))).toEqual([[-1], [1]]);
    });
    expect([round(layer.movingMean), round(layer.movingVariance)]).toEqual([[2], [1]]);
  });

  it("refuses an axis beyond the rank, a mask of another rank, and renorm", () => {
    expect(() => new BatchNormalization({ axis: 3 }).build([null, 2])).toThrow("expected axis within [-2, 2), got 3");
    const mask = fromValue("mask", [true]);
    expect(() => new BatchNormalization().apply([[1]], { training: true, mask: fromValue("m", [[true]]) })).toThrow(
      "expected a mask of 1 axes, got [1, 1]",
    );
    expect(() => new BatchNormalization({ renorm: true })).toThrow("expected renorm false, got true");
    mask.dispose();
  });
});

describe("LayerNormalization", () => {
  it("takes axes in any order, negative ones too", () => {
    tidy(() => {
      const x = statelessNormal([2, 3, 4], [1, 2]);
      const outputs = [
        [1, 2],
        [2, 1],
        [-1, -2],
      ].map((axis) => round(new LayerNormalization({ axis }).apply(x)));
      expect(outputs[1]).toEqual(outputs[0]);
      expect(outputs[2]).toEqual(outputs[0]);
    });
  });

  it("has weights of the axes' lengths, which must be known", () => {
    const layer = new LayerNormalization({ axis: [1, 3] });
    layer.build([null, 3, null, 4]);
    expect(layer.weights.map((weight) => weight.shape)).toEqual([
      [3, 4],
      [3, 4],
    ]);
    expect(() => new LayerNormalization({ axis: 2 }).build([null, 3, null])).toThrow(
      "an input whose axis 2 has a known length, got [?, 3, ?]",
    );
  });
});
