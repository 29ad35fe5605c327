import { describe, expect, test } from "vitest";
import { isMet, parseFault } from "./faults.ts";

describe("--fault", () => {
  test("names what happens to whom, at which step and where in it", () => {
    expect(parseFault("kill:1@50")).toEqual({ kind: "kill", worker: 1, step: 50, phase: "compute" });
    expect(parseFault("stop:0@0:reduce")).toEqual({ kind: "stop", worker: 0, step: 0, phase: "reduce" });
    expect(parseFault("add:2@7")).toEqual({ kind: "add", worker: 2, step: 7, phase: "compute" });
  });

  test.each([
    ["kill", "--fault: expected KIND:WORKER@STEP[:PHASE], got kill; for example kill:1@50 or kill:1@50:reduce"],
    ["kill:1@", "--fault: expected KIND:WORKER@STEP[:PHASE], got kill:1@; for example kill:1@50 or kill:1@50:reduce"],
    ["melt:1@50", "--fault: expected one of the faults kill, stop, cut, add, remove, got melt"],
    ["kill:coordinator@5", "--fault: expected a worker's number, as in kill:1@50, got coordinator"],
    ["add:0@5", "--fault: expected a number of workers of at least 1, got 0"],
    [
      "kill:1@5:lunch",
      "--fault: expected one of the phases compute, publish, reduce, gather, apply, commit, checkpoint, join, got lunch",
    ],
  ])("%s is refused", (text, message) => {
    expect(() => parseFault(text)).toThrow(message);
  });

  test("is met by its worker at its step, or where it comes to that phase later", () => {
    const fault = parseFault("kill:1@5:checkpoint");
    expect(isMet(fault, 1, 4, "checkpoint")).toBe(false);
    expect(isMet(fault, 1, 5, "compute")).toBe(false);
    expect(isMet(fault, 0, 5, "checkpoint")).toBe(false);
    expect(isMet(fault, 1, 8, "checkpoint")).toBe(true);
    expect(isMet(parseFault("add:1@5"), 0, 5, "compute")).toBe(true);
  });
});
