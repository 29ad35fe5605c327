/** MultiWorkerMirroredStrategy: the same weights in every worker, the batch cut into shards that the workers share out. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { workerLink } from "../../cluster/worker-link.ts";
import { CommunicationOptions } from "../communication-options.ts";
import { planRequest } from "../plan-request.ts";
import { keepLedger } from "../sample-ledger.ts";
import { LoneGroup, type ShardGroup } from "../shard-group.ts";
import { installDefaultStrategy, Strategy } from "../strategy.ts";
import { WorkerGroup } from "../worker-group.ts";

/** Options of {@link MultiWorkerMirroredStrategy}. */
export interface MultiWorkerMirroredStrategyOptions {
  /**
   * In how many logical shards each batch is cut: the trained weights depend on it, and not on how many workers there are. `--shards`
   * when not given, else the largest number of workers asked for.
   */
  shards?: number;
  /** How workers exchange gradients. */
  communicationOptions?: CommunicationOptions | undefined;
}

/**
 * Trains on all workers of the job: one process of `tensorfleet run --workers N`, or one alone. Workers may die, come and go: with the
 * shards fixed, the weights are the same bits.
 * @throws when `shards` differs from `--shards`.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/MultiWorkerMirroredStrategy
 * @example
 * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
 * const model = strategy.scope(() => new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]));
 * model.compile({ optimizer: new tf.keras.optimizers.SGD({ learningRate: 0.1 }), loss: "mse" });
 * const { history } = await model.fit([[1], [2], [3], [4]], [2, 4, 6, 8], { batchSize: 2, epochs: 100, verbose: 0 });
 * console.log(strategy.numReplicasInSync, (history.loss?.[99] ?? 1) < 0.01); // => 2 true
 */
export class MultiWorkerMirroredStrategy extends Strategy {
  readonly numReplicasInSync: number;
  /** @internal */
  readonly group: ShardGroup;
  /** @internal */
  readonly workers: WorkerGroup | undefined;

  constructor(options: MultiWorkerMirroredStrategyOptions = {}) {
    super();
    const api = "new MultiWorkerMirroredStrategy";
    checkOptions(api, options, { shards: true, communicationOptions: true });
    const link = workerLink();
    const { shards, communicationOptions } = options;
    if (communicationOptions !== undefined && !(communicationOptions instanceof CommunicationOptions))
      throw invalidArgument(api, "communicationOptions of class CommunicationOptions", describe(communicationOptions));
    if (shards !== undefined && (!Number.isInteger(shards) || shards < 1))
      throw invalidArgument(api, "shards as a whole number of at least 1", describe(shards));
    const planned = planRequest();
    const asked = link?.job.shards ?? planned?.shards;
    if (shards !== undefined && asked !== undefined && shards !== asked)
      throw invalidArgument(api, `the shards of --shards, ${asked}`, String(shards), "give one of them");
    this.numReplicasInSync = shards ?? asked ?? link?.job.maxWorkers ?? planned?.workers ?? 1;
    if (link) keepLedger(link);
    this.workers = link && new WorkerGroup(link, this.numReplicasInSync, communicationOptions);
    this.group = this.workers ?? new LoneGroup(this.numReplicasInSync);
  }
}

installDefaultStrategy(() => new MultiWorkerMirroredStrategy());
