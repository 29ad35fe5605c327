import { expect, test } from "vitest";
import "../../runtime/index.ts";
import * as tf from "../../ops/index.ts";
import { cond, switchCase, whileLoop } from "../../runtime/control-flow.ts";
import { tfFunction } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import { GradientTape } from "../gradient-tape.ts";
import { valueAndGradient } from "../value-and-gradient.ts";

/** Derivatives of a function, taken by a tape around its traced form, by one within, and by one around the eager form. */
function derivatives(fn: (x: Tensor) => Tensor, x: number): number[] {
  const at = tf.constant(x);
  const around = tfFunction(fn);
  const within = tfFunction((y: Tensor) => valueAndGradient(() => fn(y), y).gradients as Tensor);
  return [
    valueAndGradient(() => around(at), at).gradients?.item(),
    within(at).item(),
    valueAndGradient(() => fn(at), at).gradients?.item() ?? 0,
  ];
}

function expectAll(got: number[], expected: number): void {
  for (const value of got) expect(value).toBeCloseTo(expected, 4);
}

test("a gradient takes the branch that was taken", () => {
  const fn = (x: Tensor): Tensor =>
    cond(
      tf.greater(x, 0),
      () => tf.square(x),
      () => tf.multiply(x, 5),
    );
  expectAll(derivatives(fn, 3), 6);
  expectAll(derivatives(fn, -3), 5);
});

test("a branch that does not depend on the source gives zeros", () => {
  const fn = (x: Tensor): Tensor =>
    cond(
      tf.greater(x, 0),
      () => tf.square(x),
      () => tf.constant(1),
    );
  expectAll(derivatives(fn, 3), 6);
  expectAll(derivatives(fn, -3), 0);
});

test("variables that branches read have gradients", () => {
  using w = new Variable([2, 3]);
  const fn = tfFunction((x: Tensor) =>
    cond(
      tf.greater(x, 0),
      () => tf.reduceSum(tf.multiply(w, x)),
      () => tf.constant(0),
    ),
  );
  const step = tfFunction((x: Tensor) => valueAndGradient(() => fn(x), w).gradients as Tensor);
  for (const gradient of [(x: Tensor) => valueAndGradient(() => fn(x), w).gradients as Tensor, step]) {
    expect(gradient(tf.constant(4)).array()).toEqual([4, 4]);
    expect(gradient(tf.constant(-4)).array()).toEqual([0, 0]);
  }
});

test("a gradient passes the branch that an index chooses", () => {
  const branches = (x: Tensor): (() => Tensor)[] => [() => tf.square(x), () => tf.pow(x, 3), () => tf.multiply(x, 7)];
  for (const [index, expected] of [4, 12, 7].entries())
    expectAll(
      derivatives((x) => switchCase(tf.constant(index, { dtype: "int32" }), branches(x)), 2),
      expected,
    );
});

test("a gradient passes a loop, turn by turn", () => {
  const power = (x: Tensor): Tensor =>
    whileLoop(
      (i) => tf.less(i, 4),
      (i, y) => [tf.add(i, 1), tf.multiply(y, x)],
      [tf.constant(0), tf.constant(1)],
    )[1];
  expectAll(derivatives(power, 1.5), 4 * 1.5 ** 3);
  const changing = (x: Tensor): Tensor =>
    whileLoop(
      (y) => tf.less(y, 100),
      (y) => [tf.square(y)],
      [x],
      { maximumIterations: 20 },
    )[0];
  expectAll(derivatives(changing, 3), 8 * 3 ** 7);
});

test("variables that a loop reads have gradients", () => {
  using w = new Variable(2);
  const fn = tfFunction(
    (x: Tensor) =>
      whileLoop(
        (i) => tf.less(i, 3),
        (i, y) => [tf.add(i, 1), tf.multiply(y, w)],
        [tf.constant(0), x],
      )[1],
  );
  expect(valueAndGradient(() => fn(tf.constant(5)), w).gradients?.item()).toBe(60);
});

test("loops and branches have second derivatives", () => {
  const power = tfFunction(
    (x: Tensor): Tensor =>
      cond(
        tf.greater(x, 0),
        () =>
          whileLoop(
            (i) => tf.less(i, 3),
            (i, y) => [tf.add(i, 1), tf.multiply(y, x)],
            [tf.constant(0), tf.constant(1)],
          )[1],
        () => x,
      ),
  );
  const x = tf.constant(2);
  const [outer, inner] = [new GradientTape(), new GradientTape()];
  const first = outer.record(() => {
    outer.watch(x);
    const y = inner.record(() => {
      inner.watch(x);
      return power(x);
    });
    return inner.gradient(y, x) as Tensor;
  });
  expect(first.item()).toBe(12);
  expect(outer.gradient(first, x)?.item()).toBe(12);
});

test("a branch with effects is refused: it would have them twice", () => {
  using count = new Variable(0);
  const fn = tfFunction((x: Tensor) =>
    cond(
      tf.greater(x, 0),
      () => {
        count.assignAdd(1);
        return tf.square(x);
      },
      () => x,
    ),
  );
  const x = tf.constant(1);
  expect(() => valueAndGradient(() => fn(x), x)).toThrow(
    /^gradient of If: expected branches and bodies without effects/,
  );
});
