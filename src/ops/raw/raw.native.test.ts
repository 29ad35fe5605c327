import { expect, test } from "vitest";
import "../../runtime/eager-executor.ts";
import { fromValue } from "../../runtime/convert.ts";
import { opNames } from "../../runtime/op-definitions.ts";
import { raw } from "./index.ts";

const untyped = raw as unknown as Record<string, (args?: object) => unknown>;

test("an op with one output gives a tensor", () => {
  const y = raw.MatMul({
    a: [
      [1, 2],
      [3, 4],
    ],
    b: [[1], [10]],
    transposeA: true,
  });
  expect(y.array()).toEqual([[31], [42]]);
});

test("an op with several outputs gives them by name", () => {
  const { values, indices } = raw.TopKV2({ input: [3, 1, 2], k: 2 });
  expect([values.array(), indices.array()]).toEqual([
    [3, 2],
    [0, 2],
  ]);
});

test("a list output is an array, also among other outputs", () => {
  expect(raw.Split({ splitDim: 0, value: [1, 2, 3, 4], numSplit: 2 }).map((part) => part.array())).toEqual([
    [1, 2],
    [3, 4],
  ]);
  const gradients = raw.ConcatOffset({
    concatDim: 0,
    shape: [
      [2, 3],
      [4, 3],
    ],
  });
  expect(gradients.map((part) => part.array())).toEqual([
    [0, 0],
    [2, 0],
  ]);
});

test("an op without outputs returns nothing", () => {
  expect(raw.NoOp()).toBeUndefined();
});

test("numbers become the dtype of the tensor that they share a type with", () => {
  const x = fromValue("test", [1, 2], "float64");
  expect(raw.AddV2({ x: 1, y: x }).dtype).toBe("float64");
  expect(raw.Pack({ values: [1, x.at(0)] }).dtype).toBe("float64");
});

test("shapes and indices are int32 by the op's definition", () => {
  expect(raw.Reshape({ tensor: [1, 2, 3, 4], shape: [2, 2] }).shape).toEqual([2, 2]);
  expect(raw.GatherV2({ params: [5, 6, 7], indices: [2, 0], axis: 0 }).array()).toEqual([7, 5]);
});

test("attributes that inputs do not tell are arguments under their own names", () => {
  expect(raw.Cast({ x: [1.5], DstT: "int32" }).dtype).toBe("int32");
});

test("a missing, an unknown and a misspelled argument are named with what is known", () => {
  expect(() => untyped.MatMul?.({ a: [[1]] })).toThrow(
    "tf.raw.MatMul: expected arguments of { a, b, transposeA?, transposeB?, gradA?, gradB? }, got none named b",
  );
  expect(() => untyped.MatMul?.({ a: [[1]], b: [[1]], transpose_a: true })).toThrow(
    "got an unknown transpose_a; did you mean transposeA?",
  );
  expect(() => untyped.NoOp?.({ x: 1 })).toThrow("tf.raw.NoOp: expected no arguments, got an unknown x");
});

test("an input of the wrong dtype is named", () => {
  expect(() => raw.Reshape({ tensor: [1, 2], shape: fromValue("test", [2], "float32") })).toThrow(/Reshape/);
  expect(() => untyped.Where3D?.({})).toThrow("tf.raw: expected an op of TensorFlow 2.21, got Where3D");
  expect(() => untyped.ConcatV2?.({ values: 3, axis: 0 })).toThrow(
    "tf.raw.ConcatV2 values: expected an array of tensors, got 3",
  );
});

test("a name in another spelling gets the right one", () => {
  expect(() => untyped.matMul).toThrow("did you mean MatMul?");
  expect(() => untyped.mat_mul).toThrow("did you mean MatMul?");
});

test("every op of the library is there, and nothing else", () => {
  expect(Object.keys(raw)).toEqual(opNames());
  expect(opNames().every((name) => typeof untyped[name] === "function")).toBe(true);
  expect("MatMul" in raw).toBe(true);
  expect("Nonsense" in raw).toBe(false);
});

test("the compiler knows the arguments and results of every op", () => {
  const shape: Int32Array =
    raw.Where({ input: [true, false] }).dtype === "int64"
      ? new Int32Array(1)
      : raw.ConcatOffset({ concatDim: 0, shape: [[1]] })[0]!.data();
  expect(shape.length).toBe(1);
  // @ts-expect-error an argument of another op
  expect(() => raw.Relu({ features: [1], alpha: 2 })).toThrow("unknown alpha");
  const [input, ksize, strides] = [[[[[1]]]], [1, 1, 1, 1], [1, 1, 1, 1]];
  // @ts-expect-error a padding that does not exist
  expect(() => raw.MaxPool({ input, ksize, strides, padding: "NONE" })).toThrow();
});
