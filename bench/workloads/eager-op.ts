/** One eager MatMul of 2x2 matrices: eager-op.ts STEPS */
import * as tf from "tensorfleet";
import { report, sizes } from "./timing.ts";

const [steps] = sizes() as [number];
const a = tf.constant([
  [1, 2],
  [3, 4],
]);
await report(() => {
  for (let i = 0; i < steps; i++) tf.matmul(a, a).dispose();
}, steps);
