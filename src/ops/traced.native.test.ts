/** Functions that look at shapes, in a graph that learns lengths, or even the rank, at run time. */
import { describe, expect, it } from "vitest";
import type { Shape } from "../base/shapes.ts";
import { TensorSpec, tfFunction } from "../runtime/function.ts";
import "../runtime/index.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import * as tf from "./index.ts";

const rows = (count: number): Tensor => tf.reshape(tf.range(count * 3, { dtype: "float32" }), [count, 3]);
const mask = (x: Tensor): Tensor => tf.greater(tf.reduceSum(x, { axis: -1 }), 5);

// biome-ignore format: a table, one row a line
const functions: [string, (x: Tensor) => Tensor | Tensor[]][] = [
  ["reduceSum", (x) => tf.reduceSum(x)],
  ["reduceMean along an axis", (x) => tf.reduceMean(x, { axis: 0, keepdims: true })],
  ["reduceLogsumexp", (x) => tf.reduceLogsumexp(x, { axis: 0 })],
  ["reduceStd", (x) => tf.math.reduceStd(x)],
  ["norm", (x) => tf.norm(x, { axis: [0, 1], ord: 1 })],
  ["transpose", (x) => tf.transpose(x)],
  ["matmul", (x) => tf.matmul(x, x, { transposeB: true })],
  ["argmax", (x) => tf.argmax(x)],
  ["cumsum", (x) => tf.cumsum(x)],
  ["zerosLike of another dtype", (x) => tf.zerosLike(x, { dtype: "int32" })],
  ["size", (x) => tf.size(x)],
  ["bincount", (x) => tf.math.bincount(x.cast("int32"))],
  ["where", (x) => tf.where(tf.greater(x, 2))],
  ["gather", (x) => tf.gather(x, [0], { axis: 0 })],
  ["expandDims", (x) => tf.expandDims(x, -1)],
  ["reverse", (x) => tf.reverse(x, [0])],
  ["clipByNorm", (x) => tf.clipByNorm(x, 1)],
  ["stack", (x) => tf.stack([x, x], { axis: 1 })],
  ["meshgrid", (x) => tf.meshgrid(tf.reshape(x, [-1]), [1, 2])],
];

// biome-ignore format: a table, one row a line
const ranked: [string, (x: Tensor) => Tensor | Tensor[]][] = [
  ["tensordot over a known axis", (x) => tf.tensordot(x, [[1, 2], [3, 4], [5, 6]], 1)],
  ["tensordot over an unknown axis", (x) => tf.tensordot(x, x, [[0], [0]])],
  ["tensordot of unknown results", (x) => tf.tensordot(x, x, [[1], [1]])],
  ["einsum", (x) => tf.einsum("ij,ik,il->jkl", x, x, x)],
  ["repeat by a number", (x) => tf.repeat(x, 2, { axis: 0 })],
  ["repeat by numbers", (x) => tf.repeat(x, [1, 0, 2], { axis: 1 })],
  ["booleanMask", (x) => tf.booleanMask(x, mask(x))],
  ["gatherNd with batches", (x) => tf.gatherNd(x, tf.zeros([1], { dtype: "int32" }).add(tf.onesLike(x, { dtype: "int32" })).at("...", "0:1"), { batchDims: 1 })],
  ["searchsorted", (x) => tf.searchsorted(x, tf.multiply(x, 0.5))],
  ["sort along the unknown axis", (x) => tf.sort(x, { axis: 0, direction: "DESCENDING" })],
  ["argsort", (x) => tf.argsort(tf.negative(x))],
  ["linspace", (x) => tf.linspace(x, tf.add(x, 1), 3)],
  ["unstack along the known axis", (x) => tf.unstack(x, { axis: 1 })],
  ["split along the known axis", (x) => tf.split(x, [1, -1], { axis: 1 })],
  ["pad", (x) => tf.pad(x, [[1, 0], [0, 1]])],
  ["confusionMatrix", (x) => tf.math.confusionMatrix(x.at("...", 0).cast("int32"), x.at("...", 1).cast("int32"))],
  ["sequenceMask", (x) => tf.sequenceMask(x.at("...", 0).cast("int32"))],
];

function compare(body: (x: Tensor) => Tensor | Tensor[], shape: Shape | null): void {
  const traced = tfFunction(body, { inputSignature: [new TensorSpec(shape)] });
  tidy(() => {
    for (const count of [1, 4]) {
      const [expected, got] = [body(rows(count)), traced(rows(count))].map((result) => [result].flat());
      expect(got?.map((tensor) => [tensor.dtype, tensor.shape, tensor.array()])).toEqual(
        expected?.map((tensor) => [tensor.dtype, tensor.shape, tensor.array()]),
      );
    }
  });
}

describe("traced for rows of any number", () => {
  it.each([...functions, ...ranked])("%s gives what it gives eagerly", (_, body) => {
    compare(body, [null, 3]);
  });
});

describe("traced for any shape", () => {
  it.each(functions.filter(([name]) => name !== "matmul"))("%s gives what it gives eagerly", (_, body) => {
    compare(body, null);
  });

  it("matmul multiplies batches, as it must when the rank is unknown", () => {
    compare((x) => tf.matmul(x, x, { transposeB: true }), null);
  });

  it("what needs a rank says so", () => {
    const wrong = tfFunction((x: Tensor) => tf.sort(x), { inputSignature: [new TensorSpec(null)] });
    expect(() => wrong(rows(1))).toThrow(
      "tf.sort: expected a tensor of known rank, got one of unknown rank; call tf.ensureShape(x, shape) first",
    );
  });
});
