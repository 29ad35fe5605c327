/** The workers that share out the shards, as one of them sees it. Here the one that is alone: it has all shards, and sums are its own. */
import { maximalNodes, type ShardRange } from "../collective/tree.ts";
import type { ShardsOf } from "../data/own-rows.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Bucket } from "./flat-layout.ts";
import type { BatchRows } from "./row-log.ts";

export type { ShardRange };

/** Where in a step a worker stands. */
export type Phase = "compute" | "publish" | "reduce" | "gather" | "apply" | "commit" | "checkpoint" | "join";

/** Sums over all shards. */
export interface ShardGroup {
  /** The shards that are this worker's, as the group stands now. */
  readonly shards: ShardsOf;
  /** A step begins that reads `batch`. */
  begins(batch: BatchRows): void;
  /**
   * The sums of the buckets that `compute` gives for nodes of the tree. It is called for the nodes of this worker's shards, and again
   * for others when the group changes. The caller disposes the sums.
   * @param isLast whether it is the last of the step: the sums are then valid until the next one alone
   */
  allReduce(buckets: readonly Bucket[], compute: (node: ShardRange) => Tensor[], isLast: boolean): Promise<Tensor[]>;
  /** Tells where the step stands; a commit ends it. */
  reached(phase: Phase): void;
}

/** A worker without others. */
export class LoneGroup implements ShardGroup {
  readonly #numShards: number;

  constructor(numShards: number) {
    this.#numShards = numShards;
  }

  get shards(): ShardsOf {
    return { from: 0, to: this.#numShards, of: this.#numShards };
  }

  begins(): void {}

  async allReduce(_buckets: readonly Bucket[], compute: (node: ShardRange) => Tensor[]): Promise<Tensor[]> {
    const [root] = maximalNodes(this.#numShards, { from: 0, to: this.#numShards });
    return compute(root as ShardRange);
  }

  reached(): void {}
}
