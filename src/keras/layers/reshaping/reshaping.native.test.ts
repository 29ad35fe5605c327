import { describe, expect, it } from "vitest";
import "../../../runtime/eager-executor.ts";
import { zeros } from "../../../ops/array/creation.ts";
import { fromValue } from "../../../runtime/convert.ts";
import { TensorSpec, tfFunction } from "../../../runtime/function.ts";
import { tidy } from "../../../runtime/scopes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { Flatten, Input, type Layer, Permute, Reshape, UpSampling2D, ZeroPadding2D } from "../index.ts";

describe("shapes", () => {
  it.each<[string, Layer, number[], (number | null)[]]>([
    ["Flatten", new Flatten(), [2, 3, 4], [null, 12]],
    ["Flatten with channels first", new Flatten({ dataFormat: "channels_first" }), [2, 3, 4], [null, 12]],
    ["Reshape", new Reshape([4, -1]), [2, 3, 4], [null, 4, 3]],
    ["Permute", new Permute([2, 1]), [2, 3, 4], [null, 4, 3]],
    ["ZeroPadding2D", new ZeroPadding2D({ padding: [1, [2, 3]] }), [2, 3, 4, 1], [null, 5, 9, 1]],
    ["UpSampling2D", new UpSampling2D({ size: [2, 3], dataFormat: "channels_first" }), [2, 3, 4, 1], [null, 3, 8, 3]],
  ])("%s gives what it tells", (_, layer, shape, expected) => {
    tidy(() => {
      expect(layer.apply(zeros(shape)).shape).toEqual([shape[0], ...expected.slice(1)]);
      expect(layer.apply(Input({ shape: shape.slice(1) })).shape).toEqual(expected);
      expect((layer.constructor as typeof Flatten).fromConfig(layer.getConfig()).getConfig()).toEqual(
        layer.getConfig(),
      );
    });
  });

  it("may be known only at run time", () => {
    const signature = [new TensorSpec([null, null, 4], "float32")];
    const flatten = tfFunction((x: Tensor) => new Flatten().apply(x), { inputSignature: signature });
    const reshape = tfFunction((x: Tensor) => new Reshape([2, -1]).apply(x), { inputSignature: signature });
    tidy(() => {
      expect(flatten(zeros([2, 3, 4])).shape).toEqual([2, 12]);
      expect(reshape(zeros([2, 3, 4])).shape).toEqual([2, 2, 6]);
    });
    expect(new Flatten().apply(Input({ shape: [null, 4] })).shape).toEqual([null, null]);
  });
});

describe("Flatten", () => {
  it("moves channels to the end when they come first", () => {
    const x = [
      [
        [1, 2],
        [3, 4],
      ],
    ]; // two channels of length 2
    tidy(() => {
      expect(new Flatten({ dataFormat: "channels_first" }).apply(x).array()).toEqual([[1, 3, 2, 4]]);
      expect(new Flatten().apply(x).array()).toEqual([[1, 2, 3, 4]]);
    });
  });

  it("keeps the dtype of whole numbers", () => {
    expect(new Flatten().apply(Input({ shape: [2, 2], dtype: "int32" })).dtype).toBe("int32");
    expect(tidy(() => new Flatten().apply(fromValue("x", [[[1]]], "int32")).dtype)).toBe("int32");
  });
});

describe("arguments that do not fit", () => {
  it.each<[() => unknown, string]>([
    [() => new Reshape([-1, -1]), "targetShape of whole numbers of which at most one is -1, got [-1, -1]"],
    [
      () => new Reshape([5], { name: "r" }).apply(Input({ shape: [6] })),
      'Reshape "r": expected examples that fit [5], got [6]',
    ],
    [() => new Reshape([4, -1]).apply(Input({ shape: [6] })), "examples that fit [4, -1], got [6]"],
    [() => new Permute([1, 3]), "dims of the numbers from 1 on, each once, got [1, 3]"],
    [() => new ZeroPadding2D({ padding: [1, -1] }), "padding as one or two whole numbers of at least 0, got -1"],
    [() => new UpSampling2D({ interpolation: "bilinear" as never }), 'interpolation "nearest", got "bilinear"'],
  ])("%#: %s", (make, message) => {
    expect(make).toThrow(message);
  });
});
