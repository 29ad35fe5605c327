import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Action, decide } from "./membership.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import * as events from "./state.ts";

const settings: Settings = { ...defaultSettings, heartbeatIntervalMs: 100 };

/** A job of `wanted` workers whose first call has begun, at time 0. */
function running(wanted: number): events.JobState {
  const state = events.newJobState(wanted);
  for (let i = 0; i < wanted; i++) {
    const id = events.started(state, 0);
    events.heard(state, id, 0);
    events.entered(state, id, 0, 0);
  }
  events.formed(
    state,
    0,
    Array.from({ length: wanted }, (_, id) => id),
  );
  return state;
}

/** All members say where they are. */
function beat(state: events.JobState, nowMs: number, step: number, phase: "compute" | "reduce" = "compute"): void {
  for (const { id } of state.workers.values()) events.heard(state, id, nowMs, { lateMs: 0, step, phase });
}

const kill = { code: null, signal: "SIGKILL", step: 3, isInjected: false };

describe("a job", () => {
  test("starts as many workers as are asked for, and spares", () => {
    const state = events.newJobState(2);
    const actions: Action[] = [];
    for (;;) {
      const { action } = decide(0, state, { ...settings, spares: 1 });
      actions.push(action);
      if (action.kind !== "start") break;
      events.started(state, 0);
    }
    expect(actions.map(({ kind }) => kind)).toEqual(["start", "start", "start", "wait"]);
  });

  test("begins when all have come, or some after a while", () => {
    const state = events.newJobState(2);
    events.started(state, 0);
    events.started(state, 0);
    events.entered(state, 1, 0, 10);
    expect(decide(20, state, settings).action.kind).toBe("wait");
    expect(decide(10 + settings.joinTimeoutMs, state, settings)).toEqual({
      action: { kind: "form", call: 0, members: [1] },
      reason: "call 0 begins; waited 30000 ms for others",
    });
    expect(decide(10 + settings.joinTimeoutMs, state, { ...settings, minWorkers: 2 }).action.kind).toBe("wait");
    events.entered(state, 0, 0, 30);
    expect(decide(30, state, settings)).toEqual({
      action: { kind: "form", call: 0, members: [0, 1] },
      reason: "call 0 begins",
    });
  });

  test("goes on among the living when one dies, and takes another in", () => {
    const state = running(2);
    events.exited(state, 1, kill, 50, 0);
    expect(decide(50, state, settings)).toEqual({
      action: { kind: "form", call: 0, members: [0] },
      reason: "worker 1 is gone",
    });
    events.formed(state, 0, [0]);
    expect(decide(50, state, settings).action).toEqual({ kind: "start" });
    const id = events.started(state, 50);
    events.entered(state, id, 0, 60);
    expect(decide(60, state, settings)).toEqual({
      action: { kind: "form", call: 0, members: [0, 2] },
      reason: "worker 2 joins",
    });
  });

  test("forms no generation while a member that was given up can still write", () => {
    const state = running(3);
    events.closed(state.workers.get(1)!, 10);
    expect(decide(20, state, settings).action.kind).toBe("wait");
    expect(decide(10 + settings.closedGraceMs, state, settings).action).toEqual({
      kind: "evict",
      worker: 1,
      cause: "cut",
    });
    state.workers.get(1)!.isDoomed = true;
    expect(decide(400, state, settings).action.kind).toBe("start");
    events.started(state, 400);
    expect(decide(400, state, settings).action.kind).toBe("wait");
    events.exited(state, 1, kill, 410, 0);
    expect(decide(410, state, settings).action).toEqual({ kind: "form", call: 0, members: [0, 2] });
  });

  test("waits below its least number of workers", () => {
    const state = running(2);
    events.exited(state, 1, kill, 50, 0);
    events.started(state, 50);
    expect(decide(50, state, { ...settings, minWorkers: 2 }).action.kind).toBe("wait");
  });

  test("waits for a worker that says that it ends, and counts how it meant to end", () => {
    const state = running(1);
    events.saidBye(state.workers.get(0)!, 0);
    events.closed(state.workers.get(0)!, 10);
    expect(decide(10 + settings.closedGraceMs, state, settings).action.kind).toBe("wait");
    expect(decide(10 + settings.leaveTimeoutMs, state, settings).action).toEqual({
      kind: "evict",
      worker: 0,
      cause: "leave",
    });
    events.exited(state, 0, { ...kill, signal: "SIGSEGV" }, 20, 0);
    expect(decide(20, state, settings)).toEqual({
      action: { kind: "halt", exitCode: 0 },
      reason: "the script has ended",
    });
  });

  test("ends with the exit code of a script that failed, after the others had time to fail too", () => {
    const state = running(2);
    events.exited(state, 1, { ...kill, code: 5, signal: null }, 50, 1000);
    expect(decide(60, state, settings).action.kind).toBe("wait");
    expect(decide(1050, state, settings).action).toEqual({ kind: "evict", worker: 0, cause: "end" });
    state.workers.get(0)!.isDoomed = true;
    events.exited(state, 0, kill, 1060, 1000);
    expect(decide(1060, state, settings)).toEqual({
      action: { kind: "finish", exitCode: 5 },
      reason: "the script failed in worker 1",
    });
  });

  test("halts when one step has killed in three generations, unless that step was committed since", () => {
    const dieThrice = (commits: boolean): string => {
      const state = running(4);
      for (const [id, others] of [
        [0, [1, 2, 3]],
        [1, [2, 3]],
        [2, [3]],
      ] as const) {
        events.exited(state, id, kill, 10, 0);
        if (commits) events.committed(state, 3);
        if (decide(10, state, settings).action.kind !== "halt") events.formed(state, 0, others);
      }
      return decide(10, state, settings).reason;
    };
    expect(dieThrice(false)).toBe("step 3 has killed workers in 3 generations; look at what it computes");
    expect(dieThrice(true)).toBe("another takes the place of one that is gone");
  });

  test("halts when one shard has killed in three generations, and names its samples; not when others died elsewhere", () => {
    const dieAt = (places: readonly (readonly [from: number, to: number])[]): string => {
      const state = running(4);
      for (const [id, [from, to]] of places.entries()) {
        const computing = {
          shards: { from, to },
          rows: { begin: 2 * from, end: 2 * to },
          samples: id === 0 ? "" : `of ${from}`,
        };
        events.exited(state, id, { ...kill, step: 3, computing }, 10, 0);
        const left = [0, 1, 2, 3].filter((other) => other > id);
        if (decide(10, state, settings).action.kind !== "halt") events.formed(state, 0, left);
      }
      return decide(10, state, settings).reason;
    };
    expect(dieAt([[0, 4], [2, 3], [2, 3]])).toBe(
      "step 3, shard 2 (rows 4 to 5 of the batch: of 2) has killed workers in 3 generations; look at what it computes",
    ); // biome-ignore format: a table
    expect(
      dieAt([
        [0, 1],
        [2, 3],
        [2, 3],
      ]),
    ).toBe("another takes the place of one that is gone");
  });

  test("says where the last worker died, when with it the state is gone", () => {
    const state = running(2);
    const computing = { shards: { from: 1, to: 2 }, rows: { begin: 4, end: 5 }, samples: "" };
    for (const id of [0, 1]) {
      events.exited(state, id, { ...kill, step: 7, computing }, 10, 0);
      if (id === 0) events.formed(state, 0, [1]);
    }
    expect(decide(10, state, settings).reason).toBe(
      "all workers died one after the other, in 2 generations, and with them the state of the training; at step 7, shard 1 (row 4 of the batch)",
    );
  });

  test("halts when workers die one after the other before they come to a call", () => {
    const state = events.newJobState(1);
    for (let i = 0; i < 3; i++) {
      expect(decide(i * 10_000, state, settings).action.kind).toBe("start");
      events.exited(state, events.started(state, 0), { ...kill, step: -1 }, i * 10_000, 0);
    }
    expect(decide(30_000, state, settings).reason).toBe(
      "3 workers in a row died before they came to a collective call",
    );
  });

  test("halts when all members are gone at once", () => {
    const state = running(2);
    events.exited(state, 0, kill, 10, 0);
    events.exited(state, 1, kill, 10, 0);
    expect(decide(10, state, settings)).toEqual({
      action: { kind: "halt", exitCode: 1 },
      reason: "all workers died at once, and with them the state of the training; at step 3",
    });
  });

  test("lets the last that came leave when fewer are wanted", () => {
    const state = running(3);
    events.scaled(state, 2);
    expect(decide(10, state, settings)).toEqual({
      action: { kind: "release", worker: 2 },
      reason: "2 workers are wanted",
    });
    events.released(state, 2, 10);
    expect(decide(10, state, settings).action).toEqual({ kind: "form", call: 0, members: [0, 1] });
    events.formed(state, 0, [0, 1]);
    expect(decide(10, state, settings).action.kind).toBe("wait");
    expect(decide(10 + settings.leaveTimeoutMs, state, settings).action).toEqual({
      kind: "evict",
      worker: 2,
      cause: "leave",
    });
  });
});

