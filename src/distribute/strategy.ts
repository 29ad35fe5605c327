/** Strategies: how the shards of a step are shared out. A model belongs to the strategy in whose scope it was made. */
import { checkFunction, TensorfleetError } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import { workerLink } from "../cluster/worker-link.ts";
import type { ReadableDataset } from "../data/reading.ts";
import { stack } from "../ops/array/joining.ts";
import { convert } from "../runtime/convert.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import {
  type DistributedDataset,
  distributed,
  distributedFromFunction,
  type InputContext,
} from "./distributed-dataset.ts";
import { type Mirrored, PerReplica, type PerReplicaOf } from "./per-replica.ts";
import { planRequest } from "./plan-request.ts";
import { getReplicaContext, type ReplicaContext } from "./replica-context.ts";
import { ReplicaRuns } from "./replica-run.ts";
import { joinValues, perReplicaOf, type ReduceOp, reduceValues } from "./replica-values.ts";
import type { ShardGroup } from "./shard-group.ts";
import type { TrainOptions, TrainResult } from "./train-options.ts";
import { type PassesRead, TrainingLoop } from "./training-loop.ts";
import type { WorkerGroup } from "./worker-group.ts";

/** Options of {@link Strategy.reduce}. */
export interface ReduceOptions {
  /** An axis of the shards' values that is reduced too; their values are reduced element by element when not given. */
  axis?: number | undefined;
}

/** Where a value of {@link Strategy.experimentalDistributeValuesFromFunction} is for. */
export interface ValueContext {
  readonly replicaIdInSyncGroup: number;
  readonly numReplicasInSync: number;
}

/**
 * How training is distributed.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy
 */
export abstract class Strategy {
  /** In how many shards a batch is cut: `V` of the bits. */
  abstract readonly numReplicasInSync: number;
  /** @internal Whom the shards are shared out to. */
  abstract readonly group: ShardGroup;
  /** @internal The group of workers, when there are others. */
  abstract readonly workers: WorkerGroup | undefined;
  readonly #runs = new ReplicaRuns(this);
  readonly #passesRead: PassesRead = new WeakMap();

  /**
   * Runs `body`: models that are made in it are trained under this strategy.
   * @throws within another strategy's scope.
   */
  scope<T>(body: () => T): T {
    const outer = scoped;
    if (outer && outer !== this)
      throw new TensorfleetError(
        "wrongPlace",
        `strategy.scope: expected no other strategy's scope around it, got that of ${outer.constructor.name}`,
      );
    scoped = this;
    try {
      return body();
    } finally {
      scoped = outer;
    }
  }

  /**
   * One gradient of those of the shards: their sum. `fit` and `optimizer.apply` call it within a step that runs once for each shard; a
   * strategy of one's own overrides it, made of the sums and gathers of `replica`, so that what it gives is the same for all.
   * @param gradients of this shard, in the order of the variables
   */
  reduceGradients(replica: ReplicaContext, gradients: readonly Tensor[]): readonly Tensor[] {
    return replica.allReduce("sum", [...gradients]);
  }

