// Rule 8: tf.valueAndGradient is the short way to a gradient, GradientTape the other; a tape never records across an await.
import { describe, expect, test } from "vitest";
import * as tf from "../../src/index.ts";

describe("rule 8: gradients", () => {
  test("valueAndGradient gives the value, and gradients in the structure of the variables", () => {
    const [w, b] = [new tf.Variable([1, 2]), new tf.Variable(3)];
    const { value, gradients } = tf.valueAndGradient(() => tf.reduceSum(tf.multiply(tf.square(w), b)), { w, b });
    expect(value.item()).toBe(15);
    expect(gradients.w?.array()).toEqual([6, 12]);
    expect(gradients.b?.item()).toBe(5);
  });

  test("a tape records what runs in record", () => {
    const v = new tf.Variable(2);
    const tape = new tf.GradientTape();
    const before = tf.multiply(v, v);
    const y = tape.record(() => tf.multiply(v, v));
    const after = tf.multiply(v, v);
    expect(tape.gradient([y], v)?.item()).toBe(4);
    const other = new tf.GradientTape();
    other.record(() => tf.square(v));
    expect(other.gradient([before, after], v)).toBeNull();
  });

  test("a tape records from start to the end of the block", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    let y: tf.Tensor;
    {
      using _recording = tape.start();
      y = tf.square(v);
    }
    expect(tape.gradient(y, v)?.item()).toBe(6);
  });

  test.each<readonly [string, () => unknown, RegExp]>([
    [
      "record",
      () => new tf.GradientTape().record(async () => tf.ones([1])),
      /tape\.record: .*returns a promise; await first/,
    ],
    ["valueAndGradient", () => tf.valueAndGradient((async () => tf.ones([1])) as never), /promise/],
  ])("%s refuses a function that awaits", (_, call, message) => {
    expect(call).toThrow(message);
  });

  test("a block that awaits ends the recording there, and says so", async () => {
    const v = new tf.Variable(2);
    const tape = new tf.GradientTape();
    let afterwards: tf.Tensor | undefined;
    const block = async (): Promise<void> => {
      using _recording = tape.start();
      await Promise.resolve();
      afterwards = tf.square(v);
    };
    const failure = await block().catch((error: unknown) => error);
    expect(String(failure)).toMatch(/end the block before awaiting/);
    expect(tape.gradient(afterwards!, v)).toBeNull();
  });

  test("what other code does during an await is on no tape", async () => {
    const v = new tf.Variable(2);
    const tape = new tf.GradientTape();
    const y = tape.record(() => tf.square(v));
    const elsewhere = await Promise.resolve().then(() => tf.square(v));
    expect(tape.gradient([y, elsewhere], v)?.item()).toBe(4);
  });
});
