/** Steps on single batches: what they are told, and what they give. */
import { tidy } from "../../runtime/scopes.ts";
import type { Logs } from "../callbacks/callback.ts";
import { type Arity, batchFrom, type Samples } from "./batches.ts";
import { type ClassWeight, weightsByClass } from "./class-weights.ts";
import type { Trainer } from "./trainer.ts";

/** Options of `model.testOnBatch`. */
export interface TestOnBatchOptions {
  /** What single samples count: values of as many samples as there are. */
  sampleWeight?: Samples;
  /** Whether the result is an object by names rather than numbers in the order of `metricsNames`. */
  returnDict?: boolean;
}

/** Options of `model.trainOnBatch`. */
export interface TrainOnBatchOptions extends TestOnBatchOptions {
  /** What the samples of each class count. */
  classWeight?: ClassWeight;
}

/** One step on a batch of values, which fit `arity`; gives the logs. @throws when they do not, or a label is out of range. */
export function stepOnBatch(
  api: string,
  kind: "train" | "test",
  trainer: Trainer,
  arity: Arity,
  [x, y]: readonly [Samples, Samples | null | undefined],
  options: TrainOnBatchOptions,
): Logs {
  tidy(() => {
    const batch = batchFrom(api, arity, x, y ?? undefined, options.sampleWeight);
    trainer.step(kind, weightsByClass(api, options.classWeight)?.(batch) ?? batch, api);
  });
  return trainer.logs();
}

/** Logs as they are, or their values in the order of `names`, without an array when there is one. */
export function logsInOrder(logs: Logs, names: readonly string[], returnDict = false): number | number[] | Logs {
  if (returnDict) return logs;
  const values = names.map((name) => logs[name] as number);
  return values.length === 1 ? (values[0] as number) : values;
}
