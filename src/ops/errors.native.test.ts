import { describe, expect, it } from "vitest";
import { TensorfleetError } from "../base/errors.ts";
import { TensorSpec, tfFunction } from "../runtime/function.ts";
import "../runtime/index.ts";
import { scope, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import * as tf from "./index.ts";

function failureOf(body: () => unknown): TensorfleetError {
  try {
    tidy(() => void body());
  } catch (error) {
    if (error instanceof TensorfleetError) return error;
    throw error;
  }
  throw new Error("expected a failure, got none");
}

const matrix = (rows: number, columns: number): Tensor => tf.ones([rows, columns]);
const integers = (): Tensor<"int32"> => tf.ones([2], { dtype: "int32" });

describe("a wrong call", () => {
  // biome-ignore format: a table, one row a line
  const rows: [string, () => unknown, string][] = [
    ["shapes that do not broadcast", () => tf.add(matrix(2, 3), matrix(2, 4)), "tf.add: expected shapes that broadcast (equal lengths or 1, from the last axis), got [2, 3] and [2, 4]"],
    ["an array of fractions beside integers", () => tf.multiply([1.5, 2], integers()), "tf.multiply: expected whole numbers for dtype int32, got 1.5"],
    ["tensors of two dtypes", () => tf.subtract(matrix(1, 2), integers()), "tf.subtract: expected dtype float32, got a tensor [2] int32; write tf.cast"],
    ["a fraction beside integers", () => tf.add(integers(), 0.5), "tf.add: expected whole numbers for dtype int32, got 0.5"],
    ["a dtype that the op does not have", () => tf.sqrt(integers()), "tf.sqrt: expected x of dtype bfloat16, float16, float32, float64, complex64 or complex128, got x [2] int32"],
    ["strings where numbers belong", () => tf.exp("one"), "tf.exp: expected x of dtype"],
    ["an axis beyond the rank", () => tf.reduceSum(matrix(2, 3), { axis: 2 }), "tf.reduceSum: expected axis within [-2, 2), got 2"],
    ["an axis that is no whole number", () => tf.argmax([1, 2], { axis: 0.5 }), "tf.argmax: expected axis within [-1, 1), got 0.5"],
    ["inner lengths that differ", () => tf.matmul(matrix(2, 3), matrix(2, 3)), "tf.matmul: expected [..., m, k] and [..., k, n] of one inner length k, got [2, 3] and [2, 3]; set transposeA or transposeB"],
    ["batches that do not broadcast", () => tf.matmul(tf.ones([2, 1, 3]), tf.ones([4, 3, 1])), "tf.matmul: expected shapes that broadcast"],
    ["inner lengths of transposed matrices", () => tf.matmul(matrix(2, 3), matrix(3, 4), { transposeB: true }), "got [2, 3] and [3, 4] (the second transposed)"],
    ["a vector in a product of matrices", () => tf.matmul(matrix(2, 3), [1, 2, 3]), "tf.matmul: expected tensors of at least two axes, [..., m, k] and [..., k, n], got shape [3]; use tf.linalg.matvec"],
    ["a reshape to another size", () => tf.reshape(matrix(2, 3), [4, -1]), "tf.reshape: expected a shape of 6 elements, as [2, 3] has, got [4, -1]"],
    ["a permutation of other axes", () => tf.transpose(matrix(2, 3), { perm: [0, 0] }), "tf.transpose: expected perm with each of the axes 0 to 1 of shape [2, 3], got [0, 0]"],
    ["other lengths in concat", () => tf.concat([matrix(2, 3), matrix(3, 3)], 1), "tf.concat: expected tensors that differ along axis 1 only, got [2, 3] and [3, 3]"],
    ["other shapes in stack", () => tf.stack([matrix(2, 3), matrix(3, 3)]), "tf.stack: expected tensors of one shape, got [2, 3] and [3, 3]; use tf.concat"],
    ["nothing to concat", () => tf.concat([], 0), "tf.concat: expected an array of at least one tensor, got []"],
    ["a split that does not come out even", () => tf.split(matrix(2, 3), 2, { axis: 1 }), "tf.split: expected a number that divides 3, the length of axis 1, got 2"],
    ["an index out of range", () => tf.gather([1, 2, 3], [5]), "tf.gather: indices[0] = 5 is not in [0, 3)"],
    ["a slice beyond the tensor", () => tf.slice(matrix(2, 3), [0, 2], [1, 2]), "tf.slice: expected a part of shape [2, 3], got begin [0, 2] and size [1, 2]"],
    ["a mask of another shape", () => tf.booleanMask(matrix(2, 3), [true, false, true]), "tf.booleanMask: expected a mask of shape [2], as the tensor has from axis 0 on, got [3]"],
    ["numbers as a condition", () => tf.where(tf.ones([2]), 1, 2), "tf.where: expected dtype bool, got a tensor [2] float32"],
    ["half of the choices", () => tf.where([true], 1), "tf.where: expected both x and y, or neither, got one of them"],
    ["paddings of another rank", () => tf.pad(matrix(2, 3), [[1, 1]]), "tf.pad: expected 2 pairs of numbers, one for each axis of [2, 3]"],
    ["a direction that does not exist", () => tf.sort([1], { direction: "UP" as "ASCENDING" }), 'tf.sort: expected direction of "ASCENDING", "DESCENDING", got "UP"'],
    ["more elements than there are", () => tf.math.topK([1, 2], { k: 3 }), "tf.math.topK: expected at least 3 elements along the last axis, got shape [2]"],
    ["a long axis to squeeze", () => tf.squeeze(matrix(2, 3), { axis: 1 }), "tf.squeeze: expected axis 1 of length 1, got shape [2, 3]"],
    ["a shape to which nothing broadcasts", () => tf.broadcastTo([1, 2], [3]), "tf.broadcastTo: expected a shape that [2] broadcasts to, got [3]"],
    ["matrices that are not square", () => tf.linalg.inv(matrix(2, 3)), "tf.linalg.inv: expected square matrices [..., m, m], got [2, 3]"],
    ["a norm that does not exist", () => tf.norm([1], { ord: -1 }), 'tf.norm: expected ord of "euclidean", "fro" or a number above 0, got -1'],
    ["too few tensors for an equation", () => tf.einsum("ij,jk->ik", matrix(2, 3)), 'tf.einsum: expected 2 tensors for "ij,jk->ik", got 1'],
    ["an equation that is none", () => tf.einsum("i+j", [1]), 'tf.einsum: expected an equation of letters and "..."'],
    ["axes of other lengths in tensordot", () => tf.tensordot(matrix(2, 3), matrix(2, 3), 1), "tf.tensordot: expected pairs of axes of equal lengths, got axes [1] of [2, 3] and [0] of [2, 3]"],
    ["a fraction as a step of integers", () => tf.range(0, 1, 0.25), 'tf.range: expected whole numbers for dtype int32, got [0, 1, 0.25]; give { dtype: "float32" }'],
    ["labels beyond the classes", () => tf.math.confusionMatrix([0, 3], [0, 1], { numClasses: 2 }), "tf.math.confusionMatrix: "],
    ["a failed assertion", () => tf.debugging.assertEqual([1, 2], [1, 3], { message: "labels" }), "tf.debugging.assertEqual: labels; expected x == y for every element, got x = tf.Tensor([1. 2.], shape=(2,), dtype=float32)"],
    ["numbers that are not finite", () => tf.debugging.checkNumerics([1, Number.NaN], "activations"), "tf.debugging.checkNumerics: activations : Tensor had NaN values"],
    ["another shape than is ensured", () => tf.ensureShape(matrix(2, 3), [null, 4]), "tf.ensureShape: expected shape [?, 4], got [2, 3]"],
  ];
  it.each(rows)("with %s names the call, the expectation and what came", (_, body, message) => {
    expect(failureOf(body).message).toContain(message);
  });
});

describe("an error of TensorFlow's own", () => {
  it("keeps its status, and the original as its cause", () => {
    const error = failureOf(() => tf.gather([1, 2, 3], [5]));
    expect(error).toMatchObject({
      code: "invalidArgument",
      status: "INVALID_ARGUMENT",
      cause: { name: "NativeError" },
    });
  });

  it("names the line of the caller", () => {
    expect(failureOf(() => tf.gather([1, 2, 3], [5])).message).toMatch(/errors\.native\.test\.ts:\d+:\d+/);
  });
});

describe("a traced function", () => {
  it("gets the same errors when it is traced", () => {
    using _ = scope();
    const wrong = tfFunction((x: Tensor) => tf.matmul(x, x));
    expect(failureOf(() => wrong(matrix(2, 3))).message).toContain(
      "tf.matmul: expected [..., m, k] and [..., k, n] of one inner length k, got [2, 3] and [2, 3]",
    );
  });

  it("fails with its assertions when it runs", () => {
    using _ = scope();
    const checked = tfFunction(
      (x: Tensor) => {
        tf.debugging.assertLess(x, 5, { message: "below five" });
        return tf.add(x, 1);
      },
      { inputSignature: [new TensorSpec([null])] },
    );
    expect(checked(tf.ones([2])).array()).toEqual([2, 2]);
    expect(failureOf(() => checked(tf.fill([1], 7))).message).toContain(
      "tf.debugging.assertLess: below five; expected x < y",
    );
  });
});
