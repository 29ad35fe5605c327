import { describe, expect, it } from "vitest";
import "../runtime/eager-executor.ts";
import { tidy } from "../runtime/scopes.ts";
import { type BlockLayout, blockOrder, permuteBlocks } from "./block-permutation.ts";
import { int64, int64s } from "./ops.ts";

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const numbers = (tensor: { data(): unknown }): number[] => Array.from(tensor.data() as BigInt64Array, Number);

function orderOf(layout: BlockLayout, epoch: number): number[] {
  return tidy(() => numbers(permuteBlocks(layout, int64s(count(layout.n)), int64(epoch))));
}

/** Which records are read at the positions of a window, whatever their order in it. */
function windowsOf(layout: BlockLayout, epoch: number): number[][] {
  const size = layout.blockSize * layout.windowBlocks;
  const order = orderOf(layout, epoch);
  return count(Math.ceil(layout.n / size)).map((w) => order.slice(w * size, (w + 1) * size).sort((a, b) => a - b));
}

describe("the block shuffle", () => {
  it("has each record exactly once, whatever the sizes", () => {
    for (const n of [1, 2, 3, 7, 10, 64, 97])
      for (const blockSize of [1, 2, 3, 7, 10, 100])
        for (const windowBlocks of [1, 2, 3, 5, 100]) {
          const order = orderOf({ n, blockSize, windowBlocks, seed: n }, blockSize);
          expect(order.sort((a, b) => a - b)).toEqual(count(n));
        }
  });

  it.each([
    [5000, 7, 90], // whole windows above the size at which keys are sorted, the last one below
    [5000, 100, 9], // both above
    [5000, 3, 7], // both below, many blocks
    [2048, 16, 64], // nothing odd
    [60_000, 64, 16],
  ])("has each of %i records exactly once in blocks of %i and windows of %i", (n, blockSize, windowBlocks) => {
    for (const epoch of [0, 3])
      expect(orderOf({ n, blockSize, windowBlocks, seed: 5 }, epoch).sort((a, b) => a - b)).toEqual(count(n));
  });

  it("is the same for the same seed and epoch, and another for each of both", () => {
    const layout = { n: 3000, blockSize: 10, windowBlocks: 7, seed: 1 };
    const order = orderOf(layout, 0);
    expect(orderOf(layout, 0)).toEqual(order);
    expect(orderOf(layout, 1)).not.toEqual(order);
    expect(orderOf({ ...layout, seed: 2 }, 0)).not.toEqual(order);
  });

  it("gives any part of the order by itself, and one position", () => {
    const layout = { n: 3000, blockSize: 10, windowBlocks: 70, seed: 1 };
    const order = orderOf(layout, 4);
    const at = [17, 2999, 0, 1500];
    expect(tidy(() => numbers(permuteBlocks(layout, int64s(at), int64(4))))).toEqual(at.map((i) => order[i]));
    expect(tidy(() => numbers(permuteBlocks(layout, int64(2999), int64(4))))).toEqual([order[2999]]);
  });

  it("takes an epoch for each position, as batches across epochs need it", () => {
    for (const layout of [
      { n: 100, blockSize: 3, windowBlocks: 4, seed: 9 },
      { n: 9000, blockSize: 30, windowBlocks: 40, seed: 9 },
    ]) {
      const mixed = tidy(() => numbers(permuteBlocks(layout, int64s([98, 99, 0, 1]), int64s([2, 2, 3, 3]))));
      expect(mixed).toEqual([...orderOf(layout, 2).slice(98, 100), ...orderOf(layout, 3).slice(0, 2)]);
    }
  });

  it("reads in each window just the blocks that blockOrder says, one behind the other in the file", () => {
    const layout = { n: 1000, blockSize: 16, windowBlocks: 5, seed: 3 };
    for (const epoch of [0, 1, 2]) {
      const starts = Array.from(blockOrder(layout, epoch), Number);
      const lengths = starts.map((_, i) => Math.min(16, 1000 - 16 * i));
      const blocks = starts.map((start, i) => count(lengths[i] as number).map((k) => (start + k) % 1000));
      const expected = count(13).map((w) =>
        blocks
          .slice(5 * w, 5 * w + 5)
          .flat()
          .sort((a, b) => a - b),
      );
      expect(windowsOf(layout, epoch)).toEqual(expected);
    }
  });

  it("puts other records into the block that is not full, each epoch", () => {
    const layout = { n: 103, blockSize: 10, windowBlocks: 2, seed: 3 };
    const odd = new Set(count(200).flatMap((epoch) => windowsOf(layout, epoch).at(-1)));
    expect(odd.size).toBe(103);
  });

  it("puts a record at every place equally often over the epochs", () => {
    const epochs = 6000;
    for (const layout of [
      { n: 61, blockSize: 4, windowBlocks: 3, seed: 8 },
      { n: 4100, blockSize: 100, windowBlocks: 8, seed: 8 },
    ]) {
      const places = tidy(() =>
        numbers(permuteBlocks(layout, int64s(count(epochs).fill(layout.n - 1)), int64s(count(epochs)))),
      );
      const counts = new Array<number>(20).fill(0);
      for (const place of places) counts[Math.floor((place * 20) / layout.n)]! += 1;
      const cells = count(20).map(
        (cell) => Math.ceil(((cell + 1) * layout.n) / 20) - Math.ceil((cell * layout.n) / 20),
      );
      const chi = counts.reduce((sum, seen, cell) => {
        const expected = (epochs * (cells[cell] as number)) / layout.n;
        return sum + (seen - expected) ** 2 / expected;
      }, 0);
      expect((chi - 19) / Math.sqrt(38)).toBeLessThan(5);
    }
  });
});
