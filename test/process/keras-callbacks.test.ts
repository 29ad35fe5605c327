// Callbacks do with the same logs what those of Python's Keras do: when they stop, what they restore, how they change the learning rate.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonWithKeras } from "../../scripts/python-keras.mjs";
import * as tf from "../../src/index.ts";
import { root, run } from "./command.ts";

interface CallbackCase {
  readonly callback: "EarlyStopping" | "ReduceLROnPlateau" | "ModelCheckpoint";
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly learningRate: number;
  readonly logs: readonly Record<string, number>[];
}

interface Outcome {
  readonly epochs: number;
  readonly rates: readonly number[];
  readonly weight: number;
  readonly saved: readonly string[];
  readonly stoppedEpoch: number | null;
  readonly bestEpoch: number | null;
}

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-callbacks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers in [0, 1) that look random and are the same each time. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Options that are given half of the time. */
function some(draw: () => number, options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(() => draw() < 0.5));
}

const cases: CallbackCase[] = Array.from({ length: 60 }, (_, seed) => {
  const draw = draws(seed + 1);
  const whole = (below: number): number => Math.floor(draw() * below);
  const callback = (["EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint"] as const)[
    seed % 3
  ] as CallbackCase["callback"];
  const monitor = ["loss", "val_loss", "val_quality", "mae"][whole(4)] as string;
  const watching = { monitor, ...some(draw, { mode: ["min", "max", "auto"][whole(3)] }) };
  const level = (epoch: number): number => Math.round((draw() * 0.6 + 1 / (epoch + 1)) * 20) / 20; // ties happen
  const logs = Array.from({ length: 20 }, (_, epoch) => ({
    loss: level(epoch),
    mae: level(epoch),
    val_loss: level(epoch),
    ...(draw() < 0.9 && { val_quality: level(epoch) }),
  }));
  const options = {
    EarlyStopping: {
      patience: whole(4),
      minDelta: whole(3) * 0.05,
      baseline: 0.8,
      restoreBestWeights: true,
      startFromEpoch: whole(5),
    },
    ReduceLROnPlateau: {
      patience: 1 + whole(3),
      factor: 0.5,
      minDelta: whole(3) * 0.05,
      cooldown: whole(3),
      minLr: 0.01,
    },
    ModelCheckpoint: { saveBestOnly: true, initialValueThreshold: 0.7 },
  }[callback];
  const args = callback === "ModelCheckpoint" ? [join(folder, `${seed}-{epoch:02d}-{loss:.2f}.keras`)] : [];
  return { callback, args, options: { ...watching, ...some(draw, options) }, learningRate: 0.1, logs };
});

let expected: readonly Outcome[] = [];
beforeAll(async () => {
  const { command, env } = pythonWithKeras();
  const file = join(folder, "cases.json");
  writeFileSync(file, JSON.stringify(cases));
  const { stdout, stderr, exitCode } = await run(command, [`${root}test/process/keras_callbacks.py`, file], { env });
  expect(exitCode, stderr).toBe(0);
  expected = JSON.parse(stdout.split("\n").at(-2) as string);
}, 600_000);

async function outcomeOf({ callback: name, args, options, learningRate, logs }: CallbackCase): Promise<Outcome> {
  const model = new tf.keras.Sequential([
    tf.keras.layers.Input({ shape: [1] }),
    new tf.keras.layers.Dense(1, { useBias: false }),
  ]);
  const metrics = ["mae", new tf.keras.metrics.BinaryAccuracy({ name: "quality" })];
  model.compile({ optimizer: new tf.keras.optimizers.SGD({ learningRate }), loss: "mse", metrics });
  await model.evaluate([[1]], [[1]], { verbose: 0 });
  const saved: string[] = [];
  model.save = async (path): Promise<void> => void saved.push(path);
  const Class = tf.keras.callbacks[name] as new (...args: unknown[]) => tf.keras.callbacks.Callback;
  const callback = new Class(...args, options);
  callback.setModel(model);
  await callback.onTrainBegin();
  const rates: number[] = [];
  for (const [epoch, epochLogs] of logs.entries()) {
    await callback.onEpochBegin(epoch);
    model.setWeights([[[epoch]]]);
    await callback.onEpochEnd(epoch, { ...epochLogs });
    rates.push(Number(model.optimizer.learningRate.item()));
    if (model.stopTraining) break;
  }
  await callback.onTrainEnd();
  const { stoppedEpoch = null, bestEpoch = null } = callback as Partial<tf.keras.callbacks.EarlyStopping>;
  const weight = model.trainableVariables[0]?.data()[0] as number;
  return { epochs: rates.length, rates, weight, saved, stoppedEpoch, bestEpoch };
}

describe("callbacks act as Keras's do:", () => {
  test.each(cases.map((item, i) => [i, item.callback, JSON.stringify(item.options), item] as const))(
    "%i: %s with %s",
    async (i, _name, _options, item) => {
      expect(await outcomeOf(item)).toEqual(expected[i]);
    },
  );
});
