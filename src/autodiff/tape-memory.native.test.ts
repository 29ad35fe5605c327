import { expect, test } from "vitest";
import "../runtime/index.ts";
import * as tf from "../ops/index.ts";
import { keep, memory, scope, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { GradientTape } from "./gradient-tape.ts";

test("a gradient leaves nothing behind but itself", () => {
  using w = new Variable([[1, 2]]);
  tidy(() => {
    const before = memory().numTensors;
    const gradient = tidy(() => {
      const tape = new GradientTape();
      return tape.gradient(
        tape.record(() => tf.reduceSum(tf.exp(tf.square(w)))),
        w,
      ) as Tensor;
    });
    expect(memory().numTensors).toBe(before + 1);
    gradient.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

test("intermediate values may be freed before the gradient needs them", () => {
  const x = tf.constant([0.5]);
  const tape = new GradientTape();
  const y = tape.record(() => {
    tape.watch(x);
    return tidy(() => tf.exp(tf.square(tf.sin(x))));
  });
  const expected = 2 * Math.sin(0.5) * Math.cos(0.5) * Math.exp(Math.sin(0.5) ** 2);
  expect(tape.gradient(y, x)?.array()).toEqual([expect.closeTo(expected, 5)]);
});

test("two gradients that are the same are two tensors", () => {
  using around = scope();
  const [x, y] = [tf.constant(1), tf.constant(2)];
  const tape = new GradientTape();
  const z = tape.record(() => {
    tape.watch([x, y]);
    return tf.add(x, y);
  });
  const [gx, gy] = tape.gradient(z, [x, y]) as [Tensor, Tensor];
  gx.dispose();
  expect(gy.item()).toBe(1);
  expect(around).toBeDefined();
});

test("a reset or disposed tape holds nothing", () => {
  tidy(() => {
    const x = keep(tf.constant(1));
    const before = memory().numTensors;
    const tape = new GradientTape({ persistent: true });
    for (const end of [() => tape.reset(), () => tape[Symbol.dispose]()]) {
      tidy(() => {
        tape.record(() => {
          tape.watch(x);
          return void tf.exp(tf.square(x));
        });
      });
      expect(memory().numTensors).toBeGreaterThan(before);
      end();
      expect(memory().numTensors).toBe(before);
    }
  });
});
