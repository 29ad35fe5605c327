import { describe, expect, test } from "vitest";
import * as tf from "../index.ts";

const { CommunicationOptions, MultiWorkerMirroredStrategy } = tf.distribute;
const { Dataset } = tf.data;

async function read<T>(data: tf.distribute.DistributedDataset<T>): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of data)
    batches.push(
      Object.values(batch as object).flatMap((value) =>
        value instanceof tf.distribute.PerReplica ? [value.values.map((part) => part.array())] : [],
      ),
    );
  return batches;
}

describe("a distributed dataset", () => {
  test("cuts batches over the shards, the last one too", async () => {
    const strategy = new MultiWorkerMirroredStrategy({ shards: 2 });
    const data = Dataset.range(5)
      .map((n) => [n, n.multiply(2n)])
      .batch(3);
    expect(await read(strategy.experimentalDistributeDataset(data))).toEqual([
      [[[0], [1, 2]], [[0], [2, 4]]],
      [[[3], [4]], [[6], [8]]],
    ]); // biome-ignore format: batches
  });

  test("is read once more in another order, where it is shuffled", async () => {
    const strategy = new MultiWorkerMirroredStrategy({ shards: 2 });
    const data = strategy.experimentalDistributeDataset(
      Dataset.range(32)
        .map((n) => [n])
        .shuffle()
        .batch(32),
    );
    expect(await read(data)).not.toEqual(await read(data));
  });

  test("feeds run", async () => {
    const strategy = new MultiWorkerMirroredStrategy({ shards: 3 });
    const total = new tf.Variable(0n, { dtype: "int64" });
    const step = (n: tf.Tensor): void => void total.assignAdd(tf.reduceSum(n));
    for await (const batch of strategy.experimentalDistributeDataset(Dataset.range(10).batch(4)))
      await strategy.run(step, [batch]);
    expect(total.item()).toBe(45);
  });

  test("is made of one dataset for each shard", async () => {
    const strategy = new MultiWorkerMirroredStrategy({ shards: 2 });
    const asked: number[][] = [];
    const data = strategy.distributeDatasetsFromFunction((context) => {
      asked.push([context.numInputPipelines, context.inputPipelineId, context.numReplicasInSync]);
      return Dataset.range(100 * context.inputPipelineId, 100 * context.inputPipelineId + 5)
        .map((n) => [n])
        .batch(context.getPerReplicaBatchSize(4), { dropRemainder: true });
    });
    expect(await read(data)).toEqual([[[[0, 1], [100, 101]]], [[[2, 3], [102, 103]]]]); // biome-ignore format: batches
    expect(asked).toEqual([
      [2, 0, 2],
      [2, 1, 2],
    ]);
  });

  test("refuses what cannot be cut", async () => {
    const strategy = new MultiWorkerMirroredStrategy({ shards: 2 });
    expect(() => strategy.experimentalDistributeDataset(Dataset.range(3))).toThrow(
      "expected batches `[rows, ...]`, got scalars",
    );
    expect(() => strategy.experimentalDistributeDataset([1] as never)).toThrow(
      "strategy.experimentalDistributeDataset: expected a dataset",
    );
    expect(() => strategy.distributeDatasetsFromFunction(() => 1 as never)).toThrow(
      "expected a function that gives a dataset, got 1",
    );
    expect(() =>
      strategy.distributeDatasetsFromFunction(({ getPerReplicaBatchSize: _, ...context }) =>
        Dataset.range(context.numInputPipelines),
      ),
    ).not.toThrow();
    const uneven = strategy.distributeDatasetsFromFunction((context) =>
      Dataset.range(9).batch(4 - context.inputPipelineId),
    );
    const said = await read(uneven).then(() => "nothing", String);
    expect(said).toContain("expected batches of 3, 4 rows for the shards, got 4, 3");
  });
});

describe("communication options", () => {
  test("are checked", () => {
    expect(() => new CommunicationOptions({ implementation: "tree" as never })).toThrow(
      "expected implementation as one of auto, ring, nccl",
    );
    expect(() => new CommunicationOptions({ bytesPerPack: -1 })).toThrow("expected bytesPerPack as a whole number");
    expect(() => new CommunicationOptions({ timeoutSeconds: 0 })).toThrow(
      "expected timeoutSeconds as a number above 0, got 0",
    );
    expect(() => new MultiWorkerMirroredStrategy({ communicationOptions: { timeoutSeconds: 1 } as never })).toThrow(
      "expected communicationOptions of class CommunicationOptions",
    );
  });
});
