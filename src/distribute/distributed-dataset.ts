/** Datasets whose batches shards share: what `strategy.experimentalDistributeDataset` gives. */
import { checkFunction, describe, invalidArgument } from "../base/errors.ts";
import { flatten, type Nest, packLike } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import type { DataIterator } from "../data/iterator.ts";
import { planOf, ReadableDataset } from "../data/reading.ts";
import { concat } from "../ops/array/joining.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { PerReplica, type PerReplicaOf } from "./per-replica.ts";
import type { ShardGroup } from "./shard-group.ts";
import { rowsOfShards } from "./shard-rows.ts";
import { type BatchDataset, type DatasetRows, type RowsIterator, readRows, WholeBatch } from "./shared-rows.ts";

/**
 * Batches that `strategy.run` hands to the shards, each its rows.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/DistributedDataset
 */
export class DistributedDataset<T> {
  readonly #batches: () => AsyncGenerator<DatasetRows, void, undefined>;
  readonly #numReplicas: number;

  /** @internal Use `strategy.experimentalDistributeDataset`. */
  constructor(numReplicas: number, batches: () => AsyncGenerator<DatasetRows, void, undefined>) {
    this.#numReplicas = numReplicas;
    this.#batches = batches;
  }

  /** The batches of the next epoch, with a {@link PerReplica} in the place of each tensor, which is freed when the loop moves on. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PerReplicaOf<T>, void, undefined> {
    for await (const batch of this.#batches()) {
      const shared = PerReplica.ofBatch(batch, this.#numReplicas);
      try {
        yield shared as PerReplicaOf<T>;
      } finally {
        for (const value of flatten(shared)) value.dispose();
        batch.dispose();
      }
    }
  }
}

/** What {@link InputContext} is made of: one pipeline for one replica when not given. */
export interface InputContextOptions {
  numInputPipelines?: number | undefined;
  inputPipelineId?: number | undefined;
  numReplicasInSync?: number | undefined;
}

/** Which part of the data a function of `strategy.distributeDatasetsFromFunction` is asked for. */
export class InputContext {
  /** How many pipelines there are: one for each shard, for the shards are there whatever workers are. */
  readonly numInputPipelines: number;
  /** The shard that the pipeline feeds. */
  readonly inputPipelineId: number;
  readonly numReplicasInSync: number;

  constructor(options: InputContextOptions = {}) {
    checkOptions("new InputContext", options, {
      numInputPipelines: true,
      inputPipelineId: true,
      numReplicasInSync: true,
    });
    this.numInputPipelines = options.numInputPipelines ?? 1;
    this.inputPipelineId = options.inputPipelineId ?? 0;
    this.numReplicasInSync = options.numReplicasInSync ?? 1;
  }

  /** A shard's part of a batch. @throws when the shards do not divide it. */
  getPerReplicaBatchSize(globalBatchSize: number): number {
    const size = globalBatchSize / this.numReplicasInSync;
    if (!Number.isSafeInteger(size) || size < 1)
      throw invalidArgument(
        "inputContext.getPerReplicaBatchSize",
        `a multiple of the ${this.numReplicasInSync} shards`,
        describe(globalBatchSize),
      );
    return size;
  }
}

/** What the reading of shards needs of a strategy. */
export interface Sharing {
  readonly numReplicasInSync: number;
  readonly group: ShardGroup;
}

/** The batches of a dataset, cut over the shards; each worker reads the rows of its own where elements have numbers. */
export function distributed<T>(
  { numReplicasInSync, group }: Sharing,
  dataset: ReadableDataset<T>,
): DistributedDataset<T> {
  const api = "strategy.experimentalDistributeDataset";
  planOf(api, dataset);
  if (
    flatten(dataset.elementSpec as Nest<{ shape: readonly unknown[] | null }>).some(({ shape }) => shape?.length === 0)
  )
    throw invalidArgument(api, "batches `[rows, ...]`", "scalars", "batch the dataset: dataset.batch(n)");
  return new DistributedDataset<T>(numReplicasInSync, () =>
    allOf(readRows(dataset as unknown as BatchDataset, () => group.shards)),
  );
}

async function* allOf(batches: RowsIterator<DatasetRows>): AsyncGenerator<DatasetRows, void, undefined> {
  using iterator = batches;
  for (;;) {
    const batch = await iterator.nextAsync();
    if (batch === undefined) return;
    yield batch;
  }
}

/** Batches of one dataset for each shard, put together. */
export function distributedFromFunction<T>(
  numReplicas: number,
  datasetFn: (context: InputContext) => ReadableDataset<T>,
): DistributedDataset<T> {
  const api = "strategy.distributeDatasetsFromFunction";
  checkFunction(api, "a function that gives a dataset", datasetFn);
  const datasets = Array.from({ length: numReplicas }, (_, shard) => {
    const dataset = datasetFn(
      new InputContext({
        numInputPipelines: numReplicas,
        inputPipelineId: shard,
        numReplicasInSync: numReplicas,
      }),
    );
    if (!(dataset instanceof ReadableDataset))
      throw invalidArgument(api, "a function that gives a dataset", describe(dataset));
    return dataset;
  });
  return new DistributedDataset<T>(numReplicas, () => together(api, datasets));
}

/** Reads all datasets in step; ends with the shortest. */
async function* together<T>(
  api: string,
  datasets: readonly ReadableDataset<T>[],
): AsyncGenerator<DatasetRows, void, undefined> {
  const iterators = datasets.map((dataset) => outsideScopes(() => dataset.iterator()));
  try {
    for (;;) {
      const parts = await partsOf(iterators);
      if (parts === undefined) return;
      try {
        yield new WholeBatch(joined(api, parts));
      } finally {
        for (const tensor of parts.flatMap((part) => flatten(part))) tensor.dispose();
      }
    }
  } finally {
    for (const iterator of iterators) iterator.dispose();
  }
}

async function partsOf<T>(iterators: readonly DataIterator<T>[]): Promise<Nest<Tensor>[] | undefined> {
  const parts: Nest<Tensor>[] = [];
  for (const iterator of iterators) {
    const part = (await iterator.nextAsync()) as Nest<Tensor> | undefined;
    if (part !== undefined) {
      parts.push(part);
      continue;
    }
    for (const tensor of parts.flatMap((read) => flatten(read))) tensor.dispose();
    return undefined;
  }
  return parts;
}

function joined(api: string, parts: readonly Nest<Tensor>[]): Nest<Tensor> {
  const leaves = parts.map((part) => flatten(part));
  const counts = leaves.map(([first]) => first?.shape[0] ?? 0);
  const expected = rowsOfShards(
    counts.reduce((a, b) => a + b, 0),
    parts.length,
  );
  if (String(counts) !== String(expected))
    throw invalidArgument(api, `batches of ${expected.join(", ")} rows for the shards`, counts.join(", "));
  const [first] = parts as [Nest<Tensor>];
  const whole = flatten(first).map((_, i) =>
    outsideScopes(() =>
      tidy(() =>
        concat(
          leaves.map((ofShard) => ofShard[i] as Tensor),
          0,
        ),
      ),
    ),
  );
  return packLike(first as Nest<unknown>, whole);
}
