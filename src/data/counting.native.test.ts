import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import "../runtime/eager-executor.ts";
import { TensorSpec } from "../runtime/function.ts";
import { Dataset } from "./dataset.ts";

const { counter, listFiles, random } = Dataset;
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];

describe("counter", () => {
  it("counts without end, up or down, from any position", () => {
    expect(read(counter().take(3))).toEqual([0, 1, 2]);
    expect(read(counter({ start: 5, step: -3 }).take(3))).toEqual([5, 2, -1]);
    expect(read(counter({ start: 1, step: 2 }).batch(2).skip(1_000_000).take(1))).toEqual([[4_000_001, 4_000_003]]);
    expect([counter(), counter({ step: -1 })].map((dataset) => dataset.cardinality())).toEqual([-1, -1]);
    const small = counter({ start: -1, dtype: "int32" }).take(2);
    expect(small.elementSpec).toEqual(new TensorSpec([], "int32"));
    expect(read(small)).toEqual([-1, 0]);
    using late = counter({ step: -1 }).iterator({ startStep: 7 });
    using element = late.next();
    expect(element?.item()).toBe(-7);
  });

  it("refuses steps of 0 and other dtypes", () => {
    expect(() => counter({ step: 0 })).toThrow("expected whole numbers and a step other than 0, got start 0, step 0");
    expect(() => counter({ start: 0.5 })).toThrow("got start 0.5, step 1");
    expect(() => counter({ dtype: "float32" as never })).toThrow("Dataset.counter: expected dtype int64 or int32, got");
  });
});

describe("random", () => {
  it("is a function of seed and number, and of the epoch where that is wished", () => {
    const same = random({ seed: 1 }).take(50);
    expect(read(same)).toEqual(read(same));
    expect(read(random({ seed: 2 }).take(50))).not.toEqual(read(same));
    const other = random({ seed: 1, rerandomizeEachIteration: true }).take(50);
    expect(read(other)).not.toEqual(read(other));
    expect(read(random({ seed: 1 }).skip(40).take(10))).toEqual((read(same) as number[]).slice(40));
    expect(read(random({ seed: 1 }).batch(50).take(1))).toEqual([read(same)]);
  });

  it("spreads evenly over [0, 2^32)", () => {
    const numbers = (read(random({ seed: 7 }).batch(4096).take(1))[0] as number[]).map((x) => x / 2 ** 32);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    const bins = new Array<number>(16).fill(0);
    for (const x of numbers) bins[Math.floor(x * 16)] = (bins[Math.floor(x * 16)] ?? 0) + 1;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 256) ** 2 / 256, 0);
    expect(chiSquare).toBeLessThan(37.7); // 15 degrees of freedom, one in a thousand is larger
    const neighbours = numbers.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * ((numbers[i] as number) - 0.5), 0);
    expect(Math.abs(neighbours / numbers.length / (1 / 12))).toBeLessThan(0.06);
  });
});

describe("listFiles", () => {
  const folder = mkdtempSync(join(tmpdir(), "tensorfleet-list-"));
  beforeAll(() => {
    mkdirSync(join(folder, "sub"));
    for (const name of ["b.txt", "a.txt", "c.csv", "sub/d.txt"]) writeFileSync(join(folder, name), name);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const names = (dataset: Dataset<never> | ReturnType<typeof listFiles>): string[] =>
    (read(dataset) as string[]).map((path) => path.slice(folder.length + 1));

  it("gives the names that match one of the patterns, sorted or shuffled", () => {
    expect(names(listFiles(join(folder, "*.txt"), { shuffle: false }))).toEqual(["a.txt", "b.txt"]);
    const both = [join(folder, "*.csv"), join(folder, "*", "*.txt")];
    expect(names(listFiles(both, { shuffle: false }))).toEqual(["c.csv", "sub/d.txt"]);
    const shuffled = listFiles(join(folder, "*.*"), { seed: 1 });
    const epochs = Array.from({ length: 8 }, () => names(shuffled));
    for (const epoch of epochs) expect([...epoch].sort()).toEqual(["a.txt", "b.txt", "c.csv"]);
    expect(new Set(epochs.map(String)).size).toBeGreaterThan(1);
    expect(shuffled.cardinality()).toBe(3);
  });

  it("refuses a pattern that nothing matches", () => {
    expect(() => listFiles(join(folder, "*.png"))).toThrow(
      "Dataset.listFiles: expected a pattern that files match, got",
    );
  });
});
