import { expect, test } from "vitest";
import type { DType } from "../base/dtypes.ts";
import { formatTensor } from "./format.ts";

const float = (dtype: DType, values: readonly number[], shape: readonly number[] = [values.length]) =>
  formatTensor({ dtype, shape, data: () => Float64Array.from(values) });

/** What Python's TensorFlow prints of the same values. */
const printed: readonly (readonly [DType, readonly number[], readonly number[], string])[] = [
  ["float32", [0.1, 0.25].map(Math.fround), [2], "tf.Tensor([0.1  0.25], shape=(2,), dtype=float32)"],
  ["float32", [0.5, 1001], [2], "tf.Tensor([5.000e-01 1.001e+03], shape=(2,), dtype=float32)"],
  ["float32", [Math.fround(1e-5)], [], "tf.Tensor(1e-05, shape=(), dtype=float32)"],
  ["float32", [Math.fround(1e16)], [], "tf.Tensor(1e+16, shape=(), dtype=float32)"],
  ["float32", [Math.fround(123456.79)], [], "tf.Tensor(123456.79, shape=(), dtype=float32)"],
  ["float32", [Math.fround(1e-5), 1], [2], "tf.Tensor([1.e-05 1.e+00], shape=(2,), dtype=float32)"],
  ["float32", [7, 10, 15, 22], [2, 2], "tf.Tensor(\n[[ 7. 10.]\n [15. 22.]], shape=(2, 2), dtype=float32)"],
  ["float16", [0.0999755859375, -2], [2], "tf.Tensor([ 0.1 -2. ], shape=(2,), dtype=float16)"],
  ["bfloat16", [0.10009765625, 3.140625], [2], "tf.Tensor([0.100098 3.14062], shape=(2,), dtype=bfloat16)"],
  ["float64", [1 / 3, 2 / 3], [2], "tf.Tensor([0.33333333 0.66666667], shape=(2,), dtype=float64)"],
  ["float64", [1e10, 1], [2], "tf.Tensor([1.e+10 1.e+00], shape=(2,), dtype=float64)"],
  ["float64", [0.1], [], "tf.Tensor(0.1, shape=(), dtype=float64)"],
  ["float32", [Number.NaN, 1.5, Number.POSITIVE_INFINITY], [3], "tf.Tensor([nan 1.5 inf], shape=(3,), dtype=float32)"],
  ["float32", [-0], [], "tf.Tensor(-0.0, shape=(), dtype=float32)"],
  ["float32", [], [0], "tf.Tensor([], shape=(0,), dtype=float32)"],
  ["float32", [0.8440604, 0.1].map(Math.fround), [2], "tf.Tensor([0.8440604 0.1      ], shape=(2,), dtype=float32)"],
  ["float32", [Math.fround(123456789)], [1], "tf.Tensor([1.2345679e+08], shape=(1,), dtype=float32)"],
  ["complex64", [1.5, 2, 3, -0.25], [2], "tf.Tensor([1.5+2.j   3. -0.25j], shape=(2,), dtype=complex64)"],
  ["bool", [1, 0], [2], "tf.Tensor([ True False], shape=(2,), dtype=bool)"],
  ["int32", [1, -20, 300], [3], "tf.Tensor([  1 -20 300], shape=(3,), dtype=int32)"],
];

test.each(printed)("%s %j of shape %j is printed as in Python", (dtype, values, shape, text) => {
  expect(float(dtype, values, shape)).toBe(text);
});
