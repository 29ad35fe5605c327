import { describe, expect, test } from "vitest";
import { fromValue } from "../../runtime/convert.ts";
import { type Tensor, traceFunction } from "../../runtime/index.ts";
import { setSeed } from "../../runtime/random-state.ts";
import * as image from "./index.ts";

const count = (...shape: number[]): Tensor =>
  fromValue(
    "test",
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    "float32",
    shape,
  );
const bytes = (...values: number[]): Tensor =>
  fromValue("test", Uint8Array.from(values), "uint8", [1, values.length, 1]);

/** The result on an image whose height and width a traced function does not know. */
function traced(x: Tensor, body: (x: Tensor) => Tensor): Tensor {
  const shape = x.shape.map((length, axis) => (axis === x.rank - 1 ? length : null));
  return traceFunction("test", [{ dtype: x.dtype, shape }], body).fn.call([x])[0] as Tensor;
}

describe("images of unknown size in traced functions are treated as those of known size", () => {
  test.each<[string, (x: Tensor) => Tensor]>([
    ["central crop", (x) => image.centralCrop(x, 0.6)],
    ["crop or pad", (x) => image.resizeWithCropOrPad(x, 3, 9)],
    ["resize with pad", (x) => image.resizeWithPad(x, 4, 9)],
    ["resize", (x) => image.resize(x, [3, 3], { method: "lanczos3" })],
    ["resize in proportion", (x) => image.resize(x, [4, 4], { preserveAspectRatio: true })],
    ["pad", (x) => image.padToBoundingBox(x, 1, 2, 9, 9)],
    ["crop", (x) => image.cropToBoundingBox(x, 1, 2, 3, 3)],
    ["flip and turn", (x) => image.rot90(image.flipLeftRight(x), { k: 3 })],
    ["standardize", (x) => image.perImageStandardization(x)],
    ["random flip", (x) => image.statelessRandomFlipLeftRight(x, [1, 2])],
    ["random crop", (x) => image.statelessRandomCrop(x, x.rank === 3 ? [2, 2, 1] : [2, 2, 2, 1], [1, 2])],
  ])("%s", (_, body) => {
    for (const x of [count(5, 6, 1), count(2, 5, 6, 1)]) expect(traced(x, body).array()).toEqual(body(x).array());
  });
});

describe("dtypes", () => {
  test("whole numbers are scaled to the range of their dtype, and saturate when asked", () => {
    expect(image.convertImageDtype(bytes(0, 128, 255), "uint16").data()).toEqual(Uint16Array.of(0, 32768, 65280));
    expect(image.convertImageDtype(fromValue("test", [0, 32768, 65535], "uint16"), "uint8").array()).toEqual([
      0, 128, 255,
    ]);
    const beyond = fromValue("test", [-1, 0.5, 7]);
    expect(image.convertImageDtype(beyond, "uint8", { saturate: true }).array()).toEqual([0, 127, 255]);
    expect(image.convertImageDtype(beyond, "int32", { saturate: true }).array()).toEqual([
      -2147483648, 1073741824, 2147483520,
    ]);
    expect(() => image.convertImageDtype(["a"], "uint8")).toThrow(
      "tf.image.convertImageDtype: expected a floating or integer dtype, got string",
    );
  });

  test("adjustments give back the dtype that they were given", () => {
    expect(image.adjustBrightness(bytes(10, 250), 0.5).array()).toEqual([[[137], [255]]]);
    expect(image.adjustContrast(bytes(100, 200), 0).array()).toEqual([[[150], [150]]]);
    expect(image.adjustGamma(bytes(255, 0), { gain: 0.5 }).dtype).toBe("uint8");
    expect(image.resize(bytes(0, 255), [1, 1]).dtype).toBe("float32");
    expect(image.resize(bytes(0, 255), [1, 4], { method: "nearest" }).dtype).toBe("uint8");
  });
});

