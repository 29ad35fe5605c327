import { describe, expect, it } from "vitest";
import * as tf from "../index.ts";

const parsed = (features: Readonly<Record<string, tf.io.ExampleValue>>, specs: tf.io.FeatureSpecs): unknown =>
  tf.tidy(() => {
    const values = tf.io.parseSingleExample(tf.io.serializeExample(features), specs);
    return Object.fromEntries(Object.entries(values).map(([name, tensor]) => [name, tensor.array()]));
  });

describe("serializeExample", () => {
  it("writes JavaScript's values by the kind that they have", () => {
    const specs = {
      x: new tf.io.FixedLenFeature([2], "float32"),
      n: new tf.io.FixedLenFeature([], "int64"),
      flags: new tf.io.FixedLenFeature([2], "int64"),
      words: new tf.io.RaggedFeature("string"),
    };
    const features = { x: [1, 2.5], n: -7n, flags: [true, false], words: ["ä", Buffer.from("b")] };
    expect(parsed(features, specs)).toEqual({ x: [1, 2.5], n: -7, flags: [1, 0], words: ["ä", "b"] });
  });

  it("writes typed arrays and tensors by their dtypes, bytes as one value", () => {
    const specs = {
      floats: new tf.io.FixedLenFeature([2], "float32"),
      wholes: new tf.io.FixedLenFeature([2], "int64"),
      longs: new tf.io.FixedLenFeature([1], "int64"),
      bytes: new tf.io.FixedLenFeature([], "string"),
      image: new tf.io.FixedLenFeature([2, 2], "int64"),
      half: new tf.io.FixedLenFeature([], "float32"),
      texts: new tf.io.FixedLenFeature([2], "string"),
      isOn: new tf.io.FixedLenFeature([], "int64"),
    };
    const element = tf.tidy(() =>
      parsed(
        {
          floats: Float64Array.of(1, 0.5),
          wholes: Int32Array.of(-1, 2),
          longs: BigInt64Array.of(5n),
          bytes: Uint8Array.of(104, 105),
          image: tf.constant(
            [
              [1, 2],
              [3, 4],
            ],
            { dtype: "uint8" },
          ),
          half: tf.constant(1.5, { dtype: "bfloat16" }),
          texts: tf.constant(["a", "b"]),
          isOn: tf.constant(true),
        },
        specs,
      ),
    );
    expect(element).toEqual({
      floats: [1, 0.5],
      wholes: [-1, 2],
      longs: [5],
      bytes: "hi",
      image: [
        [1, 2],
        [3, 4],
      ],
      half: 1.5,
      texts: ["a", "b"],
      isOn: 1,
    });
  });

  it("refuses what features do not have", () => {
    const write = (value: unknown) => () => tf.tidy(() => tf.io.serializeExample({ x: value as number }));
    expect(write([])).toThrow(/in feature "x".*leave a feature without values out/);
    expect(write([1, 2n])).toThrow(/of one kind, in feature "x"/);
    expect(write([[1]])).toThrow(/of one kind/);
    expect(write(undefined)).toThrow(/of one kind/);
    expect(() => tf.tidy(() => tf.io.serializeExample({ x: tf.complex(1, 2) }))).toThrow(/one of complex64/);
    expect(() => tf.io.serializeExample([1] as never)).toThrow(/values by the names of features/);
  });
});