  /**
   * Runs `fn` once for each shard, with its rows of the arguments. A tensor `[rows, ...]` is a batch: shard s of V gets its rows
   * `[floor(rows s / V), floor(rows (s + 1) / V))`, and a shard that gets none does not run. Scalars are the same for all shards, as is
   * a `tf.distribute.Mirrored`; a `PerReplica` gives each shard its own; JavaScript values belong to the trace, as in `tf.function`.
   * `fn` is traced once for a kind of arguments and a number of rows: define it once, outside of loops. Within it
   * `tf.distribute.getReplicaContext()` knows of the other shards, and `optimizer.apply` sums the gradients of all shards first: let the
   * loss be the shard's sum divided by the rows of the whole batch.
   *
   * Among several workers each run is a call of its own, whose outcome is kept for workers that come later; for loops of many steps use
   * `strategy.train`.
   * @returns what `fn` returns, with a `PerReplica` of all shards' values in the place of each tensor.
   * @throws when batches differ in rows, and when the shape of an output depends on the shard otherwise than by a row for each of its rows.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy#run
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const w = new tf.Variable(1);
   * const optimizer = new tf.keras.optimizers.SGD({ learningRate: 0.1 });
   * const step = (x: tf.Tensor, y: tf.Tensor, rows: tf.Tensor) => {
   *   const lossOf = () => tf.reduceSum(tf.square(x.multiply(w).subtract(y))).divide(rows);
   *   const { value: loss, gradients } = tf.valueAndGradient(lossOf, [w]);
   *   optimizer.apply(gradients, [w]);
   *   return loss;
   * };
   * const losses = await strategy.run(step, [tf.constant([1, 2, 3]), tf.constant([2, 4, 6]), tf.constant(3)]);
   * console.log(strategy.reduce("sum", losses).item().toFixed(3), w.item().toFixed(3)); // => 4.667 1.933
   */
  async run<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    args: { readonly [K in keyof A]: A[K] | PerReplica | Mirrored } | readonly [] = [],
  ): Promise<PerReplicaOf<R>> {
    return (await this.#runs.run(fn as (...args: never[]) => unknown, args)) as PerReplicaOf<R>;
  }

  /**
   * Trains by steps of your own, with what `fit` promises: the variables depend on the number of shards and not on how many workers
   * there are or come and go, a worker that dies costs no step, and one that comes later begins where the others are. `step` runs once
   * for each shard, as in {@link run}; what it changes is found in its trace. Hooks run in every worker: they must not make other
   * decisions in one than in the others, and what is to happen once belongs in `tf.distribute.once`.
   * @throws when the data have no batch, a step returns anything but scalars by name, or it is aborted.
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const w = new tf.Variable(0);
   * const optimizer = new tf.keras.optimizers.SGD({ learningRate: 0.05 });
   * const x = tf.constant([1, 2, 3, 4]);
   * const { history, steps } = await strategy.train({
   *   data: tf.data.Dataset.fromTensorSlices([x, x.multiply(2)]).batch(2),
   *   epochs: 30,
   *   step: (x, y) => {
   *     const rows = tf.distribute.getReplicaContext()?.rows.all ?? 1;
   *     const errors = () => tf.square(x.multiply(w).subtract(y));
   *     const loss = tf.reduceMean(errors());
   *     const { gradients } = tf.valueAndGradient(() => tf.reduceSum(errors()).divide(rows), [w]);
   *     optimizer.apply(gradients, [w]);
   *     return { loss };
   *   },
   * });
   * console.log(steps, w.item().toFixed(3), (history.loss?.[29] ?? 1) < 1e-6); // => 60 2.000 true
   */
  async train<T>(options: TrainOptions<T>): Promise<TrainResult> {
    return new TrainingLoop(this, options, this.#passesRead).run();
  }

  /**
   * The sum of the shards' values along the tree over shards, or their mean, with every shard's value counting the same; with an axis,
   * of all elements along it. Nothing is sent: every worker has all values. A tensor counts as one that all shards have.
   * @throws for a mean of whole numbers.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy#reduce
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const squares = await strategy.run((x: tf.Tensor) => tf.square(x), [tf.constant([1, 2, 3])]);
   * console.log(strategy.reduce("sum", squares, { axis: 0 }).item()); // => 14
   */
  reduce(op: ReduceOp, value: PerReplica | TensorLike, options: ReduceOptions = {}): Tensor {
    const api = "strategy.reduce";
    checkOptions(api, options, { axis: true });
    return tidy(() => reduceValues(api, op, perReplicaOf(api, value, this.numReplicasInSync), options.axis));
  }

  /**
   * The values of the shards one behind the other along `axis`.
   * @throws when they are scalars.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy#gather
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const doubled = await strategy.run((x: tf.Tensor) => x.multiply(2), [tf.constant([1, 2, 3])]);
   * console.log(strategy.gather(doubled, 0).array()); // => [ 2, 4, 6 ]
   */
  gather(value: PerReplica | TensorLike, axis: number): Tensor {
    const api = "strategy.gather";
    return tidy(() => joinValues(api, perReplicaOf(api, value, this.numReplicasInSync), axis));
  }

  /**
   * The batches of a dataset for loops of {@link run}: each is cut over the shards, with at most a row of difference. The dataset is
   * batched for all shards together. A worker reads its shards' rows alone where elements have numbers, else all.
   * @throws when the dataset is not batched.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy#experimental_distribute_dataset
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const sumOf = (x: tf.Tensor) => tf.reduceSum(x);
   * for await (const x of strategy.experimentalDistributeDataset(tf.data.Dataset.range(5).batch(3)))
   *   console.log((await strategy.run(sumOf, [x])).values.map((value) => value.item()));
   * // => [ 0, 3 ]
   * // => [ 3, 4 ]
   */
  experimentalDistributeDataset<T>(dataset: ReadableDataset<T>): DistributedDataset<T> {
    return distributed(this, dataset);
  }

  /**
   * Batches of datasets that `datasetFn` makes, one for each shard: it gets the shard's number and batches for one shard. Epochs end with
   * the shortest.
   * @throws when it gives no dataset; when shards differ in rows otherwise than a batch that is cut, as they are read.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy#distribute_datasets_from_function
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const data = strategy.distributeDatasetsFromFunction((context) =>
   *   tf.data.Dataset.range(8)
   *     .shard(context.numInputPipelines, context.inputPipelineId)
   *     .batch(context.getPerReplicaBatchSize(4)));
   * const same = (x: tf.Tensor) => x;
   * for await (const x of data) console.log((await strategy.run(same, [x])).values.map((value) => value.array()));
   * // => [ [ 0, 2 ], [ 1, 3 ] ]
   * // => [ [ 4, 6 ], [ 5, 7 ] ]
   */
  distributeDatasetsFromFunction<T>(datasetFn: (context: InputContext) => ReadableDataset<T>): DistributedDataset<T> {
    return distributedFromFunction(this.numReplicasInSync, datasetFn);
  }

  /**
   * The values of the shards: all of them, in every worker.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy#experimental_local_results
   */
  experimentalLocalResults(value: PerReplica | TensorLike): readonly Tensor[] {
    return perReplicaOf("strategy.experimentalLocalResults", value, this.numReplicasInSync).values;
  }

  /**
   * A value for each shard: what `valueFn` gives for it, all of one shape.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy#experimental_distribute_values_from_function
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const numbers = strategy.experimentalDistributeValuesFromFunction(({ replicaIdInSyncGroup }) => 10 * replicaIdInSyncGroup);
   * const next = await strategy.run((x: tf.Tensor) => x.add(1), [numbers]);
   * console.log(next.values.map((value) => value.item())); // => [ 1, 11 ]
   */
  experimentalDistributeValuesFromFunction(valueFn: (context: ValueContext) => TensorLike): PerReplica {
    const api = "strategy.experimentalDistributeValuesFromFunction";
    checkFunction(api, "a function of a shard's number", valueFn);
    const { numReplicasInSync } = this;
    const tensor = tidy(() =>
      stack(
        Array.from({ length: numReplicasInSync }, (_, replicaIdInSyncGroup) =>
          convert(api, valueFn({ replicaIdInSyncGroup, numReplicasInSync })),
        ),
      ),
    );
    return new PerReplica(numReplicasInSync, { kind: "stack", tensor, rows: undefined });
  }
}

let scoped: Strategy | undefined;
let makeDefault: (() => Strategy) | undefined;
let byDefault: Strategy | undefined;

/** @internal Sets what makes the strategy of scripts that name none although several workers run them. */
export function installDefaultStrategy(make: () => Strategy): void {
  makeDefault = make;
}

/** Whether a strategy's scope is open. */
export function hasStrategy(): boolean {
  return scoped !== undefined;
}

/**
 * Whether a strategy's scope is open and no step is being traced for a shard: where `run`, `reduce` and `gather` are called.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/in_cross_replica_context
 * @example
 * const strategy = new tf.distribute.MirroredStrategy();
 * strategy.scope(() => console.log(tf.distribute.inCrossReplicaContext())); // => true
 */
export function inCrossReplicaContext(): boolean {
  return hasStrategy() && getReplicaContext() === undefined;
}

/** The strategy whose scope is open, or the one that several workers run a script under that names none; `undefined` otherwise. */
export function getStrategy(): Strategy | undefined {
  if (scoped || !(workerLink() || planRequest())) return scoped;
  byDefault ??= makeDefault?.();
  return byDefault;
}
