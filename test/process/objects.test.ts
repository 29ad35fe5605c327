// Data in an object store: read by blocks, in any order, by any number of workers, from a real store on this machine.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AwsClient } from "aws4fetch";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { TFRecordWriter } from "../../src/data/records/writer.ts";
import { type Running, start } from "./command.ts";
import { Workspace } from "./workers/workspace.ts";

const NUM_RECORDS = 3000;
const keys = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
const workspace = new Workspace();
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-objects-"));
const client = new AwsClient({ ...keys, region: "us-east-1", service: "s3" });
let store: Running;
let endpoint: string;
let printed = "";

beforeAll(async () => {
  const script = fileURLToPath(new URL("./object-store.ts", import.meta.url));
  store = start(process.execPath, ["--import", "tsx", script, folder]);
  printed = await store.printed("listening on");
  endpoint = `http://127.0.0.1:${/listening on (\d+)/.exec(printed)?.[1]}`;
  const path = join(folder, "numbers.tfrecord");
  const writer = new TFRecordWriter(path);
  for (let i = 0; i < NUM_RECORDS; i++) writer.write(String(i).padStart(5, "0").padEnd(3000, "x"));
  writer.close();
  for (const key of ["with/numbers.tfrecord", "with/numbers.tfrecord.index", "without/numbers.tfrecord"])
    await put(key, readFileSync(join(folder, key.split("/")[1] as string)));
});
afterEach(() => expect(workspace.leftovers()).toEqual([]));
afterAll(async () => {
  store.kill("SIGTERM");
  await store.ended;
  rmSync(folder, { recursive: true, force: true });
  workspace[Symbol.dispose]();
});

async function put(key: string, body: Uint8Array): Promise<void> {
  const response = await client.fetch(`${endpoint}/training/${key}`, { method: "PUT", body: Buffer.from(body) });
  expect(response.status, await response.text()).toBe(200);
}

/** The head of a script that reads from the store; `cache` is a folder of its own unless a name is given. */
const reading = (cache: string, more: object = {}): string => `
import * as tf from "tensorfleet";
tf.io.setObjectStore(${JSON.stringify({ ...keys, endpoint, cacheFolder: join(folder, cache), ...more })});
const numberOf = (record: tf.Tensor) => tf.strings.toNumber(tf.strings.substr(record, 0, 5), { outType: "int32" });
const numbers = (name: string) => new tf.data.TFRecordDataset(name);
`;

/** How many requests of a kind the store has had while `act` ran. */
async function requests(pattern: RegExp, act: () => Promise<unknown>): Promise<number> {
  const count = async (): Promise<number> => [...(await store.printed("listening on")).matchAll(pattern)].length;
  const before = await count();
  await act();
  return (await count()) - before;
}

const runs = async (script: string, ...flags: string[]): Promise<string> => {
  const { stdout, stderr, exitCode } = await workspace.run(script, "--seed", "1", ...flags);
  expect(exitCode, stderr).toBe(0);
  return stdout;
};

const readAll = `
const order = [...numbers(name).shuffle({ seed: 1 }).batch(100).map(numberOf).asArrayIterator()].flat() as number[];
console.log(order.length, new Set(order).size, order[0] !== 0);
const late: number[] = [];
using iterator = numbers(name).shuffle({ seed: 1 }).batch(100).map(numberOf).iterator({ startStep: 20 });
for (let x = await iterator.nextAsync(); x !== undefined; x = await iterator.nextAsync()) late.push(...(x.array() as number[]));
console.log(JSON.stringify(late) === JSON.stringify(order.slice(2000)));
`;

test.each(["with", "without"])(
  "every record is read once, in any order, %s an index beside the object",
  async (kind) => {
    const script = `${reading(kind)} const name = "s3://training/${kind}/numbers.tfrecord"; ${readAll}`;
    const blocks = /GET \/training\/w.*?numbers\.tfrecord.*?206/g;
    let output = "";
    const fetched = await requests(blocks, async () => {
      output = await runs(script);
    });
    expect(output).toContain("3000 3000 true\ntrue");
    expect(fetched).toBe(Math.ceil(readFileSync(join(folder, "numbers.tfrecord")).length / 2 ** 20));
    expect(await requests(blocks, () => runs(script))).toBe(0); // they are kept
  },
);

test("only the blocks that are wanted are fetched, and names may stand for several objects", async () => {
  const script = `${reading("part")}
  const some = numbers("s3://training/with*/num*.tfrecord").skip(2500).take(3).map(numberOf);
  console.log(JSON.stringify([...some.asArrayIterator()]));
  const lines = new tf.data.FixedLengthRecordDataset("s3://training/with/numbers.tfrecord", 3016);
  console.log(lines.cardinality(), [...lines.skip(7).take(1).map((x) => tf.strings.substr(x, 12, 5)).asArrayIterator()]);`;
  let output = "";
  const fetched = await requests(/GET \/training\/with\/numbers\.tfrecord.*?206/g, async () => {
    output = await runs(script);
  });
  expect(output).toContain("[2500,2501,2502]\n3000 [ '00007' ]");
  expect(fetched).toBe(2);
});

