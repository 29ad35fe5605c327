/** tf.distribute: training on several workers and devices. */
export { CommunicationOptions, type CommunicationOptionsOptions } from "./communication-options.ts";
export {
  CrossDeviceOps,
  HierarchicalCopyAllReduce,
  NcclAllReduce,
  type PackOptions,
  ReductionToOneDevice,
} from "./cross-device-ops.ts";
export { DistributedDataset, InputContext, type InputContextOptions } from "./distributed-dataset.ts";
export { once } from "./once.ts";
export { Mirrored, PerReplica, type PerReplicaOf } from "./per-replica.ts";
export { getReplicaContext, type ReduceOp, ReplicaContext } from "./replica-context.ts";
export { MirroredStrategy, type MirroredStrategyOptions } from "./strategies/mirrored-strategy.ts";
export {
  MultiWorkerMirroredStrategy,
  type MultiWorkerMirroredStrategyOptions,
} from "./strategies/multi-worker-mirrored-strategy.ts";
export { OneDeviceStrategy } from "./strategies/one-device-strategy.ts";
export {
  getStrategy,
  hasStrategy,
  inCrossReplicaContext,
  type ReduceOptions,
  Strategy,
  type ValueContext,
} from "./strategy.ts";
export type { Training, TrainLogs, TrainOptions, TrainResult } from "./train-options.ts";
