// Rule 6: operators throw, and tensors have few methods. Rule 7: Python's slices. Rule 10: control flow in traced code is explicit.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as tf from "../../src/index.ts";
import { at, type Index } from "./python-slices.ts";

/** Programs are texts: compilers and linters would refuse them, JavaScript does not. */
const run = (expression: string, x: unknown): unknown => new Function("x", `return ${expression};`)(x);

const operators: readonly (readonly [string, RegExp])[] = [
  ["x + 1", /tf\.add/],
  ["1 + x", /tf\.add/],
  ["x - 1", /tf\.subtract/],
  ["x * 2", /tf\.multiply/],
  ["x / 2", /tf\.divide/],
  ["x ** 2", /tf\.pow/],
  ["x < 1", /tf\.less/],
  ["x <= x", /tf\.lessEqual/],
  ["x > 1", /tf\.greater/],
  ["x >= x", /tf\.greaterEqual/],
  ["x == 3", /tf\.equal/],
  ["x != 3", /tf\.equal/],
  ["-x", /expected a method/],
  ["+x", /expected a method/],
  ["'' + x", /expected a method/],
  ["Math.max(x, 1)", /expected a method/],
];

describe("rule 6: operators do not exist", () => {
  describe.each(operators)("%s throws and says what to write", (expression, message) => {
    test("of a tensor", () => {
      expect(() => run(expression, tf.constant([3, 4]))).toThrow(message);
      expect(() => run(expression, tf.constant(3))).toThrow(/a tensor \[\] float32.*for its number tensor\.item\(\)/);
    });

    test("of a variable", () => {
      const v = new tf.Variable(3, { name: "v" });
      expect(() => run(expression, v)).toThrow(
        /Variable "v": expected a method, got a JavaScript operator.*item\(\).*tf\.add/,
      );
    });

    test("of a traced tensor", () => {
      const fn = tf.function((x: tf.Tensor) => tf.constant(Number(run(expression, x))));
      expect(() => fn(tf.constant(3))).toThrow(/tf\.cond, tf\.whileLoop or tf\.switchCase/);
    });
  });

  test("text is what TensorFlow prints", () => {
    const x = tf.constant([1, 2]);
    expect(`${x}`).toBe("tf.Tensor([1. 2.], shape=(2,), dtype=float32)");
    expect(String(x)).toBe(`${x}`);
  });

  const methods: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor])[] = [
    ["add", (x) => x.add(2)],
    ["subtract", (x) => x.subtract(2)],
    ["multiply", (x) => x.multiply(2)],
    ["divide", (x) => x.divide(2)],
    ["matmul", (x) => x.matmul([[1], [2]])],
    ["negative", (x) => x.negative()],
    ["reshape", (x) => x.reshape([4])],
    ["cast", (x) => x.cast("float64")],
    ["at", (x) => x.at(0)],
  ];

  test.each(methods)("%s passes the one funnel: tapes see it, and functions trace it", (_, method) => {
    const x = tf.constant([
      [1, 2],
      [3, 4],
    ]);
    const { gradients } = tf.valueAndGradient(() => tf.reduceSum(method(x)), x);
    expect(gradients?.shape).toEqual([2, 2]);
    expect(tf.function(method)(x).array()).toEqual(method(x).array());
  });
});

describe("rule 7: at() takes Python's notation", () => {
  const shape = [3, 4, 2];
  const values = tf.reshape(tf.range(24), shape).array();
  const bound = fc.option(fc.integer({ min: -6, max: 6 }), { nil: undefined });
  const slice = fc
    .tuple(bound, bound, fc.constantFrom("", ":1", ":2", ":-1", ":-2", ":"))
    .map(([start, stop, step]) => `${start ?? ""}:${stop ?? ""}${step}`);
  const indexOf = (length: number): fc.Arbitrary<Index> =>
    fc.oneof(fc.integer({ min: -length, max: length - 1 }), slice);
  const axes = fc.integer({ min: 0, max: 3 }).chain((n) => fc.tuple(...shape.slice(0, n).map(indexOf)));

  test("slices are Python's, whatever their bounds and steps", () => {
    fc.assert(
      fc.property(axes, (indices) => {
        tf.tidy(() =>
          expect(
            tf
              .constant(values)
              .at(...(indices as tf.Index[]))
              .array(),
          ).toEqual(at(values, indices)),
        );
      }),
    );
  });

  test("the ellipsis stands for all axes between, newaxis for one of length 1", () => {
    const x = tf.constant(values);
    expect(x.at("...", 0).array()).toEqual(at(values, [":", ":", 0]));
    expect(x.at(1, "...").array()).toEqual(at(values, [1]));
    expect(x.at(0, "1:3", "::2", "...", tf.newaxis).shape).toEqual([2, 1, 1]);
    expect(x.at(tf.newaxis).shape).toEqual([1, 3, 4, 2]);
  });

  test("an index beyond the axis throws, a slice does not", () => {
    const x = tf.constant(values);
    expect(() => x.at(3)).toThrow(/tensor\.at: .*\[-3, 3\) for axis 0, got 3/);
    expect(x.at("5:").shape).toEqual([0, 4, 2]);
    expect(() => x.at("1-2")).toThrow(/tensor\.at: .*slices such as/);
  });

  test("tf.slice and tf.gather are TensorFlow's", () => {
    expect(tf.slice([1, 2, 3, 4], [1], [2]).array()).toEqual([2, 3]);
    expect(tf.gather([10, 20, 30], [2, 0]).array()).toEqual([30, 10]);
  });
});

describe("rule 10: control flow in traced code is explicit", () => {
  const decide: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor])[] = [
    [
      "tf.cond",
      (x) =>
        tf.cond(
          tf.greater(x, 2),
          () => x.multiply(10),
          () => x,
        ),
    ],
    ["tf.switchCase", (x) => tf.switchCase(x.cast("int32").subtract(2), [() => x, () => x.multiply(10)])],
    [
      "tf.whileLoop",
      (x) =>
        tf.whileLoop(
          (y) => tf.less(y, 30),
          (y) => [y.multiply(10)],
          [x],
        )[0],
    ],
  ];

  test.each(decide)("%s decides by the values of each call, not by those of the trace", (name, body) => {
    const fn = tf.function(body);
    const expected = name === "tf.whileLoop" ? [200, 30] : [2, 30];
    expect([fn(tf.constant(2)).item(), fn(tf.constant(3)).item()]).toEqual(expected);
    expect(fn.numTraces).toBe(1);
    expect([body(tf.constant(2)).item(), body(tf.constant(3)).item()]).toEqual(expected);
  });

  test.each(["x.item() ? 1 : 2", "x.array().length", "x.data()[0]", "x == 3", "x > 3", "JSON.stringify(x)"])(
    "%s of a traced tensor is caught",
    (mistake) => {
      const fn = tf.function((x: tf.Tensor) => (run(mistake, x) ? x : x.negative()));
      expect(() => fn(tf.constant([1, 2]))).toThrow(/tf\.cond/);
    },
  );
});