test("CSV files are read from the store as from the disk, and bad records told by their lines", async () => {
  const lines = Array.from({ length: 500 }, (_, i) => `${i},"word\n${i}"`);
  await put("csv/a.csv", Buffer.from(`n,word\n${lines.slice(0, 300).join("\n")}\n`));
  await put("csv/b.csv", Buffer.from(`n,word\n${lines.slice(300).join("\n")}\n`));
  await put("csv/bad.txt", Buffer.from(`1\n2\nx\n`));
  const script = `${reading("csv")}
  const rows = tf.data.experimental.makeCsvDataset("s3://training/csv/*.csv", 50, { numEpochs: 1, shuffleSeed: 1 });
  const all = [...rows.asArrayIterator()].flatMap(({ n }) => n as number[]);
  console.log(all.length, new Set(all).size, all[0] !== 0);
  try {
    console.log([...new tf.data.experimental.CsvDataset("s3://training/csv/bad.txt", ["int32"]).batch(3)].length);
  } catch (error) {
    console.log((error as Error).message);
  }`;
  const output = await runs(script);
  expect(output).toContain("500 500 true\n");
  expect(output).toMatch(/expected an int32 in column "0", got "x" at s3:\/\/training\/csv\/bad\.txt, line 3/);
});

test("workers fetch what their shards need, and train to the bits of files on the disk", async () => {
  const train = (name: string): string => `${reading("workers")}
  const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
  const samples = numbers(${JSON.stringify(name)}).take(600).shuffle({ seed: 1 }).map((record) => {
    const x = tf.divide(tf.cast(numberOf(record), "float32"), 3000);
    return [tf.reshape(x, [1]), x] as const;
  });
  const model = strategy.scope(() => {
    const made = new tf.keras.Sequential([new tf.keras.layers.Dense(4), new tf.keras.layers.Dense(1)]);
    made.compile({ optimizer: "sgd", loss: "mse" });
    return made;
  });
  await model.fit(samples.batch(50), { epochs: 2, verbose: 0 });`;
  const hashes: (string | undefined)[] = [];
  for (const [name, workers] of [
    [join(folder, "numbers.tfrecord"), 1],
    ["s3://training/with/numbers.tfrecord", 1],
    ["s3://training/with/numbers.tfrecord", 2],
  ] as const) {
    const flags = ["--workers", `${workers}`, "--shards", "2", "--threads", "1", "--seed", "3"];
    const { report, stderr, exitCode } = await workspace.run(train(name), ...flags);
    expect(exitCode, stderr).toBe(0);
    hashes.push(report.state?.weightsSha256);
  }
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(hashes).toEqual([hashes[0], hashes[0], hashes[0]]);
}, 300_000);

const failures: readonly (readonly [what: string, script: () => string, expected: RegExp])[] = [
  [
    "a missing object",
    () => `${reading("none")} numbers("s3://training/none");`,
    /expected an object, got nothing at s3:\/\/training\/none/,
  ],
  [
    "no matching object",
    () => `${reading("none")} numbers("s3://training/none-*");`,
    /expected objects, got none at s3:\/\/training\/none-\*/,
  ],
  [
    "a name without key",
    () => `${reading("none")} numbers("s3://training");`,
    /expected a name like s3:\/\/bucket\/key/,
  ],
  [
    "wrong keys",
    () => `${reading("none", { accessKeyId: "wrong" })} numbers("s3://training/with/numbers.tfrecord");`,
    /expected to read s3:\/\/training\/with\/numbers\.tfrecord, got: 127\.0\.0\.1:\d+ answered 403/,
  ],
  [
    "packed objects",
    () =>
      `${reading("none")} new tf.data.TFRecordDataset("s3://training/with/numbers.tfrecord", { compressionType: "GZIP" });`,
    /expected objects that are not packed/,
  ],
  [
    "plain http to other machines",
    () => `${reading("none", { endpoint: "http://objects.example.org" })}`,
    /expected an endpoint with https, got "http:\/\/objects\.example\.org"/,
  ],
  [
    "a store that is not there",
    () => `${reading("none", { endpoint: "http://127.0.0.1:1" })} numbers("s3://training/with/numbers.tfrecord");`,
    /no answer from 127\.0\.0\.1:1: fetch failed/,
  ],
];

test.each(failures)("tells of %s", async (_what, script, expected) => {
  const { stderr, exitCode } = await workspace.run(script());
  expect(exitCode).toBe(1);
  expect(stderr.replace(/\s+/g, " ")).toMatch(expected);
});

test("tells of an object that changes while it is read", async () => {
  await put("changing", readFileSync(join(folder, "numbers.tfrecord")));
  const script = `${reading("changing")}
  import { AwsClient } from ${JSON.stringify(import.meta.resolve("aws4fetch"))};
  const iterator = new tf.data.FixedLengthRecordDataset("s3://training/changing", 3016).batch(100).iterator();
  iterator.next();
  const client = new AwsClient({ ...${JSON.stringify(keys)}, region: "us-east-1", service: "s3" });
  await client.fetch("${endpoint}/training/changing", { method: "PUT", body: new Uint8Array(${3016 * NUM_RECORDS}) });
  for (let x = iterator.next(); x !== undefined; x = iterator.next());`;
  const { stderr, exitCode } = await workspace.run(script);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /expected to read s3:\/\/training\/changing, got: (127.0.0.1:\d+ answered 412|it was written to meanwhile)/,
  );
});
