/** Keeps the resident memory of a training as it is from its first steps on, so that growth means that something is held. */
import v8 from "node:v8";

const OBJECT_LENGTH = 128;
const OBJECT_BYTES = 8 * OBJECT_LENGTH;

let isTouched = false;

/**
 * Fills JavaScript's young generation with garbage, once: its pages become resident when they are first used, which would take a thousand
 * steps otherwise. A few milliseconds.
 */
export function touchYoungGeneration(): void {
  if (isTouched) return;
  isTouched = true;
  const bytes = v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0;
  const kept: number[][] = [];
  for (let filled = 0; filled < 2.5 * bytes; filled += OBJECT_BYTES) kept[0] = new Array<number>(OBJECT_LENGTH).fill(0);
}
