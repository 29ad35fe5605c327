/** A training loop of one's own: a traced step, gradients by hand, an optimizer. It learns a spiral of two classes. */
import { parseArgs } from "node:util";
import * as tf from "tensorfleet";

const { values } = parseArgs({ options: { steps: { type: "string", default: "2000" } } });
tf.random.setSeed(1);

const points = 400;
const angle = Float32Array.from({ length: points }, (_, i) => (i / points) * 2 * Math.PI + 0.5);
const arm = Int32Array.from({ length: points }, (_, i) => i % 2);
const x = tf.constant(
  Array.from(angle, (a, i) => [a * Math.cos(a + Math.PI * arm[i]!) * 0.2, a * Math.sin(a + Math.PI * arm[i]!) * 0.2]),
);
const y = tf.constant(arm);

const model = new tf.keras.Sequential([
  tf.keras.layers.Input({ shape: [2] }),
  new tf.keras.layers.Dense(32, { activation: "tanh" }),
  new tf.keras.layers.Dense(32, { activation: "tanh" }),
  new tf.keras.layers.Dense(2),
]);
const optimizer = new tf.keras.optimizers.Adam({ learningRate: 0.01 });
const lossOf = new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true });

const step = tf.function(
  (inputs: tf.Tensor, labels: tf.Tensor) => {
    const variables = model.trainableVariables;
    const { value: loss, gradients } = tf.valueAndGradient(
      () => lossOf.apply(labels, model.apply(inputs, { training: true })),
      variables,
    );
    optimizer.apply(gradients, variables);
    return loss;
  },
  { jitCompile: true },
);

for (let i = 1; i <= Number(values.steps); i++) {
  using loss = step(x, y);
  if (i % 500 === 0) console.log(`step ${i}: loss ${loss.item().toFixed(4)}`);
}
const accuracy = tf.tidy(() =>
  tf.reduceMean(tf.cast(tf.equal(tf.argmax(model.apply(x), { axis: 1, outputType: "int32" }), y), "float32")).item(),
);
console.log(`accuracy ${accuracy.toFixed(4)}`);
