/**
 * How much of a step of the main job waits for input, in percent: input-wait.ts BATCH STEPS. It counts from the end of a step to the beginning
 * of the next one, all that the loop does there included; `cpuPercent` is what reading costs by itself, beside what training costs.
 */
import * as tf from "tensorfleet";
import { mainNetwork } from "./networks.ts";
import { sizes } from "./timing.ts";

const PASSES = 3;
const MICROSECONDS = 1000;
const [batch, steps] = sizes() as [number, number];
const [train] = tf.keras.datasets.mnist.loadData();
const batches = train.shuffle().batch(batch).take(steps);
const model = new tf.distribute.MultiWorkerMirroredStrategy().scope(mainNetwork);
model.compile({
  optimizer: new tf.keras.optimizers.Adam({ learningRate: 1e-3 }),
  loss: new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ["accuracy"],
});
let [begin, end, waited, cpu] = [0, 0, 0, 0];
const shares: number[] = [];
const clock = new tf.keras.callbacks.LambdaCallback({
  onEpochBegin: () => {
    begin = performance.now();
    end = begin;
    waited = 0;
    cpu = process.cpuUsage().user;
  },
  onTrainBatchBegin: () => {
    waited += performance.now() - end;
  },
  onTrainBatchEnd: () => {
    end = performance.now();
  },
  onEpochEnd: () => {
    shares.push((100 * waited) / (performance.now() - begin));
    cpu = process.cpuUsage().user - cpu;
  },
});
await model.fit(batches, { epochs: 1 + PASSES, verbose: 0, callbacks: [clock] });
const passes = await tf.distribute.once("shares", () => shares.slice(1)); // the first epoch warms up
const reading = process.cpuUsage().user;
for await (const _ of batches);
const cpuPercent = await tf.distribute.once("cpu", () => (100 * (process.cpuUsage().user - reading)) / cpu);
const stepMs = await tf.distribute.once("step", () => cpu / steps / MICROSECONDS);
console.log(JSON.stringify({ value: Math.min(...passes), unit: "% of a step", passes, cpuPercent, stepMs }));
