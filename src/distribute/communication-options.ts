/** How workers exchange gradients, as far as it can be chosen. */
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";

const implementations = ["auto", "ring", "nccl"] as const;

/** What {@link CommunicationOptions} are made of. */
export interface CommunicationOptionsOptions {
  /** A hint of TensorFlow's. Here sums follow the one tree over shards, whichever is given: a ring would give other bits. */
  implementation?: "auto" | "ring" | "nccl" | undefined;
  /** A hint of TensorFlow's, without effect here: gradients lie in flat buckets. */
  bytesPerPack?: number | undefined;
  /** How long a worker waits for the others before it gives up; 5 minutes when not given. Workers that die are noticed at once. */
  timeoutSeconds?: number | undefined;
}

/**
 * Options of the communication between workers, for `new MultiWorkerMirroredStrategy({ communicationOptions })`.
 * @throws when an option is unknown or no positive number.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/experimental/CommunicationOptions
 * @example
 * const communicationOptions = new tf.distribute.CommunicationOptions({ timeoutSeconds: 30 });
 * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2, communicationOptions });
 * console.log(strategy.numReplicasInSync, communicationOptions.timeoutSeconds); // => 2 30
 */
export class CommunicationOptions {
  readonly implementation: "auto" | "ring" | "nccl";
  readonly bytesPerPack: number;
  readonly timeoutSeconds: number | undefined;

  constructor(options: CommunicationOptionsOptions = {}) {
    const api = "new CommunicationOptions";
    checkOptions(api, options, { implementation: true, bytesPerPack: true, timeoutSeconds: true });
    const { implementation = "auto", bytesPerPack = 0, timeoutSeconds } = options;
    if (!implementations.includes(implementation))
      throw invalidArgument(api, `implementation as one of ${implementations.join(", ")}`, describe(implementation));
    if (!Number.isSafeInteger(bytesPerPack) || bytesPerPack < 0)
      throw invalidArgument(api, "bytesPerPack as a whole number of at least 0", describe(bytesPerPack));
    if (timeoutSeconds !== undefined && !(timeoutSeconds > 0))
      throw invalidArgument(api, "timeoutSeconds as a number above 0", describe(timeoutSeconds));
    this.implementation = implementation;
    this.bytesPerPack = bytesPerPack;
    this.timeoutSeconds = timeoutSeconds;
  }
}
