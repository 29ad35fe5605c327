import { describe, expect, it } from "vitest";
import "../runtime/eager-executor.ts";
import { TensorSpec } from "../runtime/function.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { indexSpec, trace } from "./element-function.ts";
import { int64, int64s } from "./ops.ts";
import { permute } from "./permutation.ts";

const vector = new TensorSpec([null], "int64");
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Record numbers in the order of one epoch. */
function orderOf(n: number, seed: number, epoch: number): number[] {
  return tidy(() => Array.from(permute(n, seed, int64s(count(n)), int64(epoch)).data() as BigInt64Array, Number));
}

/** Pearson's correlation. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = mean(a.map((v, i) => (v - meanA) * ((b[i] as number) - meanB)));
  const variance = (values: readonly number[], center: number): number => mean(values.map((v) => (v - center) ** 2));
  return product / Math.sqrt(variance(a, meanA) * variance(b, meanB));
}

/** How far the sum of squares lies from what chance gives, in standard deviations of chi-square. */
function chiSquareExcess(counts: readonly number[], expected: number): number {
  const chi = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  const degrees = counts.length - 1;
  return (chi - degrees) / Math.sqrt(2 * degrees);
}

describe("the global shuffle", () => {
  it.each([1, 2, 3, 10, 511, 512, 1000, 60_000])("has each of %i records exactly once", (n) => {
    expect(orderOf(n, 7, 3).sort((a, b) => a - b)).toEqual(count(n));
  });

  it("is the same for the same seed and epoch, and another for each of both", () => {
    for (const n of [100, 2000]) {
      const order = orderOf(n, 1, 0);
      expect(orderOf(n, 1, 0)).toEqual(order);
      expect(orderOf(n, 1, 1)).not.toEqual(order);
      expect(orderOf(n, 2, 0)).not.toEqual(order);
      expect(orderOf(n, 1, 2 ** 32)).not.toEqual(order);
    }
  });

  it("gives any part of the order by itself", () => {
    for (const n of [100, 2000]) {
      const part = tidy(() => Array.from(permute(n, 5, int64s([17, 3, 99]), int64(4)).data() as BigInt64Array, Number));
      const order = orderOf(n, 5, 4);
      expect(part).toEqual([order[17], order[3], order[99]]);
    }
  });

  it("gives nothing for no positions", () => {
    for (const n of [1, 20, 1000])
      for (const epochs of [int64(3), int64s([])])
        expect(tidy(() => permute(n, 5, int64s([]), epochs).shape)).toEqual([0]);
  });

  it("takes an epoch for each position, as batches across epochs need it", () => {
    for (const n of [20, 1000]) {
      const mixed = tidy(() =>
        Array.from(permute(n, 5, int64s([0, 1, 0, 1]), int64s([8, 8, 9, 3])).data() as BigInt64Array, Number),
      );
      const at = (epoch: number, position: number): number => orderOf(n, 5, epoch)[position] as number;
      expect(mixed).toEqual([at(8, 0), at(8, 1), at(9, 0), at(3, 1)]);
    }
  });

  it.each([20, 1000])("gives none for no positions, which is what a shard without rows asks for, of %i", (n) => {
    const none = trace("none", [vector, vector, indexSpec], (positions, epochs, epoch) => [
      permute(n, 5, positions as Tensor, epochs as Tensor),
      permute(n, 5, positions as Tensor, epoch as Tensor),
    ]);
    const [both, one] = tidy(() =>
      none.call([int64s([]), int64s([]), int64(3)]).map((order) => Array.from(order.data() as BigInt64Array)),
    );
    expect([both, one]).toEqual([[], []]);
    const some = tidy(() =>
      none
        .call([int64s([7, 2]), int64s([3, 3]), int64(3)])
        .map((order) => Array.from(order.data() as BigInt64Array, Number)),
    );
    const order = orderOf(n, 5, 3);
    expect(some).toEqual([
      [order[7], order[2]],
      [order[7], order[2]],
    ]);
    none.graph.releaseShares();
  });

  // Under the hypothesis of a true permutation, a correlation of n pairs has the standard deviation 1 / sqrt(n).
  it.each([400, 5000, 60_000])("leaves no correlation between neighbours, nor with the old order, for n = %i", (n) => {
    const bound = 4 / Math.sqrt(n);
    for (const seed of [0, 1, 12345]) {
      const order = orderOf(n, seed, 0);
      for (const lag of [1, 2, 64])
        expect(Math.abs(correlation(order.slice(lag), order.slice(0, -lag)))).toBeLessThan(bound);
      expect(Math.abs(correlation(order, count(n)))).toBeLessThan(bound);
    }
  });

  it.each([400, 5000, 60_000])("leaves no correlation between epochs or neighbouring seeds, for n = %i", (n) => {
    const bound = 4 / Math.sqrt(n);
    const first = orderOf(n, 3, 0);
    for (const other of [orderOf(n, 3, 1), orderOf(n, 3, 2), orderOf(n, 4, 0)])
      expect(Math.abs(correlation(first, other))).toBeLessThan(bound);
  });

  it("spreads the records of every part of the data evenly over every part of the epoch", () => {
    const n = 60_000;
    const parts = 20;
    for (const seed of [0, 99]) {
      const counts = new Array<number>(parts * parts).fill(0);
      orderOf(n, seed, 0).forEach((record, position) => {
        const cell = Math.floor((record * parts) / n) * parts + Math.floor((position * parts) / n);
        counts[cell] = (counts[cell] as number) + 1;
      });
      expect(Math.abs(chiSquareExcess(counts, n / parts ** 2))).toBeLessThan(5);
    }
  });

  it.each([4, 520, 60_000])("puts the first record at every place equally often over the epochs, for n = %i", (n) => {
    const epochs = 4000;
    const buckets = Math.min(n, 20);
    const places = tidy(() =>
      Array.from(
        permute(n, 11, int64s(new Array<number>(epochs).fill(0)), int64s(count(epochs))).data() as BigInt64Array,
        Number,
      ),
    );
    const counts = new Array<number>(buckets).fill(0);
    for (const place of places)
      counts[Math.floor((place * buckets) / n)] = (counts[Math.floor((place * buckets) / n)] as number) + 1;
    expect(Math.abs(chiSquareExcess(counts, epochs / buckets))).toBeLessThan(5);
  });

  it("reaches all orders of few records", () => {
    const orders = new Set(count(400).map((epoch) => orderOf(4, 1, epoch).join("")));
    expect(orders.size).toBe(24);
  });
});
