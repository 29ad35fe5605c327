/** Which workers are there, and at what: what the decisions ask of the state. */
import type { JobState, WorkerState } from "./state.ts";

/** Where a worker waits for the others. */
export const waitingPhases: ReadonlySet<string> = new Set(["reduce", "gather"]);

/** Whether a worker lives and is to go on. */
export const isStaying = ({ releasedAtMs, isDoomed, isRefused }: WorkerState): boolean =>
  releasedAtMs === undefined && !isDoomed && !isRefused;

/** Workers that live and are to go on, in the order of their ids. */
export function living(state: JobState): readonly WorkerState[] {
  return [...state.workers.values()].filter(isStaying);
}

/** Workers that stand at a call. */
export function candidates(state: JobState, call: number): readonly WorkerState[] {
  return living(state).filter(({ standing, closedAtMs }) => standing?.call === call && closedAtMs === undefined);
}

/** Members that are in the call of the present generation. */
export function atWork(state: JobState): readonly WorkerState[] {
  if (state.generation === 0) return [];
  const here = candidates(state, state.call);
  return state.members.flatMap((id) => here.find((worker) => worker.id === id) ?? []);
}

/** Whether a worker is one of those. */
export function isAtWork(state: JobState, id: number): boolean {
  return atWork(state).some((worker) => worker.id === id);
}

/** Whether a member takes part, or has the call behind itself and is not needed any more. */
export function isPresent(state: JobState, id: number): boolean {
  const worker = state.workers.get(id);
  return worker !== undefined && isStaying(worker) && worker.missedGeneration !== state.generation;
}

/** Whether a process is about to end, and could still write into the memory of its generation. */
export function isDying(worker: WorkerState | undefined): boolean {
  return worker !== undefined && (worker.isDoomed || worker.closedAtMs !== undefined);
}
