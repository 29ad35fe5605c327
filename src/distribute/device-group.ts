/** Several devices of one process share out the shards: device i has shard i, and the first adds up along the tree. */
import type { ShardRange } from "../collective/tree.ts";
import type { ShardsOf } from "../data/own-rows.ts";
import { BackgroundExecutor } from "../runtime/background-executor.ts";
import { withDevice } from "../runtime/device-scope.ts";
import { executeOne } from "../runtime/executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Bucket } from "./flat-layout.ts";
import { NodeSums } from "./node-sums.ts";
import type { ShardGroup } from "./shard-group.ts";

/** The devices as a group. */
export class DeviceGroup implements ShardGroup {
  readonly #devices: readonly string[];
  #executors: readonly BackgroundExecutor[] | undefined;

  /** @param devices full names, one for each shard */
  constructor(devices: readonly string[]) {
    this.#devices = devices;
  }

  get shards(): ShardsOf {
    const { length } = this.#devices;
    return { from: 0, to: length, of: length };
  }

  begins(): void {}

  async allReduce(_buckets: readonly Bucket[], compute: (node: ShardRange) => Tensor[]): Promise<Tensor[]> {
    using nodes = new NodeSums(compute);
    this.#computeAll(nodes);
    const sum = withDevice(this.#devices[0] as string, () =>
      outsideScopes(() =>
        nodes.of({ from: 0, to: this.#devices.length }).map((bucket) => executeOne("Identity", [bucket])),
      ),
    );
    return sum;
  }

  /** The devices compute at the same time, each on a thread of its own; one alone needs none. */
  #computeAll(nodes: NodeSums): void {
    if (this.#devices.length === 1) return;
    this.#executors ??= this.#devices.map(() => new BackgroundExecutor());
    try {
      for (const [shard, executor] of this.#executors.entries())
        executor.run(() => withDevice(this.#devices[shard] as string, () => nodes.of({ from: shard, to: shard + 1 })));
    } catch (error) {
      for (const executor of this.#executors) executor.wait();
      throw error;
    }
    const first = this.#executors.map((executor) => executor.wait()).find((error) => error !== undefined);
    if (first) throw first;
  }

  reached(): void {}
}
