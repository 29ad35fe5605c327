import { expect, test } from "vitest";
import { ProgbarLogger } from "./progbar-logger.ts";

/** A logger with its own clock, what it wrote, and how often it read logs. */
function watched(kind: "train" | "test" | "predict", verbose: 0 | 1 | 2, steps: number | null = 3, epochs = 2) {
  const state = { text: "", now: 1000, reads: 0 };
  const logger = new ProgbarLogger(
    kind,
    () => {
      state.reads++;
      return { loss: 0.5 };
    },
    { output: { write: (text) => (state.text += text), columns: 100 }, now: () => state.now },
  );
  logger.setParams({ verbose, epochs, steps });
  return { logger, state };
}

const escapes = new RegExp(`${String.fromCharCode(27)}\\[(\\d+m|K)`, "g");
const seen = (text: string): string[] =>
  text
    .replace(escapes, "")
    .replaceAll("━", "")
    .split(/[\r\n]+/)
    .filter(Boolean);

test("a training draws its line at most every 50 ms, and once more at the end of the epoch", () => {
  const { logger, state } = watched("train", 1);
  logger.onEpochBegin(0);
  for (const ms of [10, 20, 60]) {
    state.now = 1000 + ms;
    logger.step();
  }
  expect(state.reads).toBe(2); // the first, and that after 60 ms: logs are read from TensorFlow only then
  logger.onEpochEnd(0, { loss: 0.25, val_loss: 0.75 });
  expect(seen(state.text)).toEqual([
    "Epoch 1/2",
    "1/3  0s 10ms/step - loss: 0.5000",
    "3/3  0s 25ms/step - loss: 0.5000",
    "3/3  0s 25ms/step - loss: 0.2500 - val_loss: 0.7500",
  ]);
  expect(state.text.endsWith("\n")).toBe(true);
});

test("with verbose 2 there is one line an epoch, without escapes", () => {
  const { logger, state } = watched("train", 2);
  for (const epoch of [0, 1]) {
    logger.onEpochBegin(epoch);
    for (let i = 0; i < 3; i++) logger.step();
    state.now += 4000;
    logger.onEpochEnd(epoch, { loss: 0.25 });
  }
  expect(state.text).toBe(
    "Epoch 1/2\n3/3 - 4s - 2s/step - loss: 0.2500\nEpoch 2/2\n3/3 - 4s - 2s/step - loss: 0.2500\n",
  );
  expect(state.reads).toBe(0);
});

test("with verbose 0 nothing is written", () => {
  const { logger, state } = watched("train", 0);
  logger.onEpochBegin(0);
  logger.step();
  logger.onEpochEnd(0, { loss: 1 });
  expect(state.text).toBe("");
});

test("a single epoch has no heading, and steps of unknown number are counted", () => {
  const { logger, state } = watched("train", 2, null, 1);
  logger.onEpochBegin(0);
  for (let i = 0; i < 5; i++) logger.step();
  logger.onEpochEnd(0, {});
  expect(state.text).toBe("5/5 - 0s - 0s/step\n");
});

test("an evaluation within a training is silent, one by itself is not", () => {
  for (const [kind, expected] of [
    ["train", ""],
    ["test", "1/1 - 0s - 0s/step - loss: 2.0000\n"],
  ] as const) {
    const { logger, state } = watched(kind, 2, 1);
    logger.onTestBegin();
    if (kind === "test") logger.step();
    logger.onTestEnd({ loss: 2 });
    expect(state.text).toBe(expected);
  }
});

test("a prediction has no logs", () => {
  const { logger, state } = watched("predict", 2, 2);
  logger.onPredictBegin();
  logger.step();
  logger.step();
  logger.onPredictEnd();
  expect(state.text).toBe("2/2 - 0s - 0s/step\n");
});

test("several workers show one line together, and print the same summary, which a later one gets too", async () => {
  const shared: string[] = [];
  const made = (worker: number): { logger: ProgbarLogger; printed: string[]; shown: string[]; tick: () => void } => {
    const [printed, shown]: string[][] = [[], []];
    let time = worker;
    const group = {
      progress: (line: string) => shown!.push(line),
      share: async (text: string) => {
        shared[0] ??= text;
        return shared[0];
      },
    };
    const output = { write: (text: string) => printed!.push(text) };
    const logger = new ProgbarLogger("train", () => ({ loss: 0.5 }), { output, now: () => time, group });
    logger.setParams({ verbose: 1, epochs: 2, steps: 2 });
    const tick = (): void => {
      time += 1000 + worker;
    };
    return { logger, printed: printed!, shown: shown!, tick };
  };
  const workers = [made(0), made(700)];
  for (const { logger, tick } of workers) {
    logger.onEpochBegin(0);
    for (let step = 0; step < 2; step++) {
      tick();
      logger.step();
    }
    await logger.onEpochEnd(0, { loss: 0.25 });
  }
  const [first, second] = workers;
  expect(first?.printed).toEqual(["Epoch 1/2\n", "2/2 - 2s - 1s/step - loss: 0.2500\n"]);
  expect(second?.printed).toEqual(first?.printed);
  expect(first?.shown).toEqual([
    "1/2 ━━━━━━━━━━━━━━━━━━━━ 1s 1s/step - loss: 0.5000",
    "2/2 ━━━━━━━━━━━━━━━━━━━━ 0s 1s/step - loss: 0.5000",
    "",
  ]);
});
