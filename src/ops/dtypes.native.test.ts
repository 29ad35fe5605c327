import { describe, expect, it } from "vitest";
import type { DType } from "../base/dtypes.ts";
import "../runtime/index.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import * as tf from "./index.ts";

const of = (dtype: DType): Tensor => tf.ones([2], { dtype });

describe("the dtype of a number", () => {
  // biome-ignore format: a table, one row a line
  const rows: [string, () => Tensor, DType][] = [
    ["is float32 where nothing decides", () => tf.add(1, 2), "float32"],
    ["is int64 for a bigint", () => tf.add(1n, 2n), "int64"],
    ["is that of the tensor behind it", () => tf.add(of("float64"), 1), "float64"],
    ["is that of the tensor after it", () => tf.subtract(1, of("int32")), "int32"],
    ["is that of the typed array beside it", () => tf.multiply(2, new Int32Array([1, 2])), "int32"],
    ["is that of the tensor for whole arrays", () => tf.maximum([[1], [2]], of("bfloat16")), "bfloat16"],
    ["is that of the variable beside it", () => { using v = new Variable(of("float64")); return tf.add(v, 1); }, "float64"],
    ["is that of the other choice of where", () => tf.where([true, false], of("int64"), 0), "int64"],
    ["is that of the first tensor of a list", () => tf.stack([1, tf.constant(2, { dtype: "int32" })]), "int32"],
    ["is int32 for positions", () => tf.range(3), "int32"],
    ["is that of the limit of a range", () => tf.range(tf.constant(3n)), "int64"],
    ["is bool for truth values", () => tf.logicalNot(true), "bool"],
    ["is complex64 for complex numbers", () => tf.math.conj({ re: 1, im: 2 }), "complex64"],
  ];
  it.each(rows)("%s", (_, body, dtype) => {
    expect(tidy(() => body().dtype)).toBe(dtype);
  });
});

describe("division of integers", () => {
  // biome-ignore format: a table, one row a line
  const rows: [DType, DType][] = [
    ["int8", "float32"], ["uint8", "float32"], ["int16", "float32"], ["uint16", "float32"],
    ["int32", "float64"], ["uint32", "float64"], ["int64", "float64"], ["uint64", "float64"], ["bfloat16", "bfloat16"],
  ];
  it.each(rows)("of %s gives %s", (dtype, expected) => {
    expect(tidy(() => tf.divide(of(dtype), 2).dtype)).toBe(expected);
  });
});

describe("sorting", () => {
  // biome-ignore format: a table, one row a line
  const rows: [DType, number[]][] = [["int8", [127, -128, 0]], ["uint8", [255, 0, 7]], ["int32", [2147483647, -2147483648, 0]], ["float16", [0.5, -2, 1]], ["bfloat16", [0.5, -2, 1]]];
  it.each(rows)("rises and falls for %s, the extremes too", (dtype, values) => {
    tidy(() => {
      const x = tf.constant(values, { dtype });
      const rising = [...values].sort((a, b) => a - b);
      expect([...tf.sort(x).data()]).toEqual(rising);
      expect([...tf.sort(x, { direction: "DESCENDING" }).data()]).toEqual(rising.reverse());
    });
  });
});

describe("filled tensors", () => {
  // biome-ignore format: a table, one row a line
  const rows: [DType, unknown, unknown][] = [["bool", false, true], ["int64", 0, 1], ["complex64", { re: 0, im: 0 }, { re: 1, im: 0 }], ["float16", 0, 1]];
  it.each(rows)("of %s hold zero and one", (dtype, zero, one) => {
    tidy(() => {
      expect(tf.zeros([1], { dtype }).item()).toEqual(zero);
      expect(tf.ones([1], { dtype }).item()).toEqual(one);
      expect(tf.onesLike([5], { dtype }).item()).toEqual(one);
    });
  });

  it("of string hold empty texts", () => {
    expect(tidy(() => tf.zeros([2], { dtype: "string" }).array())).toEqual(["", ""]);
  });
});
