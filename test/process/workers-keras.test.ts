// A script of Keras in several workers: fit, evaluate, predict and save in a row, on two models, with workers that die and come in each.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Result } from "./command.ts";
import { type Report, Workspace } from "./workers/workspace.ts";

const workspace = new Workspace();
afterEach(async () => {
  await workspace.endJobs();
  expect(workspace.leftovers()).toEqual([]);
});
afterAll(() => workspace[Symbol.dispose]());

/** 203 samples in batches of 10: a pass has 21 steps, the last of 3 rows, fewer than shards. */
const common = `
import * as tf from "tensorfleet";
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync } from "node:fs";
const { layers, callbacks } = tf.keras;
const [folder = ".", gate = "", epochs = "3"] = process.argv.slice(2);
const [gateAt, gateFor] = gate.split(":");
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const x = Array.from({ length: 203 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 5) / 5, 1]);
const y = Array.from({ length: 203 }, (_, i) => i % 3);
function build(units: number): tf.keras.Sequential {
  const model = strategy.scope(() => new tf.keras.Sequential([
    layers.Input({ shape: [4] }),
    new layers.Dense(units, { activation: "tanh" }),
    new layers.BatchNormalization(),
    new layers.Dropout(0.2),
    new layers.Dense(3),
  ]));
  const loss = new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true });
  model.compile({ optimizer: "adam", loss, metrics: ["accuracy"] });
  return model;
}
function sha(...tensors: { data(): unknown }[]): string {
  const hash = createHash("sha256");
  for (const tensor of tensors) hash.update(new Uint8Array((tensor.data() as Float32Array).buffer));
  return hash.digest("hex").slice(0, 12);
}
/** Waits at the place that the test names until as many workers have come there. */
async function pass(place: string): Promise<void> {
  const come = folder + "/at-" + place;
  mkdirSync(come, { recursive: true });
  appendFileSync(come + "/" + process.pid, "");
  while (gateAt === place && readdirSync(come).length < Number(gateFor)) await new Promise((resolve) => setTimeout(resolve, 10));
}
class Gate extends callbacks.Callback {
  readonly place: string;
  constructor(place: string) {
    super();
    this.place = place;
  }
  override setModel(model: never): void {
    super.setModel(model);
    mkdirSync(folder + "/at-" + this.place, { recursive: true });
    appendFileSync(folder + "/at-" + this.place + "/" + process.pid, "");
  }
  override onEpochEnd(epoch: number): Promise<void> | void {
    if (epoch === 1) return pass(this.place);
  }
}
`;
const script = `${common}
class Evaluating extends callbacks.Callback {
  override async onEpochEnd(epoch: number): Promise<void> {
    if (epoch % 2 === 0) console.log("evaluated", await a.evaluate(x, y, { verbose: 0, batchSize: 50 }));
  }
}
const [a, b] = [build(16), build(8)];
const { history } = await a.fit(x, y, {
  epochs: 3,
  batchSize: 10,
  validationData: [x, y],
  callbacks: [
    new Gate("a"),
    new callbacks.CSVLogger(folder + "/log.csv"),
    new callbacks.ModelCheckpoint(folder + "/{epoch}-{batch}.weights.h5", { saveFreq: 17, saveWeightsOnly: true }),
    new callbacks.LearningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate * 0.9)),
    new callbacks.EarlyStopping({ monitor: "accuracy", mode: "max", patience: 100, restoreBestWeights: true }),
    new Evaluating(),
  ],
});
console.log("a", sha(...a.weights), JSON.stringify(history));
const ofB = await b.fit(x, y, {
  epochs: Number(epochs),
  batchSize: 10,
  verbose: 0,
  callbacks: [
    new Gate("b"),
    new callbacks.EarlyStopping({ monitor: "loss", patience: 100, restoreBestWeights: true }),
    new callbacks.ReduceLROnPlateau({ monitor: "loss", patience: 1, minDelta: 1, factor: 0.5 }),
  ],
});
console.log("b", sha(...b.weights), "a", sha(...a.weights), JSON.stringify(ofB.history));
console.log("evaluated", await a.evaluate(x, y, { batchSize: 10 }));
const outputs = (await b.predict(x, { batchSize: 10 })) as tf.Tensor;
console.log("predicted", outputs.shape, sha(outputs));
await pass("end");
await a.save(folder + "/model.keras");
const said = await tf.distribute.once("note", () => {
  appendFileSync(folder + "/notes", "one\\n");
  return { lines: 1 };
});
console.log("end", said);
`;

/** What was printed, without the times in it. */
const textOf = ({ stdout }: Result): string => stdout.replace(/ - \d+s - \d+(ms|us|s)\/step/g, "");

interface Ran extends Result {
  readonly report: Report;
  readonly files: readonly string[];
  readonly csv: string;
}

async function ran(name: string, args: readonly string[], ...rest: string[]): Promise<Ran> {
  const folder = join(workspace.folder, name);
  const result = await workspace.run(
    `import { mkdirSync as make } from "node:fs";\nmake(${JSON.stringify(folder)}, { recursive: true });\n${script}`,
    "--shards",
    "4",
    "--seed",
    "1",
    ...args,
    "--",
    folder,
    ...rest,
  );
  expect(result.exitCode, result.stderr).toBe(0);
  const files = readdirSync(folder)
    .filter((file) => !file.startsWith("at-"))
    .sort();
  expect(readFileSync(join(folder, "notes"), "utf8")).toBe("one\n");
  return { ...result, files, csv: readFileSync(join(folder, "log.csv"), "utf8") };
}

