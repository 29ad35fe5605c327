/** Within a step that runs once for each shard: what the step can know of the others. */
import { checkFunction, describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { flatten, mapNest, type Nest, packLike } from "../base/nests.ts";
import { concat } from "../ops/array/joining.ts";
import { currentExecutor, execute, executeOne } from "../runtime/executor.ts";
import { Tensor } from "../runtime/tensor.ts";
import { PerReplica, shardsWithRows } from "./per-replica.ts";
import { checkReduceOp, type ReduceOp } from "./replica-values.ts";
import { rowsOfShards } from "./shard-rows.ts";
import { padRows, stackOfShards } from "./shard-stack.ts";
import { partOf, sumsOverShards } from "./sparse-sums.ts";
import type { StepGraph } from "./step-graph.ts";
import type { Strategy } from "./strategy.ts";

export type { ReduceOp };

/** What is known of the batch whose step is traced, beside what the graph knows. */
export interface Surroundings {
  readonly strategy: Strategy;
  /** Rows of the batch and of the shard, where the step is traced for batches of that size alone. */
  readonly rows?: { readonly all: number; readonly shard: number };
}

let active: StepGraph | undefined;
let surroundings: Surroundings | undefined;

/** Runs `body`, the trace of a step of `strategy`. */
export function withSurroundings<T>(known: Surroundings, body: () => T): T {
  const outer = surroundings;
  surroundings = known;
  try {
    return body();
  } finally {
    surroundings = outer;
  }
}

/** Runs `body`, the trace of a shard's step. */
export function withStep<T>(step: StepGraph, body: () => T): T {
  const outer = active;
  active = step;
  try {
    return body();
  } finally {
    active = outer;
  }
}

/**
 * A shard's place among the others, within a step that a strategy runs.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/ReplicaContext
 */
export class ReplicaContext {
  /** @internal */
  readonly step: StepGraph;
  readonly #surroundings: Surroundings | undefined;

  /** @internal Use {@link getReplicaContext}. */
  constructor(step: StepGraph, known: Surroundings | undefined) {
    this.step = step;
    this.#surroundings = known;
  }

  /** The strategy that runs the step. */
  get strategy(): Strategy | undefined {
    return this.#surroundings?.strategy;
  }

  /** In how many shards the batch is cut. */
  get numReplicasInSync(): number {
    return this.step.numShards;
  }

  /** The shard's number: an int32 scalar. */
  get replicaIdInSyncGroup(): Tensor {
    return this.step.facts.shard.cast("int32");
  }

  /** Rows of this shard and of all shards: float32 scalars. */
  get rows(): { readonly shard: Tensor; readonly all: Tensor } {
    return { shard: this.step.facts.rows, all: this.step.facts.globalRows };
  }

  /**
   * The sum of the shards' values, or their mean weighted by the shards' rows, the same bits everywhere. Its gradient is the sum of the
   * shards' gradients. Of slices, `IndexedSlices`, the sum has the rows of all shards in their order.
   * @throws when shapes are not known, or it is called within a nested function.
   */
  allReduce<N extends Nest<Tensor>>(op: ReduceOp, value: N): N {
    const api = "replicaContext.allReduce";
    checkReduceOp(api, op);
    this.#checkPlace(api);
    const leaves = flatten<Tensor>(value);
    const { rows, globalRows } = this.step.facts;
    const weighted = op === "sum" ? leaves : leaves.map((leaf) => leaf.multiply(rows.cast(leaf.dtype)));
    const sums = sumsOverShards(this.step, weighted);
    const results = op === "sum" ? sums : sums.map((sum) => executeOne("RealDiv", [sum, globalRows.cast(sum.dtype)]));
    return packLike(value as Nest<unknown>, results) as N;
  }

  /**
   * @internal One gradient of those of the shards, as the strategy makes it.
   * @throws when a strategy of the user's own gives what differs from shard to shard.
   */
  reduceGradients(gradients: readonly Tensor[]): Tensor[] {
    const { strategy } = this;
    if (!strategy) return this.allReduce("sum", [...gradients]);
    const reduced = strategy.reduceGradients(this, gradients);
    const isWhole = Array.isArray(reduced) && reduced.length === gradients.length;
    if (!isWhole || reduced.some((gradient) => this.step.varies(this.step.resolve(partOf(gradient)))))
      throw invalidArgument(
        `${strategy.constructor.name}.reduceGradients`,
        `${gradients.length} gradients that are the same for all shards`,
        isWhole ? "one that differs from shard to shard" : describe(reduced),
        "make them of replica.allReduce",
      );
    return [...reduced];
  }

  /** @internal Whether a tensor of the step follows from sums over shards, and not from values of this shard. */
  isReduced(tensor: Tensor): boolean {
    this.#checkPlace("optimizer.apply");
    const own = this.step.resolve(tensor);
    return !this.step.varies(own) && this.step.levelOf(own) > 0;
  }

  /**
   * The values of all shards, one behind the other along `axis`: the same in every shard, bit for bit what each has.
   * @throws when shapes are not known, or values have no such axis.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/ReplicaContext#all_gather
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const largest = await strategy.run((x: tf.Tensor) => {
   *   const all = tf.distribute.getReplicaContext()?.allGather(x, 0);
   *   return tf.reduceMax(all ?? x);
   * }, [tf.constant([1, 5, 3])]);
   * console.log(largest.values.map((value) => value.item())); // => [ 5, 5 ]
   */
  allGather<N extends Nest<Tensor>>(value: N, axis: number): N {
    const api = "replicaContext.allGather";
    if (!Number.isInteger(axis)) throw invalidArgument(api, "the number of an axis", describe(axis));
    this.#checkPlace(api);
    return mapNest(value as Nest<Tensor>, (leaf) => this.#gathered(api, leaf, axis)) as N;
  }

  #gathered(api: string, value: Tensor, axis: number): Tensor {
    const shape = value.staticShape;
    const rank = shape?.length ?? 0;
    if (axis < -rank || axis >= rank)
      throw invalidArgument(api, `an axis of a tensor of ${rank} axes`, String(axis), "tf.expandDims makes one");
    const along = axis < 0 ? axis + rank : axis;
    const { numShards } = this.step;
    const rows = this.#surroundings?.rows;
    const isOfRows = along === 0 && rows !== undefined && shape?.[0] === rows.shard && rows.all % numShards !== 0;
    const counts = isOfRows ? rowsOfShards(rows.all, numShards) : undefined;
    const stack = stackOfShards(this.step, counts ? padRows(value, Math.max(...counts)) : value);
    const parts = execute("Unpack", [stack], { num: numShards, axis: 0 });
    if (!counts) return concat(parts, along);
    return concat(
      parts.map((part, shard) => part.at(`0:${counts[shard]}`)),
      along,
    );
  }

  /**
   * Calls `fn(strategy, ...args)` once for all shards: of each tensor among `args` that differs from shard to shard it gets a
   * {@link PerReplica}. What it returns is the same for all.
   * @see https://www.tensorflow.org/api_docs/python/tf/distribute/ReplicaContext#merge_call
   * @example
   * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
   * const step = (x: tf.Tensor) => {
   *   const sum = tf.reduceSum(x);
   *   return tf.distribute.getReplicaContext()?.mergeCall((all, value) => all.reduce("sum", value as tf.distribute.PerReplica), [sum]);
   * };
   * console.log((await strategy.run(step, [tf.constant([1, 2, 3])]))?.values.map((value) => value.item())); // => [ 6, 6 ]
   */
  mergeCall<R>(fn: (strategy: Strategy, ...args: unknown[]) => R, args: readonly unknown[] = []): R {
    const api = "replicaContext.mergeCall";
    checkFunction(api, "a function of the strategy", fn);
    this.#checkPlace(api);
    if (!this.strategy) throw new TensorfleetError("wrongPlace", `${api}: expected a strategy's step, got another`);
    return fn(this.strategy, ...args.map((arg) => this.#merged(arg)));
  }

  #merged(arg: unknown): unknown {
    if (!(arg instanceof Tensor) || !this.step.varies(this.step.resolve(arg))) return arg;
    const { numShards } = this.step;
    const rows = this.#surroundings?.rows;
    const shards = rows && shardsWithRows(rows.all, numShards);
    return new PerReplica(numShards, { kind: "stack", tensor: stackOfShards(this.step, arg), rows: undefined }, shards);
  }

  #checkPlace(api: string): void {
    if (currentExecutor() !== this.step)
      throw new TensorfleetError(
        "wrongPlace",
        `${api}: expected to be called in the step itself, got a call within a nested tf.function or a branch; call it outside of them`,
      );
  }
}

/** The context of the shard whose step is being traced; `undefined` outside of one. */
export function getReplicaContext(): ReplicaContext | undefined {
  return active && new ReplicaContext(active, surroundings);
}
