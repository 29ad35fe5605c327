// Products whose gradient is computed another way for speed have the gradient of all others.
import { expect, test } from "vitest";
import "../../runtime/index.ts";
import * as tf from "../../ops/index.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { GradientTape } from "../gradient-tape.ts";

/** Whole numbers from -3 to 3, so that sums are exact in any order. */
function wholeNumbers(shape: [number, number], step: number): Tensor {
  const values = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => ((i * step) % 7) - 3);
  return tf.reshape(tf.constant(values), shape);
}

test.each([2, 10, 16, 17])("the weights of a wide layer in front of %i units have their gradient", (units) => {
  const [x, weights, g] = [wholeNumbers([128, 512], 3), wholeNumbers([512, units], 5), wholeNumbers([128, units], 2)];
  const tape = new GradientTape();
  const loss = tape.record(() => {
    tape.watch(weights);
    return tf.reduceSum(tf.multiply(tf.matmul(x, weights), g));
  });
  const gradient = tape.gradient(loss, weights) as Tensor;
  expect(gradient.data()).toEqual(tf.matmul(tf.transpose(x), g).data());
  expect(gradient.shape).toEqual([512, units]);
});
