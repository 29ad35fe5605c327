// Rule 11: long calls take an AbortSignal and let the event loop run. Rule 12: no XLA, and a seed that is drawn once, printed and stored.
import { describe, expect, test, vi } from "vitest";
import * as tf from "../../src/index.ts";

const { layers } = tf.keras;

function compiled(units = 8): tf.keras.Sequential {
  const model = new tf.keras.Sequential([layers.Input({ shape: [16] }), new layers.Dense(units), new layers.Dense(1)]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  return model;
}

const samples = (count: number): tf.Tensor[] => [tf.random.normal([count, 16]), tf.ones([count, 1])];

// The first test of this file: no seed has been set, and none drawn, in this process.
describe("rule 12: defaults", () => {
  test("a seed that is not given is drawn once, printed and stored: with it the run is repeated bit by bit", async () => {
    const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const trained = async (): Promise<[seed: number | undefined, weights: unknown]> => {
      const model = compiled();
      const [x, y] = samples(32) as [tf.Tensor, tf.Tensor];
      const history = await model.fit(x, y, { epochs: 2, batchSize: 8, verbose: 2 });
      return [history.seed, model.getWeights().map((weight) => weight.array())];
    };
    const [seed, weights] = await trained();
    const [sameSeed, otherWeights] = await trained();
    const lines = written.mock.calls.map(([text]) => String(text)).filter((text) => text.startsWith("seed "));
    expect(lines).toEqual([`seed ${seed} (repeat this run with --seed ${seed}, or tf.random.setSeed)\n`]);
    expect(sameSeed).toBe(seed);
    expect(otherWeights).not.toEqual(weights);
    tf.random.setSeed(seed!);
    expect(await trained()).toEqual([seed, weights]);
    written.mockRestore();
    printed.mockRestore();
  });

  test("jitCompile is off", () => {
    const compiles = (options?: { jitCompile: boolean }): unknown =>
      tf.function((x: tf.Tensor) => tf.sin(x), options).getConcreteFunction(tf.constant(1)).options.jitCompile;
    expect([compiles(), compiles({ jitCompile: true })]).toEqual([undefined, true]);
    expect(compiled().getCompileConfig()).toMatchObject({ jit_compile: false });
  });
});

type Long = (model: tf.keras.Sequential, options: { signal?: AbortSignal }) => Promise<unknown>;

const calls: readonly (readonly [string, Long])[] = [
  [
    "fit",
    (model, options) =>
      model.fit(...(samples(1024) as [tf.Tensor, tf.Tensor]), { batchSize: 1, verbose: 0, ...options }),
  ],
  [
    "evaluate",
    (model, options) =>
      model.evaluate(...(samples(1024) as [tf.Tensor, tf.Tensor]), { batchSize: 1, verbose: 0, ...options }),
  ],
  [
    "predict",
    (model, options) => model.predict(samples(1024)[0] as tf.Tensor, { batchSize: 1, verbose: 0, ...options }),
  ],
];

describe.each(calls)("rule 11: model.%s", (name, call) => {
  test("ends when its signal says so, with an error that says where", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    const failure = await call(compiled(), { signal: controller.signal }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(tf.TensorfleetError);
    expect(failure).toMatchObject({
      code: "aborted",
      message: expect.stringContaining(`model.${name}: aborted by its signal`),
    });
  });

  test("does nothing when the signal has come before", async () => {
    const model = compiled();
    const before = model.getWeights().map((weight) => weight.array());
    const failure = await call(model, { signal: AbortSignal.abort() }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "aborted" });
    expect(model.getWeights().map((weight) => weight.array())).toEqual(before);
  });

  test("lets the event loop run now and then", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    try {
      await call(compiled(), {});
    } finally {
      clearInterval(timer);
    }
    expect(turns).toBeGreaterThan(1);
  });
});

test("rule 11: reading a dataset with await lets the event loop run, and ends when the loop does", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const busy = tf.data.Dataset.range(1_000_000).map(() => tf.reduceSum(tf.random.normal([200_000])));
  let numRead = 0;
  for await (const _ of busy) if (++numRead === 10) break;
  clearInterval(timer);
  expect([numRead, turns > 1]).toEqual([10, true]);
});
