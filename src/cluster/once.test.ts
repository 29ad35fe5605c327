import { describe, expect, test } from "vitest";
import { OnceJournal } from "./once.ts";

const run = (worker: number) => ({ worker, message: { type: "once-run", key: "k" } });
const result = (worker: number) => ({ worker, message: { type: "once-result", key: "k", result: 7 } });

const all = (): boolean => true;

describe("a side effect", () => {
  test("is one worker's, and what comes of it all others', also those that come later", () => {
    const once = new OnceJournal(all);
    expect(once.ask(1, "k")).toEqual([run(1)]);
    expect(once.ask(0, "k")).toEqual([]);
    expect(once.done(1, "k", 7)).toEqual([result(0)]);
    expect(once.ask(2, "k")).toEqual([result(2)]);
  });

  test("throws everywhere when it throws", () => {
    const once = new OnceJournal(all);
    once.ask(0, "k");
    once.ask(1, "k");
    expect(once.failed(0, "k", "disk full")).toEqual([
      { worker: 1, message: { type: "once-error", key: "k", message: "disk full" } },
    ]);
  });

  test("is taken over when its worker is gone", () => {
    const once = new OnceJournal(all);
    once.ask(0, "k");
    once.ask(1, "k");
    once.ask(2, "k");
    expect(once.gone(1)).toEqual([]);
    expect(once.gone(0)).toEqual([run(2)]);
    expect(once.done(0, "k", 7)).toEqual([]);
    expect(once.gone(2)).toEqual([]);
    expect(once.ask(3, "k")).toEqual([run(3)]);
  });

  test("waits for a worker that has the state of the training, and is run by no other", () => {
    const once = new OnceJournal((worker) => worker !== 2);
    expect(once.ask(2, "k")).toEqual([]);
    expect(once.ask(0, "k")).toEqual([run(0)]);
    expect(once.gone(0)).toEqual([]);
    expect(once.ask(1, "k")).toEqual([run(1)]);
    expect(once.done(1, "k", 7)).toEqual([result(2)]);
  });
});
