import { expect, test } from "vitest";
import { decide } from "./membership.ts";
import { defaultSettings as settings } from "./settings.ts";
import * as events from "./state.ts";

/** A call of two workers that a third joins. */
function joined(): events.JobState {
  const state = events.newJobState(3);
  for (const id of [0, 1, 2]) {
    events.started(state, 0);
    events.heard(state, id, 0);
    if (id < 2) events.entered(state, id, 0, 0);
  }
  events.formed(state, 0, [0, 1]);
  events.entered(state, 2, 0, 10);
  events.formed(state, 0, [0, 1, 2]);
  return state;
}

test("a worker that has ended the call without coming into a generation is not waited for in it", () => {
  const state = joined();
  events.passed(state, 0, 0, "completed", 0);
  expect(decide(20, state, settings).action.kind).toBe("wait");
  events.missed(state, 0);
  expect(decide(20, state, settings)).toEqual({
    action: { kind: "form", call: 0, members: [1, 2] },
    reason: "worker 0 has ended",
  });
  events.formed(state, 0, [1, 2]);
  expect(decide(20, state, settings).action.kind).toBe("wait");
});

test("the last that joined are on their own even where more are to go on", () => {
  const state = joined();
  for (const id of [0, 1]) {
    events.passed(state, id, 0, "completed", 0);
    events.missed(state, id);
  }
  expect(decide(20, state, { ...settings, minWorkers: 2 }).action).toEqual({ kind: "form", call: 0, members: [2] });
  expect(events.formed(state, 0, [2])).toEqual([2]); // it lacks the state: it is given the result
});
