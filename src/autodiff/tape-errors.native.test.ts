import { expect, test } from "vitest";
import "../runtime/index.ts";
import * as tf from "../ops/index.ts";
import { executeOne } from "../runtime/executor.ts";
import { GradientTape } from "./gradient-tape.ts";

const messageOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
};

test("a tape that is not persistent gives one gradient", () => {
  const x = tf.constant(1);
  const tape = new GradientTape();
  const y = tape.record(() => {
    tape.watch(x);
    return tf.square(x);
  });
  tape.gradient(y, x);
  expect(messageOf(() => tape.gradient(y, x))).toMatch(
    /^tape.gradient: expected a tape that holds what it recorded, got a second call .* persistent: true/,
  );
});

test("a promise cannot be recorded", () => {
  const tape = new GradientTape();
  expect(messageOf(() => tape.record(async () => 1))).toMatch(/^tape.record: expected a synchronous function/);
});

test("a recording that is open across an await ends there and says so", async () => {
  const tape = new GradientTape();
  const recording = tape.start();
  await Promise.resolve();
  expect(messageOf(() => recording[Symbol.dispose]())).toMatch(/^tape.start: .* next await/);
});

test("a missing gradient names the op and the way to it", () => {
  const x = tf.constant([[0.5, 0.25]]);
  const tape = new GradientTape();
  const y = tape.record(() => {
    tape.watch(x);
    return tf.square(executeOne("BesselJ0", [tf.exp(x)]));
  });
  expect(messageOf(() => tape.gradient(y, x))).toBe(
    "gradient: expected every op from source to target to have a gradient, got BesselJ0, which has none (path: source -> Exp -> BesselJ0 -> Square -> target); give it one with tf.customGradient, or keep gradients from it with tf.stopGradient",
  );
});

test("integers have no gradients", () => {
  const x = tf.constant([1, 2], { dtype: "int32" });
  const tape = new GradientTape();
  expect(messageOf(() => tape.watch(x))).toMatch(/^tape.watch: expected sources of floating point .* dtype int32/);
  expect(messageOf(() => tape.gradient(x, x))).toMatch(/^tape.gradient: expected a target of floating point/);
});

test("upstream gradients must be like the targets", () => {
  const x = tf.constant([1, 2]);
  const tape = new GradientTape();
  const y = tape.record(() => {
    tape.watch(x);
    return tf.square(x);
  });
  expect(messageOf(() => tape.gradient(y, x, { outputGradients: tf.constant(1) }))).toBe(
    "tape.gradient: expected outputGradients like the targets (float32 [2]), got (float32 [])",
  );
});

test("sources are tensors and variables", () => {
  const tape = new GradientTape();
  expect(messageOf(() => tape.watch(3 as never))).toBe("tape.watch: expected tensors and variables as sources, got 3");
});
