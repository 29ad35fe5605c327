import { describe, expect, test } from "vitest";
import { Calls } from "./calls.ts";

const fit = { number: 0, name: "fit", identity: { script: "abc", threads: "1" }, segmentBytes: [64, 128] };

describe("a collective call", () => {
  test("is what the first worker that comes to it says", () => {
    const calls = new Calls();
    expect(calls.enter(1, fit)).toBeUndefined();
    expect(calls.enter(0, fit)).toBeUndefined();
    expect([calls.segmentBytes(0, 2), calls.segmentBytes(0, 3), calls.memberLimit(0)]).toEqual([128, 0, 2]);
  });

  test("refuses a worker that runs something else, and names the difference", () => {
    const calls = new Calls();
    calls.enter(0, fit);
    expect(calls.enter(2, { ...fit, identity: { script: "abd", threads: "1", library: "x" } })).toEqual({
      message:
        "worker 2 at collective call 0 (fit): expected script abc as in worker 0, got abd; library undefined as in worker 0, got x",
      isPath: false,
    });
  });

  test("refuses a worker that took another path through the script", () => {
    const calls = new Calls();
    calls.enter(0, fit);
    expect(calls.enter(1, { ...fit, name: "evaluate" })).toEqual({
      message:
        "worker 1 at collective call 0: expected fit as in worker 0, got evaluate; all workers must take the same path through the script",
      isPath: true,
    });
  });

  test("keeps the first result", () => {
    const calls = new Calls();
    calls.enter(0, fit);
    expect(calls.result(0)).toBeUndefined();
    expect(calls.complete(0, 0, null, 7)).toBeUndefined();
    expect(calls.complete(1, 0, 5, 7)).toBeUndefined();
    expect(calls.result(0)).toMatchObject({ result: null });
  });

  test("says so when a worker comes to its end after another number of steps", () => {
    const calls = new Calls();
    calls.enter(0, fit);
    calls.complete(0, 0, null, 7);
    expect(calls.complete(1, 0, null, 9)).toBe(
      "worker 1 at the end of collective call 0 (fit): expected 7 steps of the job as in worker 0, got 9; all workers must read the same data",
    );
  });
});
