/**
 * A step that a newcomer runs for itself before it comes to the others: its functions are made and its kernels warm when they wait for
 * its part. What the step makes of the variables is taken back.
 */
import { workerLink } from "../cluster/worker-link.ts";
import { AlignedMemory } from "../collective/aligned-memory.ts";
import { maximalNodes, type ShardRange, shardRanges } from "../collective/tree.ts";
import type { ShardsOf } from "../data/own-rows.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Variable } from "../runtime/variable.ts";
import type { Bucket } from "./flat-layout.ts";
import { assignValues, copyValues, totalBytes } from "./memory-tensors.ts";
import type { ShardGroup } from "./shard-group.ts";
import { zeros } from "./step-program.ts";

/** Whether this worker was started while others trained. */
export function isNewcomer(): boolean {
  const link = workerLink();
  return link !== undefined && link.worker >= link.job.maxWorkers;
}

/** The shards that it will probably get: the last to come is the last of the group. */
class RehearsalGroup implements ShardGroup {
  readonly shards: ShardsOf;

  constructor(numShards: number, numWorkers: number) {
    this.shards = { ...(shardRanges(numShards, numWorkers).at(-1) as ShardRange), of: numShards };
  }

  begins(): void {}

  async allReduce(buckets: readonly Bucket[], compute: (node: ShardRange) => Tensor[]): Promise<Tensor[]> {
    return outsideScopes(() => {
      const [sum, ...others] = maximalNodes(this.shards.of, this.shards).map(compute);
      for (const tensor of others.flat()) tensor.dispose();
      return sum ?? buckets.map(zeros);
    });
  }

  reached(): void {}
}

/** Runs `step` in a group of its own, and gives `variables` back what they were. Nothing is done in a worker that the job began with. */
export async function rehearse(
  numShards: number,
  variables: readonly Variable[],
  step: (group: ShardGroup) => Promise<unknown>,
): Promise<void> {
  const link = workerLink();
  if (!link || !isNewcomer()) return;
  using memory = new AlignedMemory();
  const values = memory.ofBytes(totalBytes(variables));
  copyValues(variables, values);
  await step(new RehearsalGroup(numShards, link.job.maxWorkers));
  assignValues(variables, values);
}
