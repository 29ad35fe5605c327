import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as tf from "../index.ts";
import { tidy } from "../runtime/scopes.ts";
import type { DealtBatch } from "./dealt-batches.ts";
import type { ShardsOf } from "./own-rows.ts";

const { AutoShardPolicy } = tf.data.experimental;
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-dealt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Numbers = tf.data.Dataset<tf.Tensor>;
const withPolicy = (dataset: Numbers, autoShardPolicy: number): Numbers =>
  dataset.withOptions(new tf.data.Options({ experimentalDistribute: { autoShardPolicy } }));
const alone = async (count: () => Promise<number[]>): Promise<number[]> => count();

/** The rows of `shards` of every batch, and of what they are told to be a part. */
async function read(dataset: Numbers, shards: ShardsOf, options = {}): Promise<number[][]> {
  const found: number[][] = [];
  using batches = dataset.dealtBatches(() => shards, alone, { epoch: 0, ...options });
  for (;;) {
    const batch = await batches?.nextAsync();
    if (!batch) return found;
    const border = (shard: number): number => Math.floor((batch.rows * shard) / shards.of);
    found.push(tidy(() => (batch.part(border(shards.from), border(shards.to)) as tf.Tensor).array() as number[]));
    batch.dispose();
  }
}

/** Files with 7, 1, 4, 0 and 3 lines: "file.line" as numbers. */
function filesOfLines(): string[] {
  return [7, 1, 4, 0, 3].map((lines, file) => {
    const path = join(folder, `${file}.txt`);
    writeFileSync(path, Array.from({ length: lines }, (_, line) => `${100 * file + line}\n`).join("") || "\n");
    return path;
  });
}
const lines = (): Numbers =>
  tf.data.Dataset.fromTensorSlices(filesOfLines())
    .interleave((name: tf.Tensor) => tf.data.Dataset.fromTensors(tf.io.readFile(name)), { cycleLength: 2 })
    .flatMap((text: tf.Tensor) => tf.data.Dataset.fromTensorSlices(tf.strings.split(text, { sep: "\n" }).values))
    .filter((line: tf.Tensor) => tf.notEqual(line, ""))
    .map((line: tf.Tensor) => tf.strings.toNumber(line, { outType: "int32" })) as unknown as Numbers;

describe("a stream that is dealt by elements", () => {
  const third = (): Numbers =>
    tf.data.Dataset.range(40)
      .filter((n: tf.Tensor) => tf.equal(tf.math.floormod(n, 3), 0))
      .map((n: tf.Tensor) => n.multiply(10n))
      .batch(4) as unknown as Numbers;

  it("gives each shard the elements of its own part of what the filter reads, and every element once", async () => {
    using dataset = withPolicy(third(), AutoShardPolicy.DATA);
    const whole = await read(dataset, { from: 0, to: 2, of: 2 });
    const [even, odd] = [
      await read(dataset, { from: 0, to: 1, of: 2 }),
      await read(dataset, { from: 1, to: 2, of: 2 }),
    ];
    expect(whole).toEqual(even.map((rows, i) => [...rows, ...(odd[i] as number[])]));
    expect(whole.slice(0, 2)).toEqual([
      [0, 60, 30, 90],
      [120, 180, 150, 210],
    ]);
    expect(whole.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => 30 * i));
  });

  it("is the same whoever reads which shards, from wherever, and after they change", async () => {
    using dataset = withPolicy(third(), AutoShardPolicy.DATA);
    const whole = await read(dataset, { from: 0, to: 4, of: 4 });
    const parts = await Promise.all([0, 1, 2, 3].map((s) => read(dataset, { from: s, to: s + 1, of: 4 })));
    expect(whole).toEqual(whole.map((_, i) => parts.flatMap((part) => part[i] as number[])));
    expect(await read(dataset, { from: 0, to: 4, of: 4 }, { startStep: 2 })).toEqual(whole.slice(2));
    let shards: ShardsOf = { from: 0, to: 1, of: 4 };
    using batches = dataset.dealtBatches(() => shards, alone, { epoch: 0 });
    for (const [i, rows] of whole.entries()) {
      shards = { from: i % 4, to: 4, of: 4 };
      using batch = (await batches?.nextAsync()) as DealtBatch;
      expect(tidy(() => (batch.part(0, rows.length) as tf.Tensor).array())).toEqual(rows);
    }
    expect(await batches?.nextAsync()).toBeUndefined();
  });

  it("leaves out what does not fill a batch, where batch says so", async () => {
    using dataset = withPolicy(
      tf.data.Dataset.range(11)
        .filter(() => tf.constant(true))
        .batch(4, { dropRemainder: true }) as unknown as Numbers,
      AutoShardPolicy.DATA,
    );
    expect((await read(dataset, { from: 0, to: 2, of: 2 })).map((rows) => rows.length)).toEqual([4, 4]);
  });
});

