import { expect, test } from "vitest";
import "../runtime/index.ts";
import * as tf from "../ops/index.ts";
import { addRecorder, executeOne, type Recorder, removeRecorder } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { GradientTape } from "./gradient-tape.ts";

function withSpy<T>(spy: Recorder, body: () => T): T {
  addRecorder(spy);
  try {
    return body();
  } finally {
    removeRecorder(spy);
  }
}

test("a tape watches trainable variables that are read", () => {
  using w = new Variable([1, 2]);
  using still = new Variable([5, 5], { trainable: false });
  const tape = new GradientTape();
  const loss = tape.record(() => tf.reduceSum(tf.multiply(tf.square(w), still)));
  expect(tape.watchedVariables()).toEqual([w]);
  const gradients = tape.gradient(loss, { w, still });
  expect(gradients.w?.array()).toEqual([10, 20]);
  expect(gradients.still).toBeNull();
});

test("gradients have the structure of the sources", () => {
  const [a, b] = [tf.constant(2), tf.constant(3)];
  const tape = new GradientTape();
  tape.watch([a, b]);
  const y = tape.record(() => tf.multiply(a, b));
  const gradients = tape.gradient(y, { first: a, rest: [b] });
  expect(gradients.first?.item()).toBe(3);
  expect(gradients.rest[0]?.item()).toBe(2);
});

test("a tape that does not watch accessed variables watches what it is told", () => {
  using v = new Variable(3);
  using w = new Variable(4);
  const tape = new GradientTape({ watchAccessedVariables: false });
  const y = tape.record(() => {
    tape.watch(w);
    return tf.multiply(v, w);
  });
  const [gv, gw] = tape.gradient(y, [v, w]);
  expect(gv).toBeNull();
  expect(gw?.item()).toBe(3);
});

test("a source that the target does not depend on gets null, or zeros when asked", () => {
  const [x, y] = [tf.constant([1, 2]), tf.constant([3])];
  const tape = new GradientTape({ persistent: true });
  const z = tape.record(() => {
    tape.watch([x, y]);
    return tf.square(x);
  });
  expect(tape.gradient(z, y)).toBeNull();
  expect(tape.gradient(z, y, { unconnectedGradients: "zero" })?.array()).toEqual([0]);
  tape[Symbol.dispose]();
});

test("upstream gradients scale the targets, and several targets add up", () => {
  const x = tf.constant([1, 2]);
  const tape = new GradientTape();
  const targets = tape.record(() => {
    tape.watch(x);
    return [tf.square(x), tf.multiply(x, 3)];
  });
  const gradient = tape.gradient(targets, x, { outputGradients: [tf.constant([1, 10]), tf.constant([0, 1])] });
  expect(gradient?.array()).toEqual([2, 43]);
});

test("the source itself may be the target, and a target in the middle has the gradient of the rest", () => {
  const x = tf.constant(3);
  const tape = new GradientTape({ persistent: true });
  const [y, z] = tape.record(() => {
    tape.watch(x);
    const middle = tf.square(x);
    return [middle, tf.square(middle)];
  }) as [Tensor, Tensor];
  expect(tape.gradient(x, x)?.item()).toBe(1);
  expect(tape.gradient(z, y)?.item()).toBe(18);
  expect(tape.gradient(z, [x, y]).map((g) => g?.item())).toEqual([108, 18]);
  tape[Symbol.dispose]();
});

test("tapes nest for higher derivatives", () => {
  const x = tf.constant(2);
  const [outermost, outer, inner] = [new GradientTape(), new GradientTape(), new GradientTape()];
  const second = outermost.record(() => {
    outermost.watch(x);
    const first = outer.record(() => {
      outer.watch(x);
      const y = inner.record(() => {
        inner.watch(x);
        return tf.pow(x, 4);
      });
      return inner.gradient(y, x) as Tensor;
    });
    expect(first.item()).toBe(32);
    return outer.gradient(first, x) as Tensor;
  });
  expect(second.item()).toBe(48);
  expect(outermost.gradient(second, x)?.item()).toBe(48);
});

