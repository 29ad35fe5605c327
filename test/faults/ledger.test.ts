// Whatever happens to the workers, every sample is read exactly once in every epoch: proven by the ledgers that they leave.
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { checkLedger, type LedgerReport } from "../../src/cluster/index.ts";
import { root, start } from "../process/command.ts";
import { type Report, Workspace } from "../process/workers/workspace.ts";

const workspace = new Workspace();
beforeAll(async () => {
  mkdirSync(join(workspace.folder, "node_modules"));
  symlinkSync(root, join(workspace.folder, "node_modules", "tensorfleet"));
  await writeRecords();
});
afterEach(async () => {
  const isHanging = workspace.isBusy;
  await workspace.endJobs();
  if (!isHanging) expect(workspace.leftovers()).toEqual([]);
});
afterAll(() => workspace[Symbol.dispose]());

const records = 53; // in batches of 10; the last one has fewer rows than there are shards
const epochs = 3;

interface LedgerRun {
  readonly data: "records" | "values" | "train";
  readonly workers: string;
  readonly faults?: readonly string[];
  /** Steps that do not begin before a generation, by their numbers: a newcomer is waited for. */
  readonly holds?: Readonly<Record<number, number>>;
  /** Rows that are read again by one who takes over: those of the worker that died. */
  readonly isRepeated?: boolean;
  /** Runs in the long version alone. */
  readonly long?: boolean;
}

/** 53 records and one that is damaged. */
async function writeRecords(): Promise<void> {
  const path = join(workspace.folder, "write.ts");
  writeFileSync(
    path,
    `import * as tf from "tensorfleet";
using writer = new tf.io.TFRecordWriter("some.tfrecord");
for (let i = 0; i < ${records}; i++) writer.write(String(i / 100));
writer.close();`,
  );
  const { exitCode, stderr } = await start(process.execPath, [`${root}bin/tensorfleet.js`, "run", path], {
    cwd: workspace.folder,
    env: workspace.env,
  }).ended;
  expect(exitCode, stderr).toBe(0);
  const file = join(workspace.folder, "some.tfrecord");
  const [first] = [readFileSync(file)];
  const length = 16 + Number(first.readBigUInt64LE(0));
  const damaged = Buffer.from(first.subarray(0, length));
  damaged[length - 5] = (damaged[length - 5] as number) ^ 1;
  appendFileSync(file, damaged);
}

const dataOf: Readonly<Record<LedgerRun["data"], string>> = {
  records: `const data = new tf.data.TFRecordDataset("some.tfrecord", { onBadRecord: "skip" }).shuffle().batch(10)
  .map((text) => { const x = tf.strings.toNumber(text); return [tf.reshape(x, [-1, 1]), x] as const; });
await model.fit(data, { epochs: ${epochs}, verbose: 0, callbacks: [waiting] });`,
  values: `const x = tf.random.normal([${records}, 1]);
await model.fit(x, x, { epochs: ${epochs}, batchSize: 10, verbose: 0, callbacks: [waiting] });`,
  train: `const data = tf.data.Dataset.range(${records}).shuffle().batch(10);
const sum = new tf.Variable(0);
const step = (x: tf.Tensor) => {
  const total = tf.distribute.getReplicaContext()!.allReduce("sum", tf.reduceSum(x.cast("float32")));
  sum.assignAdd(total as tf.Tensor);
  return { total: total as tf.Tensor };
};
let steps = 0;
await strategy.train({ data, epochs: ${epochs}, step, onStepEnd: async () => { steps++; await wait(steps); } });`,
};

