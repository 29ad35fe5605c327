/** The collective calls of a job: what each is, whether a worker comes with the same, and the results of those that are completed. */
import type { Call, Json } from "./protocol.ts";

/** Why a worker may not take part in a call. */
export interface Refusal {
  readonly message: string;
  /** Whether the script itself is at fault, and not only this worker. */
  readonly isPath: boolean;
}

interface Known {
  readonly call: Call;
  /** The worker that came first. */
  readonly worker: number;
  /** How it ended, in the worker that came to its end first. */
  end?: { readonly worker: number; readonly result: Json; readonly steps: number };
}

/** All calls that a worker has come to. */
export class Calls {
  readonly #known = new Map<number, Known>();

  /** Takes note of a worker at a call; gives what differs from what the first worker there came with. */
  enter(worker: number, call: Call): Refusal | undefined {
    const known = this.#known.get(call.number);
    if (!known) {
      this.#known.set(call.number, { call, worker });
      return undefined;
    }
    const place = `worker ${worker} at collective call ${call.number}`;
    if (call.name !== known.call.name)
      return {
        message: `${place}: expected ${known.call.name} as in worker ${known.worker}, got ${call.name}; all workers must take the same path through the script`,
        isPath: true,
      };
    const differences = [...new Set([...Object.keys(known.call.identity), ...Object.keys(call.identity)])]
      .filter((name) => known.call.identity[name] !== call.identity[name])
      .map((name) => `${name} ${known.call.identity[name]} as in worker ${known.worker}, got ${call.identity[name]}`);
    if (differences.length === 0) return undefined;
    return { message: `${place} (${call.name}): expected ${differences.join("; ")}`, isPath: false };
  }

  /** Name of a call, for people. */
  name(number: number): string {
    return this.#known.get(number)?.call.name ?? `call ${number}`;
  }

  /** Bytes that the segment of a call needs for so many members. */
  segmentBytes(number: number, numMembers: number): number {
    return this.#known.get(number)?.call.segmentBytes[numMembers - 1] ?? 0;
  }

  /** The most members for which the workers at a call have prepared. */
  memberLimit(number: number): number {
    return this.#known.get(number)?.call.segmentBytes.length || Number.POSITIVE_INFINITY;
  }

  /** Keeps the result of a call; the first stands. Gives what differs when a worker comes to its end after another number of steps. */
  complete(worker: number, number: number, result: Json, steps: number): string | undefined {
    const known = this.#known.get(number);
    if (!known) return undefined;
    known.end ??= { worker, result, steps };
    if (known.end.steps === steps) return undefined;
    return `worker ${worker} at the end of collective call ${number} (${known.call.name}): expected ${known.end.steps} steps of the job as in worker ${known.end.worker}, got ${steps}; all workers must read the same data`;
  }

  /** Result of a completed call. */
  result(number: number): { readonly result: Json } | undefined {
    return this.#known.get(number)?.end;
  }
}
