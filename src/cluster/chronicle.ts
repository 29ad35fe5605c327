/** What happened in a job, for its report: generations, failures and how long they held up the training, what the workers told. */
import type { Json } from "./protocol.ts";

/** How a worker was lost. */
export type FailureKind = "kill" | "crash" | "stop" | "cut" | "hang" | "stall";

interface Failure {
  readonly worker: number;
  readonly kind: FailureKind;
  readonly step: number;
  /** When it happened, where that is known. */
  readonly atMs: number | undefined;
  readonly detectedAtMs: number;
  /** The last generation in which the worker could take part. */
  readonly generation: number;
  resumedAtMs: number | undefined;
  stepsLost: number;
}

interface Generation {
  readonly number: number;
  /** Milliseconds since the job began. */
  readonly atMs: number;
  readonly workers: readonly number[];
  readonly step: number;
  readonly reason: string;
}

/** What the agent itself knows for the report. */
export interface JobFacts {
  readonly script: string;
  readonly seed: number;
  readonly shards: number | null;
  readonly workers: { readonly min: number; readonly max: number };
  readonly threads: number;
}

/** Collects it. */
export class Chronicle {
  readonly #startedAtMs: number;
  readonly #generations: Generation[] = [];
  readonly #failures: Failure[] = [];
  readonly #parts = new Map<number, Json>();
  #firstFormedAtMs: number | undefined;
  #step = -1;

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  /** The last step that was committed in a generation's first commit, or at which a worker failed: about where training stands. */
  get step(): number {
    return this.#step;
  }

  /** A generation was formed, when the training stood at this step. */
  formed(number: number, workers: readonly number[], step: number, reason: string, nowMs: number): void {
    this.#firstFormedAtMs ??= nowMs;
    this.#generations.push({ number, atMs: rounded(nowMs - this.#startedAtMs), workers, step, reason });
  }

  /** A worker was lost. */
  failed(failure: Omit<Failure, "resumedAtMs" | "stepsLost">): void {
    this.#step = Math.max(this.#step, failure.step);
    this.#failures.push({ ...failure, resumedAtMs: undefined, stepsLost: 0 });
  }

  /** A worker committed a step, the first in this generation, or one that it had committed before. */
  committed(generation: number, step: number, atMs: number, stepsLost: number): void {
    this.#step = Math.max(this.#step, step);
    for (const failure of this.#failures) {
      if (generation <= failure.generation) continue;
      failure.stepsLost = Math.max(failure.stepsLost, stepsLost);
      failure.resumedAtMs ??= atMs;
    }
  }

  /** A worker adds to the report. */
  told(worker: number, part: Json): void {
    this.#parts.set(worker, merge(this.#parts.get(worker), part));
  }

  /** The report; where workers tell different things, that which `first` told stands, then those of the others. */
  report(facts: JobFacts, exitCode: number, order: readonly number[]): Json {
    const told = order
      .flatMap((worker) => this.#parts.get(worker) ?? [])
      .reduceRight<Json>((others, part) => merge(others, part), {}) as { readonly [key: string]: Json };
    const readyMs = this.#firstFormedAtMs === undefined ? null : rounded(this.#firstFormedAtMs - this.#startedAtMs);
    return {
      schema: 1,
      ...facts,
      ...told,
      timing: merge({ readyMs }, told.timing ?? {}),
      generations: this.#generations.map((generation) => ({ ...generation })),
      failures: this.#failures.map((failure) => this.#failureJson(failure)),
      exitCode,
    };
  }

  #failureJson({ worker, kind, step, atMs, detectedAtMs, resumedAtMs, stepsLost }: Failure): Json {
    const sinceMs = atMs ?? detectedAtMs;
    return {
      worker,
      kind,
      atMs: rounded(sinceMs - this.#startedAtMs),
      step,
      detectMs: atMs === undefined ? null : rounded(detectedAtMs - atMs),
      resumeMs: resumedAtMs === undefined ? null : rounded(resumedAtMs - sinceMs),
      stepsLost,
    };
  }
}

/** Objects are merged, of all else the later stands. */
function merge(earlier: Json | undefined, later: Json): Json {
  if (!isRecord(earlier) || !isRecord(later)) return later;
  const merged: Record<string, Json> = { ...earlier };
  for (const [name, value] of Object.entries(later)) merged[name] = merge(merged[name], value);
  return merged;
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
