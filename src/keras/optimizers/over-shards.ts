/** Gradients within a step that runs once for each shard: what is applied is their sum over the shards. */
import { getReplicaContext } from "../../distribute/replica-context.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { type Pair, valuesOf } from "./gradients.ts";

/** The sums of gradients over the shards, but for those that are sums over shards already; outside of such a step as they are. */
export function summedOverShards(pairs: readonly Pair[]): readonly Pair[] {
  const replica = getReplicaContext();
  if (!replica) return pairs;
  const own = pairs.filter(({ gradient }) => !replica.isReduced(valuesOf(gradient)));
  if (own.length === 0) return pairs;
  const sums = replica.reduceGradients(own.map(({ gradient }) => gradient));
  const sumOf = new Map(own.map((pair, i) => [pair, sums[i] as Tensor]));
  return pairs.map((pair) => ({ ...pair, gradient: sumOf.get(pair) ?? pair.gradient }));
}
