import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Pacing } from "./pacing.ts";

/** A clock that pieces of work move on, and where each ran. */
function watched() {
  const state = { now: 0, places: "" };
  vi.spyOn(performance, "now").mockImplementation(() => state.now);
  const pacing = new Pacing();
  const work = async (ms: number): Promise<void> =>
    pacing.run(
      () => {
        state.now += ms;
        state.places += "h";
      },
      async () => {
        state.now += ms;
        state.places += "e";
      },
    );
  return { state, pacing, work };
}

afterEach(() => void vi.restoreAllMocks());

describe("work runs", () => {
  test("here while it is short, whatever the first piece took", async () => {
    const { state, work } = watched();
    for (const ms of [900, 1, 2, 1]) await work(ms);
    expect(state.places).toBe("hhhh");
  });

  test("elsewhere from the third long piece on, and here again when pieces are short again", async () => {
    const { state, work } = watched();
    for (const ms of [900, 50, 50, 50, ...new Array(8).fill(1)]) await work(ms);
    expect(state.places).toMatch(/^hhee+h+$/);
  });
});

test("the event loop has its turn every 20 ms, not at every step", async () => {
  const { state, pacing } = watched();
  let turns = 0;
  const other = setTimeout(0).then(() => turns++);
  for (let i = 0; i < 19; i++, state.now++) await pacing.yield();
  expect(turns).toBe(0);
  state.now += 20;
  while (turns === 0) {
    await pacing.yield();
    state.now += 20;
  }
  await other;
});

test("many short loops in a row give the event loop its turn too", async () => {
  const { state } = watched();
  state.now = 1_000_000;
  let turns = 0;
  const other = setTimeout(0).then(() => turns++);
  for (let i = 0; turns === 0 && i < 100; i++, state.now += 5) await new Pacing().yield();
  await other;
  expect(turns).toBe(1);
});
