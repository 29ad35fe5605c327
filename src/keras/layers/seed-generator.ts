/** SeedGenerator: where layers that draw random numbers get their seeds: another one for each call, also within a traced function. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { getReplicaContext } from "../../distribute/replica-context.ts";
import { convert } from "../../runtime/convert.ts";
import { fromRaw } from "../../runtime/eager-tensor.ts";
import { executeOne } from "../../runtime/executor.ts";
import { keyedSeed, seedTensor } from "../../runtime/random-state.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";

/**
 * Gives seeds for stateless random ops. Without a seed of its own they follow from `tf.random.setSeed`; with one, from it and
 * from the number of calls so far.
 * @throws when the seed is not a whole number.
 * @see https://keras.io/api/random/seed_generator/
 */
export class SeedGenerator {
  /** The generator's own seed; `null` when it follows the run's. */
  readonly seed: number | null;
  /** Seed and number of calls; only a generator with a seed of its own has it. */
  readonly state: Variable | undefined;
  /** Draws within functions of datasets. */
  #keyedDraws = 0;

  constructor(seed: number | null = null) {
    if (seed !== null && !Number.isSafeInteger(seed))
      throw invalidArgument("SeedGenerator", "a whole number or null", describe(seed));
    this.seed = seed;
    if (seed === null) return;
    const start = BigInt64Array.of(BigInt(seed), 0n);
    this.state = new Variable(() => fromRaw("int64", [2], start), { trainable: false, name: "seed_generator_state" });
  }

  /** The next seed: int64 [2]. In a dataset's function it follows from the epoch and the element's number rather than from the calls so far. */
  next(): Tensor {
    if (this.state === undefined) return seedTensor();
    const keyed = keyedSeed(this.seed as number, this.#keyedDraws);
    if (keyed) {
      this.#keyedDraws++;
      return keyed;
    }
    const seed = this.state.read();
    this.state.assignAdd(BigInt64Array.of(0n, 1n));
    const replica = getReplicaContext();
    if (!replica) return seed;
    const shard = replica.replicaIdInSyncGroup.cast("int64"); // each shard draws numbers of its own
    return seed.add(executeOne("Pack", [[shard.multiply(0x9e3779b1n), convert("SeedGenerator", 0n)]]));
  }
}
