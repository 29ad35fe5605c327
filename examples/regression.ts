/** Regression from plain arrays: fuel use from weight and power, learned from numbers in memory. */
import { parseArgs } from "node:util";
import * as tf from "tensorfleet";

const { values } = parseArgs({ options: { epochs: { type: "string", default: "60" } } });
tf.random.setSeed(3);

// Made-up cars: [weight in tonnes, power in 100 kW], and litres for 100 km by a rule with some noise.
const cars = Array.from({ length: 500 }, (_, i) => [0.8 + ((i * 37) % 100) / 80, 0.4 + ((i * 61) % 90) / 60]);
const litres = cars.map(([weight, power], i) => [2 + 3 * weight! + 1.5 * power! ** 2 + (((i * 17) % 11) - 5) / 50]);

const model = new tf.keras.Sequential([
  tf.keras.layers.Input({ shape: [2] }),
  new tf.keras.layers.Dense(16, { activation: "relu" }),
  new tf.keras.layers.Dense(1),
]);
model.compile({ optimizer: new tf.keras.optimizers.Adam({ learningRate: 0.02 }), loss: "mse", metrics: ["mae"] });
await model.fit(cars, litres, {
  epochs: Number(values.epochs),
  validationSplit: 0.2,
  callbacks: [new tf.keras.callbacks.EarlyStopping({ patience: 10, restoreBestWeights: true })],
});
const { mae } = await model.evaluate(cars, litres, { returnDict: true, verbose: 0 });
const car = await model.predict([[1.4, 0.9]], { verbose: 0 });
console.log(`mean error ${mae!.toFixed(3)} l/100 km; 1.4 t with 90 kW: ${(car as tf.Tensor).array()}`);
