/** Workers of which one does what the others do not: a job of such cannot go on. */
import { atWork, living, waitingPhases } from "./presence.ts";
import type { Settings } from "./settings.ts";
import type { JobState } from "./state.ts";

/** A script has ended in one worker and goes on in another. */
export function otherPath(state: JobState): string | undefined {
  for (const [id, lastCall] of state.finished) {
    const other = living(state).find(({ standing }) => standing && standing.call > lastCall);
    if (other)
      return `workers take different paths through the script: worker ${other.id} came to collective call ${other.standing?.call}, worker ${id} has ended without it`;
  }
  return undefined;
}

/** A worker waits for others in a call that one of them has behind itself: it has more steps to make than they had. */
export function straying(
  nowMs: number,
  state: JobState,
  { strayTimeoutMs, delayFactor }: Settings,
): string | undefined {
  const { call } = state;
  const past = state.members.flatMap((id) => state.workers.get(id) ?? []).find(({ passed }) => passed >= call);
  if (!past) return undefined;
  const waiting = atWork(state).find(
    ({ position: { phase, sinceMs } }) =>
      waitingPhases.has(phase) &&
      nowMs - Math.max(sinceMs, past.passedAtMs, state.awakeSinceMs) >= strayTimeoutMs + delayFactor * state.delayMs,
  );
  return (
    waiting &&
    `worker ${waiting.id} waits in step ${waiting.position.step} of collective call ${call}, which worker ${past.id} has completed; all workers must read the same data`
  );
}
