/** tf.data.Options: what is said of a dataset as a whole. Here, how workers split what has no numbers. */
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { SplitPolicy } from "./plan.ts";

/** Names of {@link AutoShardPolicy}. */
type PolicyName = "OFF" | "AUTO" | "FILE" | "DATA" | "HINT";

/**
 * How the workers of a job split a dataset whose elements have no numbers. Elements with numbers need no policy: each worker reads the
 * rows of its shards.
 * - `AUTO`, `OFF`: every worker reads all, and computes the rows of its shards.
 * - `FILE`: shard s of V reads the files f with f mod V = s, in the order of their names in the dataset that `flatMap` or `interleave` opens.
 * - `DATA`: shard s of V has the elements i with i mod V = s of what stands before the first step without numbers.
 *
 * Both deal batches so that the rows of a shard are its own elements, as long as all shards have some; what is left of the longer ones
 * follows. One worker counts the elements first. What a batch is made of depends on the policy and on V, never on the number of workers.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/experimental/AutoShardPolicy
 * @example
 * const { AutoShardPolicy } = tf.data.experimental;
 * const options = new tf.data.Options({ experimentalDistribute: { autoShardPolicy: AutoShardPolicy.DATA } });
 * const odd = tf.data.Dataset.range(9).filter((n) => tf.equal(tf.math.floormod(n, 2), 1)).batch(2).withOptions(options);
 * console.log([...odd.asArrayIterator()]); // => [ [ 1, 3 ], [ 5, 7 ] ]
 */
export const AutoShardPolicy: Readonly<Record<PolicyName, number>> = { OFF: -1, AUTO: 0, FILE: 1, DATA: 2, HINT: 3 };

/** What is said of how a dataset is distributed. */
export interface DistributeOptions {
  /** One of {@link AutoShardPolicy}; AUTO when not given. */
  autoShardPolicy?: number;
}

/** What {@link Options} are made of. */
export interface DatasetOptions {
  experimentalDistribute?: DistributeOptions;
}

/**
 * Options of a dataset, for `dataset.withOptions`.
 * @throws for a policy that is none of AutoShardPolicy.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/Options
 * @example
 * const options = new tf.data.Options();
 * options.experimentalDistribute.autoShardPolicy = tf.data.experimental.AutoShardPolicy.OFF;
 * console.log(tf.data.Dataset.range(3).withOptions(options).cardinality()); // => 3
 */
export class Options {
  readonly experimentalDistribute: DistributeOptions;

  constructor(options: DatasetOptions = {}) {
    checkOptions("new tf.data.Options", options, { experimentalDistribute: true });
    this.experimentalDistribute = { ...options.experimentalDistribute };
  }
}

/** The policy that options set; `undefined` when they set none. @throws when it is none. */
export function policyOf(api: string, options: Options): SplitPolicy | undefined {
  if (!(options instanceof Options)) throw invalidArgument(api, "a tf.data.Options", describe(options));
  const { autoShardPolicy, ...others } = options.experimentalDistribute;
  checkOptions(`${api}: experimentalDistribute`, others, {});
  if (autoShardPolicy === undefined || autoShardPolicy === AutoShardPolicy.AUTO) return undefined;
  if (autoShardPolicy === AutoShardPolicy.OFF) return "off";
  if (autoShardPolicy === AutoShardPolicy.FILE) return "files";
  if (autoShardPolicy === AutoShardPolicy.DATA) return "elements";
  const isHint = autoShardPolicy === AutoShardPolicy.HINT;
  throw invalidArgument(
    api,
    "autoShardPolicy of AutoShardPolicy.OFF, AUTO, FILE or DATA",
    isHint ? "HINT" : describe(autoShardPolicy),
    isHint ? "there is no shard(SHARD_HINT, ...) to be replaced; say FILE or DATA" : undefined,
  );
}
