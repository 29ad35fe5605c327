import { describe, expect, it } from "vitest";
import { convert, fromValue } from "./convert.ts";
import "./eager-executor.ts";
import { memory } from "./scopes.ts";

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};
const endless: unknown[] = [];
endless.push(endless);

describe("values that make no tensor", () => {
  it.each([
    [[-2, -2]],
    [[2.5, 2]],
    [[Number.NaN]],
    [["4"]],
    ["4"],
    [4],
    [null],
    [new Array(255).fill(1)],
    [[2 ** 40, 2 ** 40]],
  ])("shape %j is refused: the C library would end the process", (shape) => {
    for (const value of [[1, 2, 3, 4], Float32Array.of(1, 2, 3, 4), ["a", "b", "c", "d"], 1, "a"] as const)
      expect(() => fromValue("tf.constant", value, undefined, shape as never)).toThrow(
        /^tf.constant: expected a shape of at most 254 whole numbers of at least 0, got/,
      );
  });

  it.each(["foo", "toString", 3, null, ""])("dtype %j is refused", (dtype) => {
    expect(() => fromValue("tf.constant", 1, dtype as never)).toThrow(
      /^tf.constant: expected a dtype of float32, .*, got/,
    );
  });

  it("arrays nested too deep, or within themselves, are refused", () => {
    expect(fromValue("tf.constant", nested(254) as number[]).rank).toBe(254);
    for (const deep of [nested(255), nested(100_000), endless])
      expect(() => fromValue("tf.constant", deep as number[])).toThrow(
        /tf.constant: expected arrays nested at most 254 deep/,
      );
  });

  it("complex numbers without a part, and odd counts of parts, are refused", () => {
    for (const bad of [{ re: 1 }, { im: 1 }, { re: "1", im: 2 }, { re: 1, im: null }])
      expect(() => fromValue("tf.constant", bad as never, "complex64")).toThrow(/expected numbers or { re, im }/);
    expect(() => fromValue("tf.constant", new Float32Array(3), "complex64")).toThrow(
      /expected pairs of real and imaginary parts for complex64, got 3 numbers/,
    );
  });

  it("tensors of different shapes in one array are named with the call", () => {
    const [two, three] = [fromValue("t", [1, 2]), fromValue("t", [1, 2, 3])];
    expect(() => convert("tf.add", [two, three])).toThrow(
      "tf.add: expected tensors of one shape within an array, got [2] and [3]; pad or reshape them",
    );
  });

  it("more elements than an array can hold are refused before they are made", () => {
    expect(() => fromValue("tf.constant", 1, undefined, [2 ** 20, 2 ** 20])).toThrow(
      /fewer than 2\^32 elements.*use tf.fill/,
    );
  });
});

describe("one value for a shape", () => {
  it("fills it, whatever the dtype, and keeps nothing else", () => {
    const before = memory().numTensors;
    const made = [
      fromValue("t", 7, "float32", [2, 2]),
      fromValue("t", 7n, "int64", [2]),
      fromValue("t", true, undefined, [2]),
      fromValue("t", "a text that is longer than twenty-two bytes", undefined, [2]),
      fromValue("t", { re: 1, im: -1 } as never, "complex128", [2]),
      fromValue("t", 0.5, "float8_e5m2", [2]),
    ];
    expect(made.map((tensor) => tensor.array())).toEqual([
      [
        [7, 7],
        [7, 7],
      ],
      [7, 7],
      [true, true],
      ["a text that is longer than twenty-two bytes", "a text that is longer than twenty-two bytes"],
      [
        { re: 1, im: -1 },
        { re: 1, im: -1 },
      ],
      [0.5, 0.5],
    ]);
    expect(memory().numTensors - before).toBe(made.length);
  });

  it("fills no elements, too", () => {
    expect(fromValue("t", 7, "int32", [0, 2]).array()).toEqual([]);
  });
});
