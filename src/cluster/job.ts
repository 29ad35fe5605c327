/** What a worker is told when it is started, in its environment. */
import type { Fault } from "./faults.ts";

/** Settings that all workers of a job share. */
export interface Job {
  /** Logical shards, where the command line says how many. */
  readonly shards: number | undefined;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** The most workers that the job may be scaled to while it runs. */
  readonly workerLimit: number;
  readonly seed: number;
  /** Threads of each worker. */
  readonly threads: number;
  /** Folder of the ledgers of samples, where they are kept. */
  readonly ledger?: string | undefined;
  /** Whether somebody wants the report. */
  readonly reports: boolean;
}

/** All that a worker is told. */
export interface WorkerEnvironment {
  /** Lasting id, never used again. */
  readonly worker: number;
  readonly job: Job;
  readonly faults: readonly Fault[];
  readonly heartbeatIntervalMs: number;
  /** File in which the worker notes its step. */
  readonly boardPath: string;
  /** Folder of the agent, to be removed by those that outlive it. */
  readonly folder: string;
}

/** Name of the variable that carries it. */
export const workerVariable: string = "TENSORFLEET_WORKER";

/** Descriptor of the worker's end of the socket pair. */
export const controlDescriptor: number = 3;

/** Job that the process was started for, taken out of its environment: what it starts is no worker. */
export function takeWorkerEnvironment(): WorkerEnvironment | undefined {
  const text = process.env[workerVariable];
  delete process.env[workerVariable];
  return text ? (JSON.parse(text) as WorkerEnvironment) : undefined;
}