describe("suspicion", () => {
  test("gives up a stopped process soon, a silent one that runs much later", () => {
    const state = running(2);
    beat(state, 1000, 1);
    events.heard(state, 0, 1600);
    expect(decide(1600, state, settings).action.kind).toBe("wait");
    state.workers.get(1)!.isStopped = true;
    expect(decide(1499, state, settings).action.kind).toBe("wait");
    expect(decide(1500, state, settings)).toEqual({
      action: { kind: "evict", worker: 1, cause: "stop" },
      reason: "it is stopped and silent for 500 ms",
    });
    state.workers.get(1)!.isStopped = false;
    events.heard(state, 0, 11_000);
    expect(decide(11_000, state, settings).action).toEqual({ kind: "evict", worker: 1, cause: "hang" });
  });

  test("waits longer the later the machine lets processes run, and not while the agent itself did not run", () => {
    const state = running(2);
    beat(state, 0, 1);
    events.noteDelay(state, 3000);
    events.heard(state, 0, 20_000);
    expect(decide(20_000, state, settings).action.kind).toBe("wait");
    expect(decide(22_001, state, settings).action.kind).toBe("evict");
    state.awakeSinceMs = 22_000;
    expect(decide(22_001, state, settings).action.kind).toBe("wait");
  });

  test("is suspended under a debugger", () => {
    const state = running(2);
    beat(state, 0, 1);
    state.workers.get(1)!.isStopped = true;
    expect(decide(1e6, state, { ...settings, isDebugging: true }).action.kind).toBe("wait");
  });

  test("falls on who computes one step for very long while another waits for it", () => {
    const state = running(2);
    beat(state, 0, 7);
    events.heard(state, 0, 100, { lateMs: 0, step: 7, phase: "reduce" });
    const endMs = settings.progressTimeoutMs;
    for (const id of [0, 1]) events.heard(state, id, endMs - 1);
    expect(decide(endMs - 1, state, settings).action.kind).toBe("wait");
    expect(decide(endMs, state, settings).action).toEqual({ kind: "evict", worker: 1, cause: "stall" });
    beat(state, 2 * endMs, 8, "reduce");
    beat(state, 2 * endMs, 9, "compute");
    for (const id of [0, 1]) events.heard(state, id, 3 * endMs);
    expect(decide(3 * endMs, state, settings).action.kind).toBe("wait"); // all compute: nobody waits
  });
});

test("deciding changes nothing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(3)), fc.nat(20_000), (wanted, dead, nowMs) => {
      const state = running(wanted);
      for (const id of dead) events.exited(state, id, kill, 1, 0);
      const copy = structuredClone(state);
      decide(nowMs, state, settings);
      expect(state).toEqual(copy);
    }),
  );
});
