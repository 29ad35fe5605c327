/** The batches of which layers learn: rows of values in memory, or a dataset's elements, shared out to shards. */
import { describe, invalidArgument } from "../../../../base/errors.ts";
import { DataIterator } from "../../../../data/iterator.ts";
import type { Plan } from "../../../../data/plan.ts";
import { ReadableDataset } from "../../../../data/reading.ts";
import type { ShardRange } from "../../../../distribute/shard-group.ts";
import { firstRow } from "../../../../distribute/shard-rows.ts";
import { convert } from "../../../../runtime/convert.ts";
import { Tensor, type TensorLike } from "../../../../runtime/tensor.ts";

/** What layers adapt to: values, or a dataset of batches; of elements `[x, y]` the first counts. */
export type AdaptData = TensorLike | ReadableDataset<unknown>;

/** Options of a layer's `adapt`. */
export interface AdaptOptions {
  /** Values: rows that are looked at at once; all of a shard when not given. A dataset: its elements are single samples, batched by so many. */
  batchSize?: number | undefined;
  /** Batches after which it ends; needed where a dataset has no end. */
  steps?: number | undefined;
}

/** Batches by shards. */
export interface Batches {
  /** What all workers must agree on. */
  readonly identity: string;
  /** The batches of the shards in `range`, each with its shard; those of a shard in order. The caller disposes them. */
  read(range: ShardRange): Generator<readonly [shard: number, batch: Tensor], void, undefined>;
}

/** @throws when there is nothing to read, no end, or an element is no tensor. */
export function batchesOf(
  api: string,
  data: AdaptData,
  { batchSize, steps }: AdaptOptions,
  numShards: number,
): Batches {
  for (const [name, value] of Object.entries({ batchSize, steps }))
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 1))
      throw invalidArgument(api, `${name} to be a whole number of at least 1`, describe(value));
  if (!(data instanceof ReadableDataset)) return rowBatches(api, convert(api, data), { batchSize, steps }, numShards);
  const { plan } = batchSize === undefined ? data : (data as never as Batchable).batch(batchSize);
  return elementBatches(api, plan, steps, numShards);
}

interface Batchable {
  batch(size: number): ReadableDataset<unknown>;
}

function rowBatches(api: string, x: Tensor, { batchSize, steps }: AdaptOptions, numShards: number): Batches {
  if (x.rank === 0) throw invalidArgument(api, "values with an axis of samples", "a scalar");
  if (steps !== undefined && batchSize === undefined)
    throw invalidArgument(api, "a batchSize where steps are given", `steps ${steps} alone`);
  const rows = Math.min(x.shape[0] as number, (steps ?? Number.POSITIVE_INFINITY) * (batchSize ?? 1));
  if (rows === 0) throw invalidArgument(api, "values with at least one sample", "none");
  function* read({ from, to }: ShardRange): Generator<readonly [number, Tensor], void, undefined> {
    for (let shard = from; shard < to; shard++) {
      const end = firstRow(rows, shard + 1, numShards);
      for (let begin = firstRow(rows, shard, numShards); begin < end; ) {
        const next = Math.min(end, begin + (batchSize ?? rows));
        yield [shard, x.at(`${begin}:${next}`)];
        begin = next;
      }
    }
  }
  return { identity: `${rows} rows of ${x.dtype} [${x.shape.slice(1)}] by ${batchSize}`, read };
}

/** Whose elements have a number are read by each shard from its first one on; of others every worker reads all, and keeps its own. */
function elementBatches(api: string, plan: Plan, steps: number | undefined, numShards: number): Batches {
  const total = Math.min(plan.cardinality ?? Number.POSITIVE_INFINITY, steps ?? Number.POSITIVE_INFINITY);
  if (plan.cardinality === Number.POSITIVE_INFINITY && steps === undefined)
    throw invalidArgument(api, "steps, where a dataset has no end", "none", "pass { steps }");
  const isSplit = plan.indexed !== undefined && Number.isFinite(total);
  function* read({ from, to }: ShardRange): Generator<readonly [number, Tensor], void, undefined> {
    const begin = isSplit ? firstRow(total, from, numShards) : 0;
    const end = isSplit ? firstRow(total, to, numShards) : total;
    if (begin === end) return;
    using iterator = new DataIterator<unknown>(plan, { epoch: 0, startStep: begin });
    for (let step = begin, shard = from; step < end; step++) {
      const element = iterator.next();
      if (element === undefined) return;
      if (isSplit) while (step >= firstRow(total, shard + 1, numShards)) shard++;
      else shard = step % numShards;
      const batch = samplesOf(api, element);
      if (shard >= from && shard < to) yield [shard, batch];
      else batch.dispose();
    }
  }
  return { identity: `${total} elements of ${JSON.stringify(plan.spec)}`, read };
}

/** The samples of an element: its first tensor, whose companions are freed. */
function samplesOf(api: string, element: unknown): Tensor {
  if (element instanceof Tensor) return element;
  if (Array.isArray(element) && element[0] instanceof Tensor) {
    for (const other of element.slice(1)) if (other instanceof Tensor) other.dispose();
    return element[0];
  }
  throw invalidArgument(
    api,
    "elements that are tensors, or arrays [x, ...] of them",
    describe(element),
    "pick the feature first: dataset.map((element) => element.feature)",
  );
}
