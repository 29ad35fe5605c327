/** Processor time of one element that JavaScript makes, in batches of 100: javascript-data.ts ELEMENTS generator|mapJs|tensors */
import * as tf from "tensorfleet";
import { sizes } from "./timing.ts";

const [numElements] = sizes() as [number];
const kind = process.argv.at(-1);
const row = Float32Array.from({ length: 784 }, (_, i) => i / 784);
const { Dataset } = tf.data;

function* generate(): Generator<[Float32Array, number]> {
  for (let i = 0; i < numElements; i++) yield [row, i % 10];
}

function elements(): tf.data.Dataset<unknown> {
  if (kind === "generator") {
    const outputSignature = [new tf.TensorSpec([784], "float32"), new tf.TensorSpec([], "int32")] as const;
    return Dataset.fromGenerator(generate, { outputSignature });
  }
  if (kind === "mapJs") {
    const outputSignature = new tf.TensorSpec([], "float32");
    return Dataset.range(numElements).mapJs((i: tf.Tensor) => Number(i.item()) * 2, { outputSignature });
  }
  const images = tf.constant(new Float32Array(numElements * 784), { shape: [numElements, 784] });
  return Dataset.fromTensorSlices([images, new Int32Array(numElements)]);
}

const dataset = elements().batch(100);
const passes: number[] = [];
for (let pass = 0; pass < 4; pass++) {
  const start = process.cpuUsage();
  for (const _ of dataset);
  const { user, system } = process.cpuUsage(start);
  if (pass > 0) passes.push((user + system) / numElements); // the first one warms up
}
console.log(JSON.stringify({ value: Math.min(...passes), unit: "us of processor/element", passes }));