test("a persistent tape records its own gradients while it is open", () => {
  const x = tf.constant(3);
  using tape = new GradientTape({ persistent: true });
  const first = tape.record(() => {
    tape.watch(x);
    return tape.gradient(tf.pow(x, 3), x) as Tensor;
  });
  expect(tape.gradient(first, x)?.item()).toBe(18);
});

test("only the gradients that are needed are computed", () => {
  const seen: string[] = [];
  const x = tf.constant(Array.from({ length: 16 }, (_, i) => i)).reshape([1, 4, 4, 1]);
  using filter = new Variable(() => tf.ones([2, 2, 1, 1]));
  const [outer, tape] = [new GradientTape({ persistent: true }), new GradientTape()];
  outer.record(() => {
    const y = tape.record(() => executeOne("Conv2D", [x, filter.read()], { strides: [1, 1, 1, 1], padding: "VALID" }));
    const spy = { record: (op: string) => void seen.push(op) };
    expect(withSpy(spy, () => tape.gradient(y, filter))?.shape).toEqual([2, 2, 1, 1]);
  });
  outer[Symbol.dispose]();
  expect(seen).toContain("Conv2DBackpropFilter");
  expect(seen).not.toContain("Conv2DBackpropInput");
});

test("what runs in stopRecording is not on the tape", () => {
  const x = tf.constant(3);
  const tape = new GradientTape();
  const y = tape.record(() => {
    tape.watch(x);
    const constant = tape.stopRecording(() => tf.square(x));
    return tf.multiply(constant, x);
  });
  expect(tape.gradient(y, x)?.item()).toBe(9);
});

test("no gradient passes stopGradient", () => {
  const x = tf.constant(3);
  const tape = new GradientTape();
  const y = tape.record(() => {
    tape.watch(x);
    return tf.multiply(tf.stopGradient(tf.square(x)), x);
  });
  expect(tape.gradient(y, x)?.item()).toBe(9);
});

test("a jacobian holds the derivative of every element by every element", () => {
  const x = tf.constant([1, 2, 3]);
  const tape = new GradientTape();
  const y = tape.record(() => {
    tape.watch(x);
    return tf.cumsum(tf.square(x));
  });
  expect(tape.jacobian(y, x)?.array()).toEqual([
    [2, 0, 0],
    [2, 4, 0],
    [2, 4, 6],
  ]);
});

test("symmetric decompositions have the gradient of the matrix that they read half of", () => {
  const data = [0.3, 0.1, -0.2, 0.4, 0.5, 0.2, 0.1, -0.3, 0.7];
  const functions: ((a: Tensor) => Tensor)[] = [
    (a) =>
      tf.reduceSum(
        tf.multiply(executeOne("Cholesky", [tf.add(a, tf.multiply(tf.eye(3, { dtype: "float64" }), 3))]), weights),
      ),
    (a) => tf.reduceSum(tf.multiply(executeOne("SelfAdjointEigV2", [a]), tf.constant([1, 2, 3], { dtype: "float64" }))),
  ];
  const weights = tf.reshape(tf.constant([1, 2, 3, 4, 5, 6, 7, 8, 9], { dtype: "float64" }), [3, 3]);
  for (const fn of functions) {
    const symmetric = (x: Tensor): Tensor => fn(tf.add(x, tf.transpose(x)));
    const at = (values: number[]): Tensor => tf.reshape(tf.constant(values, { dtype: "float64" }), [3, 3]);
    const x = at(data);
    const tape = new GradientTape();
    tape.watch(x);
    const got = (
      tape.gradient(
        tape.record(() => symmetric(x)),
        x,
      ) as Tensor
    ).data() as Float64Array;
    const h = 1e-5;
    const expected = data.map((_, e) => {
      const moved = (step: number): number => symmetric(at(data.map((v, i) => (i === e ? v + step : v)))).item();
      return (moved(h) - moved(-h)) / (2 * h);
    });
    for (const [i, value] of expected.entries()) expect(got[i]).toBeCloseTo(value, 5);
  }
});
