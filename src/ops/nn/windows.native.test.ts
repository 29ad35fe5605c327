import { describe, expect, test } from "vitest";
import { fromValue } from "../../runtime/convert.ts";
import { type Tensor, traceFunction } from "../../runtime/index.ts";
import { raw } from "../raw/index.ts";
import * as nn from "./index.ts";

const ones = (...shape: number[]): Tensor => fromValue("test", 1, "float32", shape);
const count = (...shape: number[]): Tensor =>
  fromValue(
    "test",
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    "float32",
    shape,
  );

/** Runs `body` traced with inputs of unknown batch size, on `x`. */
function traced(x: Tensor, body: (x: Tensor) => Tensor): Tensor {
  const spec = { dtype: x.dtype, shape: [null, ...x.shape.slice(1)] };
  return traceFunction("test", [spec], body).fn.call([x])[0] as Tensor;
}

describe("convolutions", () => {
  test("of one and three axes sum their windows", () => {
    expect(nn.conv1d(count(1, 4, 1), ones(2, 1, 1), 1, "VALID").array()).toEqual([[[1], [3], [5]]]);
    expect(nn.conv1d(count(2, 5, 1), ones(2, 1, 3), 2, "SAME").shape).toEqual([2, 3, 3]);
    expect(nn.conv1d(count(1, 5, 1), ones(2, 1, 1), 1, "VALID", { dilations: 2 }).array()).toEqual([[[2], [4], [6]]]);
    expect(
      nn
        .conv3d(ones(1, 3, 3, 3, 2), ones(2, 2, 2, 2, 1), 1, "VALID")
        .at(0, 0, 0, 0)
        .array(),
    ).toEqual([16]);
  });

  test("take more than one batch axis", () => {
    const x = count(2, 3, 4, 4, 1);
    const y = nn.conv2d(x, ones(2, 2, 1, 5), 1, "VALID");
    expect(y.shape).toEqual([2, 3, 3, 3, 5]);
    expect(y.at(1, 2).array()).toEqual(
      nn
        .conv2d(x.at(1, "2:3"), ones(2, 2, 1, 5), 1, "VALID")
        .at(0)
        .array(),
    );
    expect(nn.conv1d(count(2, 3, 4, 1), ones(2, 1, 1), 1, "VALID").shape).toEqual([2, 3, 3, 1]);
  });

  test("of any number of axes go by the filters", () => {
    expect(nn.convolution(ones(1, 4, 4, 1), ones(2, 2, 1, 1), { strides: 2, padding: "SAME" }).shape).toEqual([
      1, 2, 2, 1,
    ]);
    expect(nn.convolution(ones(1, 4, 1), ones(2, 1, 1)).shape).toEqual([1, 3, 1]);
    expect(() => nn.convolution(ones(1, 4), ones(2, 1))).toThrow(
      "tf.nn.convolution: expected filters of 3, 4 or 5 axes, got 2",
    );
  });

  test("with holes per channel are those of spread filters", () => {
    const x = count(1, 7, 6, 2);
    for (const padding of ["SAME", "VALID"] as const) {
      const filter = fromValue("test", Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), "float32", [2, 2, 2, 1]);
      const wide = new Float32Array(3 * 4 * 2);
      for (let i = 0; i < 2; i++)
        for (let j = 0; j < 2; j++)
          for (let c = 0; c < 2; c++) wide[(2 * i * 4 + 3 * j) * 2 + c] = filter.data()[(i * 2 + j) * 2 + c];
      const expected = nn.depthwiseConv2d(x, fromValue("test", wide, "float32", [3, 4, 2, 1]), 1, padding);
      expect(nn.depthwiseConv2d(x, filter, 1, padding, { dilations: [2, 3] }).array()).toEqual(expected.array());
    }
  });

  test("separable ones are a depthwise and a 1 by 1 convolution", () => {
    const y = nn.separableConv2d(ones(1, 3, 3, 2), ones(2, 2, 2, 3), ones(1, 1, 6, 4), 1, "VALID");
    expect([y.shape, y.at(0, 0, 0, 0).item()]).toEqual([[1, 2, 2, 4], 24]);
  });

  test("transposed ones make images larger", () => {
    expect(nn.conv1dTranspose(ones(1, 2, 1), ones(2, 1, 1), [1, 4, 1], 2).array()).toEqual([[[1], [1], [1], [1]]]);
    expect(nn.conv3dTranspose(ones(1, 1, 1, 1, 1), ones(2, 2, 2, 1, 1), [1, 2, 2, 2, 1], 2).size).toBe(8);
    const lengths = raw.Shape({ input: ones(1, 4, 1) });
    expect(nn.conv1dTranspose(ones(1, 2, 1), ones(2, 1, 1), lengths, 2).shape).toEqual([1, 4, 1]);
  });

  test("work in traced functions of unknown batch size", () => {
    const x = count(2, 4, 4, 2);
    const eager = nn.conv2d(x, ones(2, 2, 2, 1), 1, "SAME").array();
    expect(traced(x, (image) => nn.conv2d(image, ones(2, 2, 2, 1), 1, "SAME")).array()).toEqual(eager);
    const dilated = (image: Tensor): Tensor => nn.depthwiseConv2d(image, ones(2, 2, 2, 1), 1, "SAME", { dilations: 2 });
    expect(traced(x, dilated).array()).toEqual(dilated(x).array());
  });
});

