/** A loop over tf.function with gradients by hand: custom-loop.ts HIDDEN BATCH STEPS [jit] */
import * as tf from "tensorfleet";
import { report, sizes } from "./timing.ts";

const [hidden, batch, steps] = sizes() as [number, number, number];
const shapes = [[784, hidden], [hidden], [hidden, 10], [10]];
const [w1, b1, w2, b2] = shapes.map((shape) => new tf.Variable(() => tf.random.uniform(shape, { maxval: 0.05 }))) as [
  tf.Variable,
  tf.Variable,
  tf.Variable,
  tf.Variable,
];
const variables = [w1, b1, w2, b2];
const x = tf.random.uniform([batch, 784], { minval: -1 });
const y = tf.random.uniform([batch], { maxval: 10, dtype: "int32" });

const step = tf.function(
  (inputs: tf.Tensor, labels: tf.Tensor) => {
    const { value: loss, gradients } = tf.valueAndGradient(() => {
      const units = tf.nn.relu(tf.nn.biasAdd(tf.matmul(inputs, w1), b1));
      const logits = tf.nn.biasAdd(tf.matmul(units, w2), b2);
      return tf.reduceMean(tf.nn.sparseSoftmaxCrossEntropyWithLogits(labels, logits));
    }, variables);
    variables.forEach((variable, i) => void variable.assignSub((gradients[i] as tf.Tensor).multiply(0.01)));
    return loss;
  },
  { jitCompile: process.argv.includes("jit") },
);

await report(() => {
  for (let i = 1; i < steps; i++) step(x, y).dispose();
  using last = step(x, y);
  last.item();
}, steps);
