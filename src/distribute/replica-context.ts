/** Within a step that runs once for each shard: what the step can know of the others. */
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { flatten, type Nest, packLike } from "../base/nests.ts";
import { currentExecutor, executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { StepGraph } from "./step-graph.ts";

/** How values of shards become one. */
export type ReduceOp = "sum" | "mean";

let active: StepGraph | undefined;

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

  /** @internal Use {@link getReplicaContext}. */
  constructor(step: StepGraph) {
    this.step = step;
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
   * shards' gradients.
   * @throws when shapes are not known, or it is called within a nested function.
   */
  allReduce<N extends Nest<Tensor>>(op: ReduceOp, value: N): N {
    const api = "replicaContext.allReduce";
    if (op !== "sum" && op !== "mean") throw invalidArgument(api, '"sum" or "mean"', describe(op));
    if (currentExecutor() !== this.step)
      throw new TensorfleetError(
        "wrongPlace",
        `${api}: expected to be called in the step itself, got a call within a nested tf.function or a branch; call it outside of them`,
      );
    const leaves = flatten<Tensor>(value);
    const { rows, globalRows } = this.step.facts;
    const weighted = op === "sum" ? leaves : leaves.map((leaf) => leaf.multiply(rows.cast(leaf.dtype)));
    const sums = this.step.reduce(weighted);
    const results = op === "sum" ? sums : sums.map((sum) => executeOne("RealDiv", [sum, globalRows.cast(sum.dtype)]));
    return packLike(value as Nest<unknown>, results) as N;
  }
}

/** The context of the shard whose step is being traced; `undefined` outside of one. */
export function getReplicaContext(): ReplicaContext | undefined {
  return active && new ReplicaContext(active);
}
