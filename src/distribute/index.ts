/** tf.distribute: training on several workers and devices. */
export {
  MultiWorkerMirroredStrategy,
  type MultiWorkerMirroredStrategyOptions,
} from "./multi-worker-mirrored-strategy.ts";
export { once } from "./once.ts";
export { getReplicaContext, type ReduceOp, ReplicaContext } from "./replica-context.ts";
export { getStrategy, hasStrategy, Strategy } from "./strategy.ts";
