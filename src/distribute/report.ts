/** What a training adds to the report of its job. */
import { createHash } from "node:crypto";
import type { Json } from "../cluster/protocol.ts";
import { workerLink } from "../cluster/worker-link.ts";
import type { EagerTensor } from "../runtime/eager-tensor.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Variable } from "../runtime/variable.ts";

/** Samples that there were to read, and that shards have added up, of all trainings of the job. */
export interface SampleCounts {
  readonly expected: number;
  readonly seen: number;
  readonly missing: number;
  readonly duplicate: number;
}

/** What a training came to. */
export interface TrainingReport {
  readonly shards: number;
  readonly steps: number;
  readonly epochs: number;
  readonly samples: SampleCounts;
  readonly weights: readonly Variable[];
  readonly optimizerVariables: readonly Variable[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** The sha256 of variables: their raw little-endian elements, one after another. */
export function hashOfVariables(variables: readonly Variable[]): string {
  const hash = createHash("sha256");
  for (const variable of variables) {
    tidy(() => {
      const raw = (variable.read() as EagerTensor).raw();
      hash.update(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
    });
  }
  return hash.digest("hex");
}

/** Tells the agent what the training came to, when a report is wanted. */
export function reportTraining({
  shards,
  steps,
  epochs,
  samples,
  weights,
  optimizerVariables,
  metrics,
}: TrainingReport): void {
  const link = workerLink();
  if (!link?.job.reports) return;
  link.report({
    shards,
    steps,
    epochs,
    samples: { ...samples },
    state: { weightsSha256: hashOfVariables(weights), optimizerSha256: hashOfVariables(optimizerVariables) },
    metrics: metrics as Json,
  });
}