function scriptOf({ data, holds = {} }: LedgerRun): string {
  return `import * as tf from "tensorfleet";
import { setTimeout as sleep } from "node:timers/promises";
const { workerLink } = await import(${JSON.stringify(`file://${root}.build/cluster/index.js`)});
const { layers } = tf.keras;
const holds: Record<number, number> = ${JSON.stringify(holds)};
const wait = async (step: number) => { while (workerLink().currentGeneration() < (holds[step] ?? 0)) await sleep(2); };
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const model = strategy.scope(() => new tf.keras.Sequential([layers.Input({ shape: [1] }), new layers.Dense(4), new layers.Dense(1)]));
model.compile({ optimizer: "sgd", loss: "mse" });
const waiting = new tf.keras.callbacks.LambdaCallback({ onTrainBatchBegin: () => wait(Number(model.optimizer.iterations.item())) });
${dataOf[data]}
`;
}

interface Proven {
  readonly report: Report & {
    readonly samples?: { readonly proven: boolean; readonly ledger: { readonly steps: number } };
  };
  readonly ledger: LedgerReport;
  readonly folder: string;
  readonly stderr: string;
}

let runs = 0;

async function proven(run: LedgerRun): Promise<Proven> {
  const folder = join(workspace.folder, `ledger-${runs++}`);
  const faults = (run.faults ?? []).flatMap((fault) => ["--fault", fault]);
  const shape = ["--seed", "1", "--threads", "1", "--shards", "4", "--workers", run.workers];
  const { exitCode, stderr, report } = await workspace.run(scriptOf(run), "--ledger", folder, ...shape, ...faults);
  expect(exitCode, stderr).toBe(0);
  return { report, ledger: checkLedger(folder), folder, stderr };
}

// biome-ignore format: a table, one row a line
const cases: readonly LedgerRun[] = [
  { data: "records", workers: "1" },
  { data: "records", workers: "3" },
  { data: "records", workers: "2", faults: ["kill:1@5"], long: true },
  { data: "records", workers: "2", faults: ["kill:1@5:publish"], isRepeated: true },
  { data: "records", workers: "3", faults: ["kill:1@5:reduce"], holds: { 9: 3 }, isRepeated: true },
  { data: "records", workers: "2", faults: ["kill:0@5:gather"], isRepeated: true, long: true },
  { data: "records", workers: "2", faults: ["kill:0@11:apply"] },
  { data: "records", workers: "2", faults: ["kill:1@5:commit"], holds: { 8: 3 } },
  { data: "records", workers: "2", faults: ["kill:1@3", "kill:2@0:join"], holds: { 5: 3, 9: 5 }, long: true },
  { data: "values", workers: "1", long: true },
  { data: "values", workers: "2", faults: ["kill:1@17:publish"], isRepeated: true, long: true },
  { data: "values", workers: "3", faults: ["kill:0@4", "kill:2@4:reduce"] },
  { data: "values", workers: "1:3", faults: ["add:1@3", "remove:0@11"], holds: { 8: 2, 14: 3 } },
  { data: "values", workers: "2", faults: ["stop:1@6:publish"], isRepeated: true },
  { data: "train", workers: "2", long: true },
  { data: "train", workers: "3", faults: ["kill:1@5:publish"], holds: { 9: 3 } },
];

const shown = cases.filter(({ long }) => process.env.TENSORFLEET_FAULTS === "all" || !long);

describe("every sample of every epoch exactly once", () => {
  test.each(
    shown.map((row) => [`${row.data}, ${row.workers} workers, ${row.faults?.join(" ") ?? "quiet"}`, row] as const),
  )("%s", { timeout: 120_000 }, async (_, row) => {
    const { ledger, report, stderr } = await proven(row);
    expect(ledger.findings, stderr).toEqual([]);
    const numRows = epochs * records;
    expect(ledger).toMatchObject({ proven: true, steps: 18, rows: numRows, openSteps: 0, damages: [] });
    expect(ledger.streams).toHaveLength(1);
    const [stream] = ledger.streams;
    expect(stream).toMatchObject({ purpose: "train", passes: epochs, rowsOfPass: records, partial: [] });
    expect(stream?.sources).toMatchObject([
      {
        end: records,
        skipped: row.data === "records" ? 1 : 0,
        multiplicity: { least: 1, most: 1, unread: [0, 0] },
      },
    ]);
    if (row.isRepeated) expect(ledger.repeatedRows).toBeGreaterThan(0);
    expect(report.samples).toMatchObject({ proven: true, ledger: { steps: 18, rows: numRows, missing: 0 } });
    expect(stderr).toContain(`tensorfleet run: samples proven: ${numRows} rows in 18 steps, each added exactly once\n`);
  });
});

test("what is repeated, left out, mixed or without numbers is read as the plan says", {
  timeout: 120_000,
}, async () => {
  const script = `import * as tf from "tensorfleet";
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const seen = new tf.Variable(0);
const step = (x: tf.Tensor) => {
  const rows = tf.distribute.getReplicaContext()!.allReduce("sum", tf.reduceSum(tf.onesLike(x).cast("float32"))) as tf.Tensor;
  seen.assignAdd(rows);
  return { rows };
};
const range = (n: number) => tf.data.Dataset.range(n);
const train = async (data: tf.data.Dataset<tf.Tensor>) => void (await strategy.train({ data, epochs: 2, step }));
await train(range(20).shuffle().batch(6, { dropRemainder: true }));
await train(range(5).shuffle().repeat(3).batch(4));
await train(range(9).take(4).repeat(2).batch(3));
await train(range(6).concatenate(range(4)).shuffle().batch(4));
await train(tf.data.Dataset.sampleFromDatasets([range(8), range(4)], { seed: 1 }).batch(5));
await train(range(10).filter((x) => tf.less(x, 7)).batch(3));
const options = new tf.data.Options();
options.experimentalDistribute.autoShardPolicy = tf.data.experimental.AutoShardPolicy.DATA;
await train(range(10).filter((x) => tf.less(x, 7)).batch(3).withOptions(options));
for (let i = 0; i < 3; i++) await strategy.run((x: tf.Tensor) => tf.reduceSum(x), [tf.range(5)]);
`;
  const folder = join(workspace.folder, "ledger-plans");
  const shape = ["--seed", "1", "--shards", "4", "--workers", "2", "--fault", "kill:1@4:publish"];
  const { exitCode, stderr } = await workspace.run(script, "--ledger", folder, ...shape);
  expect(exitCode, stderr).toBe(0);
  const { streams, proven: isProven } = checkLedger(folder);
  expect(isProven).toBe(true);
  const reads = streams.map(({ passes, rowsOfPass, rows, sources }) => [
    ...[passes, rowsOfPass, rows],
    ...sources.map(
      ({ multiplicity }) => multiplicity && [multiplicity.least, multiplicity.most, ...multiplicity.unread],
    ),
  ]);
  expect(reads).toEqual([
    [2, 18, 36, [0, 1, 2, 2]],
    [2, 15, 30, [3, 3, 0, 0]],
    [2, 8, 16, [0, 2, 5, 5]],
    [2, 10, 20, [1, 1, 0, 0], [1, 1, 0, 0]],
    [2, 12, 24, [1, 1, 0, 0], [1, 1, 0, 0]],
    [2, null, 14],
    [2, 7, 14, [1, 1, 0, 0]],
    [0, null, 15],
  ]);
});

test("a training that its script leaves is proven as far as it went", { timeout: 120_000 }, async () => {
  const script = `import * as tf from "tensorfleet";
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
const step = () => ({});
const data = tf.data.Dataset.range(40).batch(4);
const leaving = (number: number) => { if (number === 6) throw new Error("enough"); };
await strategy.train({ data, step, onStepEnd: leaving }).catch(({ message }) => console.log(message));
await strategy.train({ data, step });
`;
  const folder = join(workspace.folder, "ledger-left");
  const { exitCode, stdout, stderr } = await workspace.run(script, "--ledger", folder, "--workers", "2");
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toBe("enough\n");
  const { streams, proven: isProven } = checkLedger(folder);
  expect(isProven).toBe(true);
  expect(streams).toMatchObject([
    { name: "train, left early", steps: 7, passes: 0, partial: [{ epoch: 0, batches: 7 }] },
    { name: "train", steps: 10, passes: 1, partial: [] },
  ]);
});

/** Runs the command in the workspace. */
const command = (...args: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> =>
  start(process.execPath, [`${root}bin/tensorfleet.js`, ...args], { cwd: workspace.folder, env: workspace.env }).ended;

test("the command tells a ledger that proves from one that does not", { timeout: 120_000 }, async () => {
  const { folder } = await proven({ data: "records", workers: "2", faults: ["kill:1@5:publish"] });
  const good = await command("records", "check", "--ledger", folder);
  expect(good.exitCode).toBe(0);
  expect(good.stdout).toMatch(
    /^call 0 \(fit\), training: 18 steps, 159 rows, 3 whole passes of 53 rows\n {2}some\.tfrecord: each of 53 records exactly once in each pass; 1 damaged record skipped\n\d+ rows read again by workers that took over from others: counted once\nproven: 159 rows in 18 steps, each added exactly once\n$/,
  );
  const doctored = `${folder}-doctored`;
  cpSync(folder, doctored, { recursive: true });
  rmSync(join(doctored, "worker-1.ledger")); // the worker that died: it had read rows of the first five steps
  const bad = await command("records", "check", "--ledger", doctored, "--json");
  expect(bad.exitCode).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject({ proven: false, counts: { missing: expect.any(Number) } });
  expect(bad.stdout).toContain("step 0, generation 1: no worker has added rows 5 to 9 of 10");
  const again = await command("run", "job-0.ts", "--ledger", folder);
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain("it holds the ledgers of another run");
});

test("a run that reads a sample twice and another not at all is found out", { timeout: 120_000 }, async () => {
  // The shuffle's order is changed in the worker's own process: what it trains on is wrong, and nothing else would tell.
  const folder = join(workspace.folder, "ledger-wrong");
  const script = scriptOf({ data: "values", workers: "1", long: true });
  const wrong = `const data = BigInt64Array.prototype.slice;
BigInt64Array.prototype.slice = function (begin, end) {
  const rows = data.call(this, begin, end);
  if (rows.length === 10) rows[0] = rows[1];
  return rows;
};
`;
  const { exitCode, report, stderr } = await workspace.run(`${wrong}${script}`, "--ledger", folder, "--workers", "1");
  expect(exitCode, stderr).toBe(1);
  expect((report as Proven["report"]).samples).toMatchObject({ proven: false, ledger: { missing: 15, duplicate: 15 } });
  expect(stderr).toContain("tensorfleet run: samples not proven: 15 missing, 15 twice, 0 inconsistent; ");
});
