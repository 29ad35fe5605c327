import { describe, expect, test } from "vitest";
import "../runtime/index.ts";
import * as tf from "../ops/index.ts";
import { tfFunction } from "../runtime/function.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { GradientTape } from "./gradient-tape.ts";
import { valueAndGradient } from "./value-and-gradient.ts";

const gradientOf = (fn: (x: Tensor) => Tensor, x: Tensor): number[] | undefined =>
  valueAndGradient(() => fn(x), [x]).gradients[0]?.array() as number[] | undefined;

/** The second derivative of the sum of `fn`, by two tapes. */
function secondOf(fn: (x: Tensor) => Tensor, x: Tensor): unknown {
  const [outer, inner] = [new GradientTape(), new GradientTape()];
  const first = outer.record(() => {
    outer.watch(x);
    const y = inner.record(() => {
      inner.watch(x);
      return fn(x);
    });
    return inner.gradient(y, x) as Tensor;
  });
  return outer.gradient(first, x)?.array();
}

test("a tape goes through a traced function, its arguments, variables and captured tensors", () => {
  using w = new Variable([2, 3]);
  const captured = tf.constant([5, 7]);
  const fn = tfFunction((x: Tensor) => tf.multiply(tf.multiply(x, w), captured));
  const x = tf.constant([1, 10]);
  const { gradients } = valueAndGradient(() => tf.reduceSum(fn(x)), [x, w, captured]);
  expect(gradients.map((g) => g?.array())).toEqual([
    [10, 21],
    [5, 70],
    [2, 30],
  ]);
});

test("a function called without a tape is called as it is", () => {
  const fn = tfFunction((x: Tensor) => tf.square(x));
  fn(tf.constant(3));
  expect(fn.getConcreteFunction(tf.constant(3)).derived.size).toBe(0);
});

test("gradient and function may be traced in any order", () => {
  const cube = tfFunction((x: Tensor) => tf.pow(x, 3));
  const inside = tfFunction((x: Tensor) => innerGradient(cube, x));
  const x = tf.constant([2]);
  expect(inside(x).array()).toEqual([12]);
  expect(gradientOf(cube, x)).toEqual([12]);
  expect(gradientOf(inside, x)).toEqual([12]);
});

function innerGradient(fn: (x: Tensor) => Tensor, x: Tensor): Tensor {
  return valueAndGradient(() => fn(x), [x]).gradients[0] as Tensor;
}

test("functions may call functions", () => {
  using w = new Variable(2);
  const innermost = tfFunction((x: Tensor) => tf.multiply(tf.square(x), w));
  const middle = tfFunction((x: Tensor) => tf.add(innermost(x), innermost(tf.multiply(x, 2))));
  const outer = tfFunction((x: Tensor) => tf.exp(middle(x)));
  const x = tf.constant(0.25);
  const expected = Math.exp(10 * 0.0625) * 20 * 0.25;
  expect(valueAndGradient(() => outer(x), [x]).gradients[0]?.item()).toBeCloseTo(expected, 5);
  expect(valueAndGradient(() => outer(x), w).gradients?.item()).toBeCloseTo(Math.exp(0.625) * 5 * 0.0625, 5);
});

test("higher derivatives go through functions and functions of functions", () => {
  const cube = tfFunction((x: Tensor) => tf.multiply(tf.square(x), x));
  const twice = tfFunction((x: Tensor) => tf.add(cube(x), cube(x)));
  const x = tf.constant([2, 3]);
  expect(secondOf(cube, x)).toEqual([12, 18]);
  expect(secondOf(twice, x)).toEqual([24, 36]);
  expect(
    secondOf(
      tfFunction((y: Tensor) => tf.tanh(y)),
      tf.constant(0.5),
    ),
  ).toBeCloseTo(-2 * Math.tanh(0.5) * (1 - Math.tanh(0.5) ** 2), 5);
});

test("each of nested tapes sees the variables that a function reads", () => {
  using w = new Variable([2, 3]);
  const cube = tfFunction((x: Tensor) => tf.multiply(tf.pow(w, 3), x));
  const [outer, inner] = [new GradientTape(), new GradientTape()];
  const first = outer.record(() => {
    const y = inner.record(() => cube(tf.constant(1)));
    return inner.gradient(y, w) as Tensor;
  });
  expect(outer.gradient(first, w)?.array()).toEqual([12, 18]);
});

test("several outputs each pass their gradient; integers among them pass none", () => {
  const fn = tfFunction((x: Tensor) => ({ a: tf.square(x), b: tf.argmax(x), c: x, d: x }));
  const x = tf.constant([1, 2]);
  const total = (): Tensor => {
    const { a, c, d } = fn(x);
    return tf.add(tf.add(a, c), tf.multiply(d, 10));
  };
  expect(valueAndGradient(total, x).gradients?.array()).toEqual([13, 15]);
});

test("effects of a function happen once, with a tape as without", () => {
  using count = new Variable(0);
  const inner = tfFunction((x: Tensor) => {
    count.assignAdd(1);
    return tf.square(x);
  });
  const outer = tfFunction((x: Tensor) => inner(x));
  const x = tf.constant(3);
  expect(valueAndGradient(() => outer(x), x).gradients?.item()).toBe(6);
  expect(count.item()).toBe(1);
});

test("lengths that are unknown while tracing are learned at run time", () => {
  const fn = tfFunction((x: Tensor, y: Tensor) => tf.reduceMean(tf.multiply(x, y), { axis: 0 }), {
    reduceRetracing: true,
  });
  for (const n of [2, 3, 4]) {
    const x = tf.ones([n, 2]);
    const y = tf.ones([1, 2]);
    const { gradients } = valueAndGradient(() => fn(x, y), [x, y]);
    expect(gradients[0]?.shape).toEqual([n, 2]);
    expect(gradients[1]?.array()).toEqual([[1, 1]]);
  }
});

test("XLA compiles gradients too", () => {
  using w = new Variable([
    [1, 2],
    [3, 4],
  ]);
  const fn = tfFunction((x: Tensor) => tf.reduceSum(tf.maximum(tf.matmul(x, w), 0)), { jitCompile: true });
  const x = tf.constant([[1, 2]]);
  expect(valueAndGradient(() => fn(x), w).gradients?.array()).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

describe("a training step", () => {
  test("traced whole gives what eager gives", () => {
    const losses = [false, true].map((isTraced) => {
      using w = new Variable([0.5, -0.25]);
      const x = tf.constant([1, 2]);
      const step = (): Tensor => {
        const { value, gradients } = valueAndGradient(
          () => tf.reduceSum(tf.square(tf.subtract(tf.multiply(w, x), 1))),
          [w],
        );
        w.assignSub(tf.multiply(gradients[0] as Tensor, 0.1));
        return value;
      };
      const run = isTraced ? tfFunction(step) : step;
      return Array.from({ length: 5 }, () => tidy(() => run().item()));
    });
    expect(losses[0]).toEqual(losses[1]);
  });
});
