import { describe, expect, it } from "vitest";
import "../../../runtime/eager-executor.ts";
import { transpose } from "../../../ops/array/shapes.ts";
import { statelessNormal } from "../../../ops/random/stateless.ts";
import { tidy } from "../../../runtime/scopes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import {
  AveragePooling2D,
  type DataFormat,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  type Layer,
  MaxPooling2D,
} from "../index.ts";

const makers: Readonly<Record<string, (dataFormat: DataFormat) => Layer>> = {
  MaxPooling2D: (dataFormat) => new MaxPooling2D({ dataFormat, poolSize: [3, 2], strides: 2, padding: "same" }),
  AveragePooling2D: (dataFormat) => new AveragePooling2D(2, { dataFormat }),
  GlobalMaxPooling2D: (dataFormat) => new GlobalMaxPooling2D({ dataFormat, keepdims: true }),
  GlobalAveragePooling2D: (dataFormat) => new GlobalAveragePooling2D({ dataFormat, keepdims: true }),
};

const round = (tensor: Tensor): number[] =>
  [...(tensor.data() as Float32Array)].map((value) => Number(value.toFixed(5)));

describe.each(Object.entries(makers))("%s", (_, make) => {
  it("gives the same with channels first, of the shape that it tells", () => {
    tidy(() => {
      const x = statelessNormal([2, 7, 5, 3], [1, 2]);
      const [last, first] = [make("channels_last"), make("channels_first")];
      const y = last.apply(x);
      const z = first.apply(transpose(x, { perm: [0, 3, 1, 2] }));
      expect(last.computeOutputShape([2, 7, 5, 3])).toEqual(y.shape);
      expect(first.computeOutputShape([2, 3, 7, 5])).toEqual(z.shape);
      expect(round(transpose(z, { perm: [0, 2, 3, 1] }))).toEqual(round(y));
    });
  });

  it("makes the same layer of its config, and takes images only", () => {
    const layer = make("channels_first");
    const again = (layer.constructor as typeof MaxPooling2D).fromConfig(layer.getConfig());
    expect(again.getConfig()).toEqual(layer.getConfig());
    expect(() => layer.apply([[1, 2]])).toThrow("expected input with 4 axes, got [1, 2]");
  });
});

it("global pooling drops height and width unless told otherwise", () => {
  const shapes = [new GlobalMaxPooling2D(), new GlobalAveragePooling2D({ dataFormat: "channels_first" })].map((layer) =>
    layer.computeOutputShape([null, 7, 5, 3]),
  );
  expect(shapes).toEqual([
    [null, 3],
    [null, 7],
  ]);
});
