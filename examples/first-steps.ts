/** First steps: tensors, functions of them, variables, and freeing what is no longer needed. */
import * as tf from "tensorfleet";

const x = tf.constant([
  [1, 2],
  [3, 4],
]);
console.log(`${x}`);
console.log("its sum:", tf.reduceSum(x).item());
console.log("its rows' means:", tf.reduceMean(x, { axis: 1 }).array());
console.log("times its transpose:", tf.matmul(x, x, { transposeB: true }).array());
console.log("its last column:", x.at("...", -1).array());

// A variable holds a value that changes: here the root of 2, by Newton's method.
const root = new tf.Variable(1);
for (let step = 0; step < 5; step++) {
  tf.tidy(() => root.assign(tf.multiply(0.5, tf.add(root, tf.divide(2, root)))));
}
console.log("the root of 2:", root.item());
console.log("tensors alive:", tf.memory().numTensors);