describe("a stream that is dealt by files", () => {
  it("gives each shard the lines of its own files while all last", async () => {
    using dataset = withPolicy(lines().batch(4).prefetch(1), AutoShardPolicy.FILE);
    const whole = await read(dataset, { from: 0, to: 2, of: 2 });
    // Shard 0 has files 0, 2 and 4, shard 1 files 1 and 3, whose only line ends the batches of both.
    expect(whole.flat().sort((a, b) => a - b)).toEqual([
      ...[0, 1, 2, 3, 4, 5, 6],
      100,
      ...[200, 201, 202, 203],
      ...[400, 401, 402],
    ]);
    expect(whole.map((rows) => rows.length)).toEqual([4, 4, 4, 3]);
    const one = await read(dataset, { from: 1, to: 2, of: 2 });
    expect(whole).toEqual(
      (await read(dataset, { from: 0, to: 1, of: 2 })).map((rows, i) => [...rows, ...(one[i] as number[])]),
    );
  });

  it("needs files that are opened, and batches at the end", async () => {
    const all = { from: 0, to: 1, of: 1 };
    using filtered = withPolicy(
      tf.data.Dataset.range(4)
        .filter(() => tf.constant(true))
        .batch(2) as unknown as Numbers,
      AutoShardPolicy.FILE,
    );
    await expect(read(filtered, all)).rejects.toThrow(/expected FILE for a dataset of files' names/);
    using mapped = withPolicy(
      lines()
        .batch(2)
        .map((x: tf.Tensor) => x) as unknown as Numbers,
      AutoShardPolicy.FILE,
    );
    await expect(read(mapped, all)).rejects.toThrow(/batch last, then at most prefetch/);
  });
});

describe("policies", () => {
  it("change nothing where elements have numbers, nor where every worker is to read all", () => {
    const shards = { from: 0, to: 1, of: 2 };
    const numbers = tf.data.Dataset.range(8).batch(2) as unknown as Numbers;
    const filtered = tf.data.Dataset.range(8)
      .filter(() => tf.constant(true))
      .batch(2) as unknown as Numbers;
    for (const dataset of [
      withPolicy(numbers, AutoShardPolicy.FILE),
      withPolicy(filtered, AutoShardPolicy.OFF),
      withPolicy(filtered, AutoShardPolicy.AUTO),
      filtered,
    ])
      expect(dataset.dealtBatches(() => shards, alone)).toBeUndefined();
  });

  it("must be known ones", () => {
    const numbers = tf.data.Dataset.range(8) as unknown as Numbers;
    expect(() => withPolicy(numbers, AutoShardPolicy.HINT)).toThrow(/got HINT; there is no shard\(SHARD_HINT/);
    expect(() => withPolicy(numbers, 7)).toThrow(
      "Dataset.withOptions: expected autoShardPolicy of AutoShardPolicy.OFF, AUTO, FILE or DATA, got 7",
    );
    expect(() => numbers.withOptions({} as never)).toThrow("expected a tf.data.Options");
  });
});
