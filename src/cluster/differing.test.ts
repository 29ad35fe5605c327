import { expect, test } from "vitest";
import { decide } from "./membership.ts";
import { defaultSettings as settings } from "./settings.ts";
import * as events from "./state.ts";

/** Two workers whose first call has begun, at time 0. */
function running(): events.JobState {
  const state = events.newJobState(2);
  for (let i = 0; i < 2; i++) {
    const id = events.started(state, 0);
    events.heard(state, id, 0);
    events.entered(state, id, 0, 0);
  }
  events.formed(state, 0, [0, 1]);
  return state;
}

test("halts when a script has ended in one worker and comes to a further call in another", () => {
  const state = running();
  for (const id of [0, 1]) events.passed(state, id, 0, "completed", 1000);
  events.exited(state, 0, { code: 0, signal: null, step: 3, isInjected: false }, 10, 0);
  expect(decide(10, state, settings).action.kind).toBe("wait");
  events.entered(state, 1, 1, 20);
  expect(decide(20, state, settings).reason).toBe(
    "workers take different paths through the script: worker 1 came to collective call 1, worker 0 has ended without it",
  );
});

test("halts when a worker waits for long in a call that another has completed", () => {
  const state = running();
  events.heard(state, 1, 100, { lateMs: 0, step: 6, phase: "reduce" });
  events.passed(state, 0, 0, "completed", 1000);
  const reasonAt = (nowMs: number): string => {
    for (const id of [0, 1]) events.heard(state, id, nowMs);
    return decide(nowMs, state, settings).reason;
  };
  expect(reasonAt(15_000)).not.toContain("waits");
  expect(reasonAt(21_100)).toBe(
    "worker 1 waits in step 6 of collective call 0, which worker 0 has completed; all workers must read the same data",
  );
});
