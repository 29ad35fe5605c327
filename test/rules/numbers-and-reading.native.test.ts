// Rule 4: the dtype of JavaScript's numbers, as docs/api.md publishes it. Rule 5: how tensors are read.
import { describe, expect, test } from "vitest";
import * as tf from "../../src/index.ts";
import { codeOf, publishedTable } from "./published.ts";

const rows = publishedTable("dtypes of numbers").map(([code, dtype]) => [codeOf(code)[0]!, dtype!] as const);

/** What an expression of the table gives. */
function evaluate(expression: string): { dtype: string } {
  return new Function("tf", `return ${expression};`)(tf);
}

describe("rule 4: numbers take the dtype that the op decides, else float32, bigints int64", () => {
  test.each(rows)("%s is %s", (expression, dtype) => {
    if (dtype === "throws") expect(() => evaluate(expression)).toThrow(tf.TensorfleetError);
    else expect(evaluate(expression).dtype).toBe(dtype);
  });

  test("and so it is in traced functions", () => {
    for (const [expression, dtype] of rows.filter(([code]) => !/Variable|Dataset/.test(code))) {
      const traced = tf.function(() => evaluate(expression) as tf.Tensor);
      if (dtype === "throws") expect(traced, expression).toThrow(tf.TensorfleetError);
      else
        expect(
          tf.tidy(() => traced().dtype),
          expression,
        ).toBe(dtype);
    }
  });

  test("indices, axes and shapes are int32 whatever they stand beside", () => {
    const x = tf.constant([[1, 2]], { dtype: "float64" });
    const fn = tf.function((y: tf.Tensor) => [
      tf.gather(y, 1, { axis: 1 }),
      tf.reshape(y, [2]),
      tf.reduceSum(y, { axis: 0 }),
    ]);
    const constants = fn.getConcreteFunction(x).graph.records.filter(({ op }) => op === "Const");
    expect(new Set(constants.flatMap(({ outputs }) => outputs.map(({ dtype }) => dtype)))).toEqual(new Set(["int32"]));
  });

  test("the error of a fraction beside an integer tensor names both", () => {
    expect(() => tf.add(tf.constant([1n]), 0.5)).toThrow(/tf\.add: expected whole numbers for dtype int64, got 0\.5/);
  });
});

describe("rule 5: item, array, data and dataAsync", () => {
  const classes: readonly (readonly [tf.DType, string])[] = [
    ["float16", "Float32Array"],
    ["bfloat16", "Float32Array"],
    ["float32", "Float32Array"],
    ["float64", "Float64Array"],
    ["int8", "Int8Array"],
    ["uint8", "Uint8Array"],
    ["int16", "Int16Array"],
    ["uint16", "Uint16Array"],
    ["int32", "Int32Array"],
    ["uint32", "Uint32Array"],
    ["int64", "BigInt64Array"],
    ["uint64", "BigUint64Array"],
    ["bool", "Uint8Array"],
    ["complex64", "Float32Array"],
    ["complex128", "Float64Array"],
  ];

  test.each(classes)("data() of %s is a %s", async (dtype, name) => {
    const x = tf.cast([1, 0], dtype);
    const perElement = dtype.startsWith("complex") ? 2 : 1;
    for (const data of [x.data(), await x.dataAsync()]) {
      expect(data.constructor.name).toBe(name);
      expect(data).toHaveLength(2 * perElement);
    }
  });

  test("item() gives the only element as a value of JavaScript", () => {
    expect(tf.constant(1.5).item()).toBe(1.5);
    expect(tf.constant([[7n]]).item()).toBe(7);
    expect(tf.constant(true).item()).toBe(true);
    expect(tf.constant("text").item()).toBe("text");
    expect(tf.constant({ re: 1, im: -2 }).item()).toEqual({ re: 1, im: -2 });
    expect(() => tf.constant([1, 2]).item()).toThrow(/item: expected .*one element/);
  });

  test("array() gives nested arrays", () => {
    expect(tf.constant([[[1], [2]]]).array()).toEqual([[[1], [2]]]);
    expect(tf.constant([["a"], ["b"]]).array()).toEqual([["a"], ["b"]]);
    expect(tf.zeros([2, 0]).array()).toEqual([[], []]);
  });

  test("data() is a copy", () => {
    const x = tf.constant([1, 2]);
    (x.data() as Float32Array).fill(9);
    expect(x.array()).toEqual([1, 2]);
  });

  test("int64 beyond what a number holds is read by data() alone", () => {
    const x = tf.constant([2n ** 53n + 1n]);
    expect(x.data()).toEqual(BigInt64Array.of(2n ** 53n + 1n));
    expect(() => x.item()).toThrow(/9007199254740993.*data\(\)/);
    expect(() => x.array()).toThrow(/9007199254740993.*data\(\)/);
    expect(tf.constant([2n ** 53n - 1n]).item()).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("dataAsync() lets the event loop run while the tensor is computed", async () => {
    const product = tf.function((x: tf.Tensor) => tf.matmul(x, x));
    const pending = product.callAsync(tf.ones([1500, 1500])).then((y) => y.dataAsync());
    const first = await Promise.race([pending, new Promise((resolve) => setImmediate(() => resolve("event loop")))]);
    expect(first).toBe("event loop");
    expect((await pending)[0]).toBe(1500);
  });
});
