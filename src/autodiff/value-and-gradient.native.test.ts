import { describe, expect, test } from "vitest";
import "../runtime/index.ts";
import * as tf from "../ops/index.ts";
import { tfFunction } from "../runtime/function.ts";
import { memory, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { customGradient } from "./custom-gradient.ts";
import { GradientTape } from "./gradient-tape.ts";
import { valueAndGradient } from "./value-and-gradient.ts";

test("gives the value and gradients in the structure of the variables", () => {
  using w = new Variable([1, 2]);
  using b = new Variable(0.5);
  const { value, gradients } = valueAndGradient(() => tf.reduceSum(tf.add(tf.square(w), b)), { w, b });
  expect(value.item()).toBe(6);
  expect([gradients.w?.array(), gradients.b?.item()]).toEqual([[2, 4], 2]);
});

test("without variables takes those that are read, in their order", () => {
  using a = new Variable(2);
  using b = new Variable(3);
  const { gradients, variables } = valueAndGradient(() => tf.multiply(b, tf.square(a)));
  expect(variables.map((variable) => variable === a)).toEqual([true, false]);
  expect(gradients.map((g) => g?.item())).toEqual([12, 4]);
});

test("frees everything but value and gradients", () => {
  using w = new Variable([1, 2]);
  tidy(() => {
    const before = memory().numTensors;
    const { value, gradients } = valueAndGradient(() => tf.reduceSum(tf.exp(tf.square(w))), [w]);
    expect(memory().numTensors).toBe(before + 2);
    value.dispose();
    gradients[0]?.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

test("refuses what is no function of a tensor", () => {
  expect(() => valueAndGradient(3 as never, [])).toThrow("tf.valueAndGradient: expected a function, got 3");
  expect(() => valueAndGradient((() => 3) as never, [])).toThrow("expected a function that returns a tensor, got 3");
  expect(() => valueAndGradient((async () => 3) as never, [])).toThrow("expected a synchronous function");
});

describe("customGradient", () => {
  const clipped = customGradient((x: Tensor) => ({
    value: tf.square(x),
    gradient: (g: Tensor) => tf.clipByValue(tf.multiply(g, tf.multiply(x, 2)), -1, 1),
  }));

  test("takes the place of the gradient of the ops", () => {
    const x = tf.constant([0.25, 3]);
    expect(valueAndGradient(() => clipped(x), x).gradients?.array()).toEqual([0.5, 1]);
  });

  test("holds in traced functions, within and around", () => {
    const x = tf.constant([0.25, 3]);
    const within = tfFunction((y: Tensor) => valueAndGradient(() => clipped(y), y).gradients as Tensor);
    expect(within(x).array()).toEqual([0.5, 1]);
    const around = tfFunction((y: Tensor) => clipped(y) as Tensor);
    expect(valueAndGradient(() => around(x), x).gradients?.array()).toEqual([0.5, 1]);
    const nested = tfFunction((y: Tensor) => tf.multiply(around(y), 2));
    expect(valueAndGradient(() => nested(x), x).gradients?.array()).toEqual([1, 1]);
  });

  test("has a derivative itself", () => {
    const log1pexp = customGradient((x: Tensor) => {
      const e = tf.exp(x);
      return {
        value: tf.math.log(tf.add(e, 1)),
        gradient: (g: Tensor) => tf.multiply(g, tf.subtract(1, tf.divide(1, tf.add(tf.exp(x), 1)))),
      };
    });
    const x = tf.constant(0);
    const [outer, inner] = [new GradientTape(), new GradientTape()];
    const first = outer.record(() => {
      outer.watch(x);
      const y = inner.record(() => {
        inner.watch(x);
        return log1pexp(x) as Tensor;
      });
      return inner.gradient(y, x) as Tensor;
    });
    expect(first.item()).toBeCloseTo(0.5, 6);
  });

  test("takes several arguments and gives several values", () => {
    using v = new Variable(2);
    const both = customGradient((x: Tensor, y: Tensor, n: Tensor) => ({
      value: { sum: tf.add(x, y), product: tf.multiply(x, y), n },
      gradient: (_: Tensor, gProduct: Tensor, gSum: Tensor) => [tf.multiply(gSum, 100), gProduct, null],
    }));
    const x = tf.constant(3);
    const { gradients } = valueAndGradient(() => {
      const { sum, product } = both(x, v, tf.constant(1, { dtype: "int32" })) as { sum: Tensor; product: Tensor };
      return tf.add(sum, tf.multiply(product, 5));
    }, [x, v]);
    expect(gradients.map((g) => g?.item())).toEqual([100, 5]);
  });

  test("refuses gradients that are not like their arguments", () => {
    const x = tf.constant([1, 2]);
    const wrong = customGradient((y: Tensor) => ({ value: tf.reduceSum(y), gradient: (g: Tensor) => g }));
    expect(() => valueAndGradient(() => wrong(x), x)).toThrow(
      "tf.customGradient: expected a gradient like argument 0, float32 [2], got float32 []",
    );
    const missing = customGradient((y: Tensor) => ({ value: y, gradient: () => [] }));
    expect(() => valueAndGradient(() => missing(x), x)).toThrow("expected a gradient for each of 1 arguments, got 0");
  });

  test("refuses to read variables unseen", () => {
    using v = new Variable(2, { name: "hidden" });
    const fn = customGradient((x: Tensor) => ({ value: tf.multiply(x, v), gradient: (g: Tensor) => g }));
    const x = tf.constant(1);
    expect(() => valueAndGradient(() => fn(x), x)).toThrow(
      /reads the variable "hidden", .* pass the variable as an argument/,
    );
  });
});
