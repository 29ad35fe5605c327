import { describe, expect, it } from "vitest";
import "../../../runtime/eager-executor.ts";
import { GradientTape } from "../../../autodiff/gradient-tape.ts";
import type { Shape } from "../../../base/shapes.ts";
import { transpose } from "../../../ops/array/shapes.ts";
import { statelessNormal } from "../../../ops/random/stateless.ts";
import { TensorSpec, tfFunction } from "../../../runtime/function.ts";
import { tidy } from "../../../runtime/scopes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { Conv2D, Conv2DTranspose, DepthwiseConv2D, Input, type Layer } from "../index.ts";

const images = (...shape: number[]): Tensor => statelessNormal(shape, [1, 2]);

/** Largest difference between two tensors. */
function difference(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  const [x, y] = [a.data() as Float32Array, b.data() as Float32Array];
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - (y[i] as number))), 0);
}

const makers: Readonly<Record<string, (format: "channels_last" | "channels_first") => Layer>> = {
  Conv2D: (dataFormat) => new Conv2D(4, [2, 3], { dataFormat, strides: 2, biasInitializer: "ones" }),
  DepthwiseConv2D: (dataFormat) => new DepthwiseConv2D(2, { dataFormat, depthMultiplier: 2, padding: "same" }),
  Conv2DTranspose: (dataFormat) => new Conv2DTranspose(4, 3, { dataFormat, strides: 2, outputPadding: 1 }),
};

describe.each(Object.entries(makers))("%s", (_, make) => {
  it("tells the shape that it gives, also when batch, height and width are not known", () => {
    tidy(() => {
      const layer = make("channels_last");
      const output = layer.apply(images(2, 7, 6, 3));
      expect(layer.computeOutputShape([2, 7, 6, 3])).toEqual(output.shape);
      expect((layer.computeOutputShape([null, null, null, 3]) as Shape).slice(0, 3)).toEqual([null, null, null]);
      const signature = [new TensorSpec([null, null, null, 3], "float32")];
      const traced = tfFunction((x: Tensor) => layer.apply(x), { inputSignature: signature });
      expect(difference(traced(images(2, 7, 6, 3)), output)).toBe(0);
    });
  });

  it("gives the same with channels first", () => {
    tidy(() => {
      const [last, first] = [make("channels_last"), make("channels_first")];
      const x = images(2, 7, 6, 3);
      const y = last.apply(x);
      first.build([2, 3, 7, 6]);
      first.setWeights(last.getWeights());
      const z = first.apply(transpose(x, { perm: [0, 3, 1, 2] }));
      expect(first.computeOutputShape([2, 3, 7, 6])).toEqual(z.shape);
      expect(difference(transpose(z, { perm: [0, 2, 3, 1] }), y)).toBeLessThan(1e-6);
    });
  });

  it("asks for known channels, and for as many as it was built for", () => {
    const layer = make("channels_last");
    expect(() => layer.build([null, 8, 8, null])).toThrow(
      "an input whose last axis has a known length, got [?, 8, 8, ?]",
    );
    layer.build([null, 8, 8, 3]);
    expect(() => layer.apply(Input({ shape: [8, 8, 4] }))).toThrow("expected input with last axis 3, got [?, 8, 8, 4]");
    expect(() => layer.apply(Input({ shape: [8, 8] }))).toThrow("expected input with 4 axes, got [?, 8, 8]");
  });
});

describe("dilated convolutions", () => {
  it.each(["same", "valid"] as const)("have gradients, and give what TensorFlow's own gives (%s)", (padding) => {
    tidy(() => {
      const layer = new Conv2D(2, 3, { dilationRate: [2, 3], padding });
      const x = images(1, 9, 11, 2);
      const tape = new GradientTape();
      const y = tape.record(() => layer.apply(x));
      expect(tape.gradient(y, layer.trainableVariables)).toHaveLength(2);
      // With an unknown height TensorFlow's dilated kernel runs.
      const signature = [new TensorSpec([1, null, 11, 2], "float32")];
      const traced = tfFunction((images: Tensor) => layer.apply(images), { inputSignature: signature });
      expect(difference(traced(x), y)).toBeLessThan(1e-5);
    });
  });
});

describe("arguments out of range", () => {
  it.each<[() => unknown, string]>([
    [() => new Conv2D(0, 3), "filters as a whole number of at least 1, got 0"],
    [() => new Conv2D(3, 3, { groups: 2 }), "filters as a multiple of groups = 2, got 3"],
    [() => new Conv2D(4, 3, { groups: 2 }).build([1, 8, 8, 3]), "channels as a multiple of groups = 2, got 3"],
    [() => new Conv2D(1, 3, { strides: 2, dilationRate: 2 }), "strides or dilationRate to be 1, got strides 2, 2"],
    [() => new Conv2D(1, 3).build([1, 2, 2, 1]), 'an image of at least 3 x 3, got [1, 2, 2, 1]; use padding "same"'],
    [() => new Conv2DTranspose(1, 3, { strides: 2, outputPadding: 2 }), "outputPadding below strides"],
    [() => new DepthwiseConv2D(3, { depthMultiplier: 0 }), "depthMultiplier as a whole number of at least 1"],
    [() => new Conv2D(1, 3, { padding: "full" as never }), 'padding "valid" or "same", got "full"'],
  ])("%#: %s", (make, message) => {
    expect(make).toThrow(message);
  });
});
