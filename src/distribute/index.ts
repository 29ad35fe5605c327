/** tf.distribute: training on several workers and devices. */
export { once } from "./once.ts";
export { Mirrored, PerReplica, type PerReplicaOf } from "./per-replica.ts";
export { getReplicaContext, type ReduceOp, ReplicaContext } from "./replica-context.ts";
export {
  MultiWorkerMirroredStrategy,
  type MultiWorkerMirroredStrategyOptions,
} from "./strategies/multi-worker-mirrored-strategy.ts";
export { getStrategy, hasStrategy, type ReduceOptions, Strategy, type ValueContext } from "./strategy.ts";
export type { Training, TrainLogs, TrainOptions, TrainResult } from "./train-options.ts";
