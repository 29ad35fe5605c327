import { describe, expect, it } from "vitest";
import "../runtime/eager-executor.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { byIndex } from "./by-index.ts";
import { Dataset } from "./dataset.ts";
import { indexSpec } from "./element-function.ts";
import { int64, int64s } from "./ops.ts";
import type { Plan, Source } from "./plan.ts";
import { fitsIntoMemory, ReadAhead } from "./read-ahead.ts";

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Numbers 0 to n, from a source that notes of which records it is told. */
function noted(n: number, bytes = 1): { dataset: Dataset<Tensor>; told: number[]; source: Source } {
  const told: number[] = [];
  const source: Source = {
    kind: "noted",
    paths: ["a file"],
    numRecords: n,
    bytes,
    verify: () => {},
    readAhead: (first, amount) => told.push(...count(amount).map((i) => first + i)),
  };
  const indexed = { element: (index: Tensor) => [index], rows: (indices: Tensor) => [indices] };
  const plan = byIndex({ spec: indexSpec, cardinality: n, varies: false, sources: [source], parents: [], indexed });
  return { dataset: new Dataset<Tensor>(plan), told, source };
}

/** The records of which element `number` is made. */
function recordsOf(plan: Plan, number: number, epoch: number): number[] {
  const origins = plan.indexed?.origins as NonNullable<NonNullable<Plan["indexed"]>["origins"]>;
  return tidy(() => Array.from(origins(int64s([number]), int64(epoch)).data() as BigInt64Array, Number));
}

function spansOf({ ahead }: Plan, first: number, amount: number, epoch: number): number[] {
  return (ahead?.spans(first, amount, epoch) ?? []).flatMap((span) => count(span.count).map((i) => span.first + i));
}

const chains: Record<string, (dataset: Dataset<Tensor>) => Dataset<Tensor>> = {
  "as it is": (dataset) => dataset,
  batches: (dataset) => dataset.batch(7),
  "mapped, shuffled batches": (dataset) =>
    dataset
      .shuffle({ seed: 1 })
      .map((x) => x)
      .batch(7),
  "shuffled and repeated": (dataset) => dataset.shuffle({ seed: 1 }).repeat(3),
  "a part": (dataset) => dataset.skip(11).take(50),
  "every third": (dataset) => dataset.shard(3, 1),
  "two behind one another": (dataset) => dataset.concatenate(dataset),
};

describe("reading ahead", () => {
  it.each(Object.entries(chains))("knows the records of the elements to come: %s", (_name, chain) => {
    const { plan } = chain(noted(100).dataset);
    for (const [first, amount] of [
      [0, 1],
      [3, 5],
      [6, 4],
    ] as const)
      for (const epoch of [0, 2]) {
        const elements = count(amount).flatMap((i) => recordsOf(plan, first + i, epoch));
        expect(spansOf(plan, first, amount, epoch)).toEqual(elements.filter((record) => record >= 0));
      }
  });

  it("tells of the blocks of a window before the window begins", () => {
    const { dataset, told } = noted(1000);
    const { plan } = dataset.shuffle({ seed: 4, blockSize: 10, windowBlocks: 5 }).batch(5);
    const lead = plan.ahead?.lead as number;
    expect(lead).toBe(10); // batches in a window
    const reader = ReadAhead.of({ ...plan, readsAhead: true }, 1, 0, 1) as ReadAhead;
    for (let position = 0; position < 200; position++) {
      reader.advance(1, position);
      for (const record of recordsOf(plan, position, 1)) expect(told).toContain(record);
    }
    expect([...told].sort((a, b) => a - b)).toEqual(count(1000)); // each once
  });

  it("goes on into the next epoch, and begins in the middle of one", () => {
    const { dataset, told } = noted(20);
    const plan = { ...dataset.shuffle({ seed: 4 }).plan, readsAhead: true };
    const reader = ReadAhead.of(plan, 5, 18, 6) as ReadAhead;
    expect(told).toEqual(
      [18, 19].flatMap((i) => recordsOf(plan, i, 5)).concat(count(6).flatMap((i) => recordsOf(plan, i, 6))),
    );
    reader.advance(6, 20);
    expect(told).toHaveLength(22);
  });

  it("is left out for files that fit into memory, and for what has no files", () => {
    const { plan, source } = { ...noted(20, 1000), plan: noted(20, 1000).dataset.plan };
    expect(fitsIntoMemory([source], () => 1001)).toBe(true);
    expect(fitsIntoMemory([source], () => 1000)).toBe(false);
    expect(ReadAhead.of(plan, 0, 0, 0)).toBeUndefined();
    expect(ReadAhead.of({ ...plan, readsAhead: true }, 0, 0, 0)).toBeDefined();
    expect(ReadAhead.of({ ...Dataset.range(5).plan, readsAhead: true }, 0, 0, 0)).toBeUndefined();
  });
});

describe("a shuffle by blocks", () => {
  const order = (dataset: Dataset<Tensor>): number[] => [...dataset.asArrayIterator()] as number[];

  it("has each element once, keeps blocks in windows, and has another order each epoch", () => {
    const shuffled = Dataset.range(1000).shuffle({ seed: 1, blockSize: 10, windowBlocks: 4 }) as Dataset<Tensor>;
    const [first, second] = [order(shuffled), order(shuffled)];
    expect([...first].sort((a, b) => a - b)).toEqual(count(1000));
    expect(second).not.toEqual(first);
    const rotated = (x: number): number => Math.floor(x / 10);
    expect(new Set(first.slice(0, 40).map(rotated)).size).toBeLessThanOrEqual(8); // four blocks, cut anywhere
    expect(order(shuffled.skip(990))).toHaveLength(10);
  });

  it("refuses streams, and windows without blocks", () => {
    expect(() => Dataset.range(9).shuffle({ windowBlocks: 2 })).toThrow(/windowBlocks together with blockSize/);
    expect(() => Dataset.range(9).shuffle({ blockSize: 0 })).toThrow(/blockSize to be a whole number of at least 1/);
    expect(() => Dataset.range(9).batch(2).unbatch().shuffle({ blockSize: 2 })).toThrow(/elements with numbers/);
  });
});
