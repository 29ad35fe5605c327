/** After each test, every tensor that it made must be free or collectable: what is still held then has leaked into the framework's state. */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach } from "vitest";
import { memory } from "../../src/runtime/scopes.ts";

const ROUNDS = 20;
let before = 0;

async function collect(target: number): Promise<number> {
  for (let round = 0; round < ROUNDS && memory().numTensors > target; round++) {
    globalThis.gc?.();
    await setImmediate(); // finalizers run between macrotasks
  }
  return memory().numTensors;
}

beforeEach(() => {
  before = memory().numTensors;
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") return;
  const after = await collect(before);
  const allowed = Number((task.meta as { keepsTensors?: number }).keepsTensors ?? 0);
  if (after > before + allowed)
    throw new Error(
      `leak check: expected ${before} tensors after "${task.name}" as before it, got ${after}; dispose what it made, or set task.meta.keepsTensors where state is meant to stay`,
    );
});