describe("wrong arguments of convolutions and poolings are named", () => {
  const image = ones(1, 4, 4, 2);
  test.each<[string, () => unknown, string]>([
    [
      "rank",
      () => nn.conv2d(ones(4, 4), ones(2, 2, 1, 1), 1, "SAME"),
      "tf.nn.conv2d: expected an input [batch, height, width, channels], got [4, 4]",
    ],
    [
      "rank of filters",
      () => nn.conv2d(image, ones(2, 2, 2), 1, "SAME"),
      "expected filters [height, width, inChannels, outChannels], got [2, 2, 2]",
    ],
    [
      "channels",
      () => nn.conv2d(image, ones(2, 2, 3, 1), 1, "SAME"),
      "inChannels divide the input's 2 channels, got [2, 2, 3, 1]",
    ],
    [
      "dtypes",
      () => nn.conv2d(image, fromValue("test", 1, "float64", [2, 2, 2, 1]), 1, "SAME"),
      "tf.nn.conv2d: expected dtype float32, got a tensor [2, 2, 2, 1] float64",
    ],
    [
      "strides",
      () => nn.conv2d(image, ones(2, 2, 2, 1), [1, 2, 3], "SAME"),
      "tf.nn.conv2d: expected strides of 1 or 2 or 4 numbers, got [1, 2, 3]",
    ],
    [
      "padding",
      () => nn.conv2d(image, ones(2, 2, 2, 1), 1, "FULL" as never),
      'expected padding of "SAME", "VALID" or 4 pairs of numbers, got "FULL"',
    ],
    [
      "channels first",
      () => nn.conv2d(image, ones(2, 2, 2, 1), 1, "SAME", { dataFormat: "NCHW" }),
      'tf.nn.conv2d: expected dataFormat "NHWC", got "NCHW", which TensorFlow computes on GPUs only',
    ],
    [
      "format",
      () => nn.conv1d(ones(1, 4, 2), ones(2, 2, 1), 1, "SAME", { dataFormat: "NHWC" }),
      'tf.nn.conv1d: expected dataFormat of "NWC", "NCW", got "NHWC"',
    ],
    [
      "strides beside holes",
      () => nn.depthwiseConv2d(image, ones(2, 2, 2, 1), 2, "SAME", { dilations: 2 }),
      "expected strides of 1 beside dilations",
    ],
    [
      "pooled rank",
      () => nn.maxPool2d(ones(4, 4), 2, 2, "SAME"),
      "tf.nn.maxPool2d: expected an input [batch, height, width, channels], got [4, 4]",
    ],
    [
      "pool size",
      () => nn.avgPool2d(image, 0, 2, "SAME"),
      "tf.nn.avgPool2d: expected ksize of whole numbers above 0, got 0",
    ],
    [
      "pooling without space",
      () => nn.maxPool(ones(2, 2), 2, 2, "SAME"),
      "tf.nn.maxPool: expected an input of 3, 4 or 5 axes",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("poolings", () => {
  test("of one, two and three axes", () => {
    const row = fromValue("test", [[[1], [3], [2], [0]]]);
    expect(nn.maxPool1d(row, 2, 2, "VALID").array()).toEqual([[[3], [2]]]);
    expect(nn.avgPool(row, 2, 1, "SAME").array()).toEqual([[[2], [2.5], [1], [0]]]);
    expect(nn.maxPool3d(count(1, 2, 2, 2, 1), 2, 2, "VALID").item()).toBe(7);
    expect(nn.avgPool3d(count(1, 2, 2, 2, 1), 2, 2, "VALID").item()).toBe(3.5);
    expect(nn.maxPool(count(1, 4, 4, 1), 2, 2, "VALID").array()).toEqual([
      [
        [[5], [7]],
        [[13], [15]],
      ],
    ]);
  });

  test("with explicit padding and with the positions of the largest", () => {
    expect(
      nn
        .maxPool2d(count(1, 2, 2, 1), 2, 2, [
          [0, 0],
          [1, 1],
          [0, 0],
          [0, 0],
        ])
        .array(),
    ).toEqual([[[[1]], [[3]]]]);
    const { output, argmax } = nn.maxPoolWithArgmax(count(2, 2, 2, 1), 2, 2, "VALID", { includeBatchInIndex: true });
    expect([output.data(), argmax.data()]).toEqual([Float32Array.of(3, 7), BigInt64Array.of(3n, 7n)]);
  });
});