const counted = (expected: number): object => ({ expected, seen: expected, missing: 0, duplicate: 0 });

describe("fit, fit, evaluate, predict and save", () => {
  let quiet: Ran;
  beforeAll(async () => {
    quiet = await ran("quiet", ["--workers", "1"]);
  });

  test("in a worker alone writes and prints all", () => {
    expect(quiet.files).toContain("model.keras");
    expect(quiet.files.filter((file) => file.endsWith(".weights.h5"))).toHaveLength(3);
    expect(quiet.csv.trim().split("\n")).toHaveLength(4);
    expect(textOf(quiet)).toContain("Epoch 3/3\n21/21 - accuracy");
    expect(quiet.report).toMatchObject({ samples: counted(6 * 203) });
  });

  // Steps: a trains and validates in 0-125, b trains in 126-188, a is evaluated in 189-209, b predicts in 210-230.
  test.each([
    ["quietly", 2, []],
    ["quietly, three of them", 3, []],
    ["while one dies in the first fit", 2, ["kill:1@50"]],
    ["while one dies in a validation", 2, ["kill:0@30"]],
    ["while one dies in the second fit", 2, ["kill:0@150"]],
    ["while one dies in evaluate", 2, ["kill:1@200"]],
    ["while one dies in predict", 2, ["kill:0@220"]],
    ["while one dies in each", 4, ["kill:0@60", "kill:1@180", "kill:2@215"]],
  ])("in workers print and write the same: %s", async (name, workers, faults) => {
    const got = await ran(name, ["--workers", String(workers), ...faults.flatMap((fault) => ["--fault", fault])]);
    expect(textOf(got)).toBe(textOf(quiet));
    expect([got.files, got.csv]).toEqual([quiet.files, quiet.csv]);
    expect(got.report).toMatchObject({ state: quiet.report.state!, samples: counted(6 * 203) });
    expect(got.report.failures.map(({ stepsLost }) => stepsLost)).toEqual(faults.map(() => 0));
  });

  test("that a worker joins in the first fit", async () => {
    const got = await ran("join in a", ["--workers", "2", "--fault", "kill:1@10"], "a:3");
    expect(textOf(got)).toBe(textOf(quiet));
    expect([got.files, got.csv]).toEqual([quiet.files, quiet.csv]);
  });

  test("whose results, and whose states between them, a worker is given that comes when all is over", async () => {
    const got = await ran("come at the end", ["--workers", "2", "--fault", "kill:1@215"], "end:2");
    expect(textOf(got)).toBe(textOf(quiet));
    expect([got.files, got.csv]).toEqual([quiet.files, quiet.csv]);
  });
});

test("a worker joins the second fit with the best weights of all epochs", async () => {
  const epochs = "60";
  const quiet = await ran("long quiet", ["--workers", "2"], "none", epochs);
  const got = await ran("join in b", ["--workers", "2", "--fault", "kill:1@140"], "b:3", epochs);
  expect(got.report.generations.at(-1)!.workers).toContain(2);
  expect(textOf(got)).toBe(textOf(quiet));
});

describe("workers that differ are told how", () => {
  const differing = async (body: string): Promise<Result> => {
    const marker = JSON.stringify(join(workspace.folder, `first-${Math.random()}`));
    return workspace.run(
      `${common}\nimport { mkdirSync as take } from "node:fs";\nlet isFirst = true;\ntry { take(${marker}); } catch { isFirst = false; }\nconst a = build(4);\n${body}`,
      ...["--workers", "2", "--", workspace.folder],
    );
  };

  test("in the length of their data", async () => {
    const { exitCode, stderr } = await differing(
      "const count = isFirst ? 100 : 90;\nawait a.fit(x.slice(0, count), y.slice(0, count), { batchSize: 10, verbose: 0 });",
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /collective call 0 \(fit\): expected data (10|9) batches like .* as in worker \d, got (9|10) batches/,
    );
  });

  test("in their epochs", async () => {
    const { exitCode, stderr } = await differing("await a.fit(x, y, { epochs: isFirst ? 2 : 3, verbose: 0 });");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/expected epochs \d as in worker \d, got \d/);
  });

  test("in their path through the script", async () => {
    const { exitCode, stderr } = await differing(
      "if (isFirst) await a.fit(x, y, { verbose: 0 });\nelse await a.evaluate(x, y, { verbose: 0 });",
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /expected (fit|evaluate) as in worker \d, got (fit|evaluate); all workers must take the same path/,
    );
  });

  test("when a fit begins within another", async () => {
    const { exitCode, stderr } = await differing(
      "const nested = new callbacks.LambdaCallback({ onEpochEnd: async () => void (await a.fit(x, y, { verbose: 0 })) });\nawait a.fit(x, y, { verbose: 0, callbacks: [nested] });",
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "model.fit: expected one call at a time under MultiWorkerMirroredStrategy, got it within another",
    );
  });
});

test("an error of a side effect reaches all workers as it is", async () => {
  const { stdout, exitCode } = await workspace.run(
    `${common}\nconst a = build(4);\nawait a.save("gone/model.keras").catch((error) => console.log(String(error)));`,
    ...["--workers", "2", "--", workspace.folder],
  );
  expect(exitCode).toBe(0);
  expect(stdout).toBe("TensorfleetError: model.save: expected a folder that exists, got gone; make it first\n");
  expect(existsSync(join(workspace.folder, "gone"))).toBe(false);
});
