import { expect, it } from "vitest";
import { TensorfleetError } from "../base/errors.ts";
import * as runtime from "../runtime/index.ts";
import * as ops from "./index.ts";

const tf = { ...ops, ...runtime, function: runtime.tfFunction };

/** Calls from JavaScript that no compiler has looked at: each must be refused in words, by the name of the function. */
// biome-ignore format: a table, one call a row
const calls: readonly (readonly [name: string, call: (wrong: never) => unknown, ...wrongs: unknown[]])[] = [
  ["tf.zeros", (dtype) => tf.zeros([2], { dtype }), "foo", 3, "toString"],
  ["tf.cast", (dtype) => tf.cast([1], dtype), "foo", 3, undefined],
  ["tf.bitcast", (dtype) => tf.bitcast([1], dtype), "foo", undefined],
  ["tf.eye", (size) => tf.eye(size), -1, 2.5, Number.NaN, "2", 5n],
  ["tf.linspace", (num) => tf.linspace(0, 1, num), -1, 0, 1.5, 1e13],
  ["tf.meshgrid", () => tf.meshgrid(), "nothing"],
  ["tf.reshape", (shape) => tf.reshape([1, 2], shape), 3, "3", null, {}],
  ["tf.broadcastTo", (shape) => tf.broadcastTo([1, 2], shape), 3, undefined],
  ["tf.ensureShape", (shape) => tf.ensureShape([1, 2], shape), 3, undefined, [-5], [2.5]],
  ["tf.stridedSlice", (begin) => tf.stridedSlice([1, 2], begin, [1]), undefined, 3, null],
  ["tf.split", (sizes) => tf.split([1, 2], sizes), undefined, null, "2", [1n, 1n], [0.5, 1.5], 0, 2.5],
  ["tf.reduceSum", (axis) => tf.reduceSum([1, 2], { axis }), 1.5, "0", {}, [0.5], [null]],
  ["tf.tensordot", (axes) => tf.tensordot([1, 2], [3, 4], axes), undefined, null, "1", [0], [0, 0, 0], 0.5],
  ["tf.nn.conv2d", (strides) => tf.nn.conv2d(tf.ones([1, 2, 2, 1]), tf.ones([1, 1, 1, 1]), strides, "SAME"), undefined, null, "1", {}, 0],
  ["tf.nn.maxPool2d", (padding) => tf.nn.maxPool2d(tf.ones([1, 2, 2, 1]), 1, 1, padding), undefined, null, 1, [1, 2, 3, 4]],
  ["tf.image.resize", (size) => tf.image.resize(tf.ones([2, 2, 1]), size), undefined, 2, "ab", [1], [1, 2.5]],
  ["tf.strings.join", (inputs) => tf.strings.join(inputs), undefined, "ab", 3],
  ["tf.strings.format", (inputs) => tf.strings.format("{}", inputs), undefined, 3],
  ["tf.io.decodeCsv", (defaults) => tf.io.decodeCsv(["1"], defaults), undefined, "float32", {}],
  ["tf.io.parseExample", (features) => tf.io.parseExample(["a"], features), undefined, 3, []],
  ["tf.random.statelessUniform", (seed) => tf.random.statelessUniform([1], seed), undefined, 3, ["a", "b"], [1.5, 2], [[1], [2]]],
  ["tf.random.normal", (dtype) => tf.random.normal([1], { dtype }), "foo", "int32"],
  ["tf.random.uniform", (dtype) => tf.random.uniform([1], { dtype }), "foo", "string"],
  ["tf.image.convertImageDtype", (dtype) => tf.image.convertImageDtype([1], dtype), "foo", undefined],
  ["tf.cond", (branch) => tf.cond(true, branch, () => 1), undefined, 3],
  ["tf.switchCase", (branches) => tf.switchCase(0, branches), undefined, 3, [], [3]],
  ["tf.whileLoop", (body) => tf.whileLoop(() => tf.constant(true), body, []), undefined, 3],
  ["tf.tidy", (body) => tf.tidy(body), undefined, 3],
];

for (const [name, call, ...wrongs] of calls)
  it(`${name} refuses what is not of its kind`, () => {
    for (const wrong of wrongs) {
      const refused = (): unknown => tf.tidy(() => void call(wrong as never));
      expect(refused, String(wrong)).toThrow(TensorfleetError);
      expect(refused, String(wrong)).toThrow(new RegExp(`^${name.replaceAll(".", "\\.")}: `));
    }
  });

// biome-ignore format: a table, one call a row
const misspelt: readonly (readonly [name: string, call: () => unknown, unknown: string])[] = [
  ["tf.reduceSum", () => tf.reduceSum([1], { axes: 0 } as never), "an unknown axes"],
  ["tf.reduceMean", () => tf.reduceMean([1], 0 as never), "0"],
  ["tf.matmul", () => tf.matmul([[1]], [[1]], { transpose_b: true } as never), "an unknown transpose_b; did you mean transposeB?"],
  ["tensor.matmul", () => tf.ones([1, 1]).matmul([[1]], { transpose: true } as never), "an unknown transpose; did you mean transposeA?"],
  ["tf.zeros", () => tf.zeros([1], "int32" as never), '"int32"'],
  ["tf.range", () => tf.range(3, { type: "int32" } as never), "an unknown type"],
  ["tf.meshgrid", () => tf.meshgrid([1], { order: "ij" } as never), "an unknown order"],
  ["tf.nn.conv2d", () => tf.nn.conv2d(tf.ones([1, 1, 1, 1]), tf.ones([1, 1, 1, 1]), 1, "SAME", { dilation: 2 } as never), "an unknown dilation; did you mean dilations?"],
  ["tf.nn.dropout", () => tf.nn.dropout([1], 0.5, null as never), "null"],
  ["new Variable", () => new tf.Variable(1, { trainble: false } as never), "an unknown trainble"],
  ["tf.function", () => tf.function(() => 1, { jit_compile: true } as never), "an unknown jit_compile; did you mean jitCompile?"],
];

for (const [name, call, unknown] of misspelt)
  it(`${name} refuses options that it does not know`, () => {
    expect(call).toThrow(`${name}: expected options { `);
    expect(call).toThrow(`, got ${unknown}`);
  });

it("an axis of null is no axis, as None in Python", () => {
  expect(tf.tidy(() => tf.reduceSum([[1, 2]], { axis: null as never }).item())).toBe(3);
});

it("lengths beyond int32 reach the allocator, which says that there is no room", () => {
  expect(() => tf.zeros([2 ** 45])).toThrow(/tf.zeros: .*OOM when allocating tensor with shape\[35184372088832\]/);
});
