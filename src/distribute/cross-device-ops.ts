/**
 * The ways in which TensorFlow can sum over devices, by their names. Here there is one: the tree over shards, whatever is chosen, for
 * another order would give other bits.
 */
import { checkOptions } from "../base/options.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { PerReplica } from "./per-replica.ts";
import { perReplicaOf, type ReduceOp, reduceValues } from "./replica-values.ts";

/** Options of {@link HierarchicalCopyAllReduce} and {@link NcclAllReduce}. */
export interface PackOptions {
  /** In how many packs TensorFlow sends gradients; without effect here, where they lie in flat buckets. */
  numPacks?: number | undefined;
}

/**
 * How values of devices become one: always added along the tree over shards, so that every choice gives the same bits.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/CrossDeviceOps
 */
export abstract class CrossDeviceOps {
  /** The sum of the shards' values along the tree, or their mean. */
  reduce(op: ReduceOp, value: PerReplica | Tensor): Tensor {
    const api = "crossDeviceOps.reduce";
    const numReplicas = value instanceof PerReplica ? value.numReplicas : 1;
    return tidy(() => reduceValues(api, op, perReplicaOf(api, value, numReplicas), undefined));
  }

  /** {@link reduce} for several values. */
  batchReduce(op: ReduceOp, values: readonly (PerReplica | Tensor)[]): Tensor[] {
    return values.map((value) => this.reduce(op, value));
  }
}

/**
 * Sums on one device: what is done whatever is chosen.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/ReductionToOneDevice
 * @example
 * const strategy = new tf.distribute.MirroredStrategy({ devices: ["CPU:0"], crossDeviceOps: new tf.distribute.ReductionToOneDevice() });
 * console.log(strategy.numReplicasInSync); // => 1
 */
export class ReductionToOneDevice extends CrossDeviceOps {}

/**
 * A choice of TensorFlow's; sums are those of {@link ReductionToOneDevice}, along the tree over shards.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/HierarchicalCopyAllReduce
 */
export class HierarchicalCopyAllReduce extends CrossDeviceOps {
  constructor(options: PackOptions = {}) {
    super();
    checkOptions("new HierarchicalCopyAllReduce", options, { numPacks: true });
  }
}

/**
 * A choice of TensorFlow's; sums are those of {@link ReductionToOneDevice}, along the tree over shards.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/NcclAllReduce
 */
export class NcclAllReduce extends CrossDeviceOps {
  constructor(options: PackOptions = {}) {
    super();
    checkOptions("new NcclAllReduce", options, { numPacks: true });
  }
}