describe("random changes", () => {
  test("flip about half of a batch, each image for itself, a function of the run's seed", () => {
    setSeed(1);
    const x = fromValue(
      "test",
      Array.from({ length: 200 }, () => [[[0], [1]]]),
    );
    const flipped = image.randomFlipLeftRight(x);
    const numFlipped = (flipped.array() as number[][][][]).filter((one) => one[0]?.[0]?.[0] === 1).length;
    expect(numFlipped).toBeGreaterThan(70);
    expect(numFlipped).toBeLessThan(130);
    setSeed(1);
    expect(image.randomFlipLeftRight(x).array()).toEqual(flipped.array());
    expect(image.randomFlipLeftRight(x).array()).not.toEqual(flipped.array());
    const single = Array.from({ length: 40 }, () => image.randomFlipUpDown([[[0]], [[1]]], { seed: 3 }).data()[0]);
    expect(new Set(single)).toEqual(new Set([0, 1]));
  });

  test("crop within bounds, and change brightness, contrast, hue and saturation within limits", () => {
    const x = count(6, 6, 3).divide(200);
    for (let i = 0; i < 10; i++) expect(image.randomCrop(count(5, 5, 1), [2, 3, 1]).shape).toEqual([2, 3, 1]);
    const brightness = image.randomBrightness(x, 0.2).subtract(x).data() as Float32Array;
    expect(Math.max(...brightness.map(Math.abs))).toBeLessThanOrEqual(0.2 + 1e-6);
    for (const changed of [
      image.randomContrast(x, 0.5, 2),
      image.randomHue(x, 0.2),
      image.randomSaturation(x, 0.5, 2),
      image.randomJpegQuality(x, 50, 90),
    ]) {
      expect(changed.shape).toEqual(x.shape);
      expect(changed.array()).not.toEqual(x.array());
    }
  });
});

describe("boxes and measures", () => {
  test("overlapping boxes are dropped, or lose score", () => {
    const boxes = [
      [0, 0, 1, 1],
      [0, 0, 1, 0.9],
      [2, 2, 3, 3],
    ];
    expect(image.nonMaxSuppression(boxes, [0.1, 0.9, 0.5], 3, { scoreThreshold: 0.2 }).array()).toEqual([1, 2]);
    const [indices, scores] = image.nonMaxSuppressionWithScores(boxes, [0.9, 0.8, 0.7], 3, {
      iouThreshold: 1,
      softNmsSigma: 0.5,
    });
    expect(indices.array()).toEqual([0, 2, 1]);
    expect(scores.data()[2]).toBeLessThan(0.8);
  });

  test("distances between images and between neighbours", () => {
    expect(image.psnr(count(2, 2, 2, 1), count(2, 2, 2, 1).add(1), 255).data()[1]).toBeCloseTo(20 * Math.log10(255), 3);
    expect(image.totalVariation(count(2, 2, 2, 1)).array()).toEqual([6, 6]);
  });
});

describe("wrong arguments are named", () => {
  test.each<[string, () => unknown, string]>([
    [
      "rank",
      () => image.flipLeftRight([[1]]),
      "tf.image.flipLeftRight: expected an image [height, width, channels] or a batch of them, got [1, 1]",
    ],
    [
      "fraction",
      () => image.centralCrop(count(2, 2, 1), 1.5),
      "tf.image.centralCrop: expected a fraction within (0, 1], got 1.5",
    ],
    [
      "size",
      () => image.resize(count(2, 2, 1), [4]),
      "tf.image.resize: expected a size of two whole numbers above 0, got [4]",
    ],
    [
      "method",
      () => image.resize(count(2, 2, 1), [4, 4], { method: "cubic" as never }),
      'tf.image.resize: expected method of "bilinear", "nearest"',
    ],
    [
      "crop",
      () => image.cropToBoundingBox(count(2, 2, 1), 1, 1, 2, 2),
      "tf.image.cropToBoundingBox: expected a box within [2, 2], got [2, 2] at [1, 1]",
    ],
    [
      "pad",
      () => image.padToBoundingBox(count(2, 2, 1), 1, 1, 2, 2),
      "expected an image that fits into [2, 2] at [1, 1], got [2, 2]",
    ],
    [
      "quarters",
      () => image.rot90(count(2, 2, 1), { k: 0.5 }),
      "tf.image.rot90: expected a whole number of quarters k, got 0.5",
    ],
    [
      "channels",
      () => image.rgbToGrayscale(count(2, 2, 1)),
      "tf.image.rgbToGrayscale: expected 3 channels as the last axis, got 1",
    ],
    [
      "gray",
      () => image.grayscaleToRgb(count(2, 2, 3)),
      "tf.image.grayscaleToRgb: expected 1 channel as the last axis, got 3",
    ],
    [
      "hue",
      () => image.randomHue(count(2, 2, 3), 0.7),
      "tf.image.randomHue: expected a maxDelta of at least 0 and at most 0.5, got 0.7",
    ],
    [
      "limits",
      () => image.randomContrast(count(2, 2, 3), 2, 1),
      "tf.image.randomContrast: expected limits with 0 <= lower < upper, got 2 and 1",
    ],
    [
      "crop size",
      () => image.randomCrop(count(2, 2, 3), [3, 1, 3]),
      "tf.image.randomCrop: expected a size within [2, 2, 3], got [3, 1, 3]",
    ],
    [
      "gamma",
      () => image.adjustGamma(count(2, 2, 3), { gamma: -1 }),
      "tf.image.adjustGamma: expected a gamma of at least 0, got -1",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});
