/** Strategies: how the shards of a step are shared out. A model belongs to the strategy in whose scope it was made. */
import { TensorfleetError } from "../base/errors.ts";
import { workerLink } from "../cluster/worker-link.ts";
import type { ShardGroup } from "./shard-group.ts";
import type { WorkerGroup } from "./worker-group.ts";

/**
 * How training is distributed.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/Strategy
 */
export abstract class Strategy {
  /** In how many shards a batch is cut: `V` of the bits. */
  abstract readonly numReplicasInSync: number;
  /** @internal Whom the shards are shared out to. */
  abstract readonly group: ShardGroup;
  /** @internal The group of workers, when there are others. */
  abstract readonly workers: WorkerGroup | undefined;

  /** Runs `body`: models that are made in it are trained under this strategy. */
  scope<T>(body: () => T): T {
    const outer = scoped;
    if (outer && outer !== this)
      throw new TensorfleetError(
        "wrongPlace",
        `strategy.scope: expected no other strategy's scope around it, got that of ${outer.constructor.name}`,
      );
    scoped = this;
    try {
      return body();
    } finally {
      scoped = outer;
    }
  }
}

let scoped: Strategy | undefined;
let makeDefault: (() => Strategy) | undefined;
let byDefault: Strategy | undefined;

/** @internal Sets what makes the strategy of scripts that name none although several workers run them. */
export function installDefaultStrategy(make: () => Strategy): void {
  makeDefault = make;
}

/** Whether a strategy's scope is open. */
export function hasStrategy(): boolean {
  return scoped !== undefined;
}

/** The strategy whose scope is open, or the one that several workers run a script under that names none; `undefined` otherwise. */
export function getStrategy(): Strategy | undefined {
  if (scoped || !workerLink()) return scoped;
  byDefault ??= makeDefault?.();
  return byDefault;
}
