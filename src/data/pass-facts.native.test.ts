import { expect, it } from "vitest";
import { constant } from "../ops/array/creation.ts";
import { sort } from "../ops/array/ordering.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./index.ts";
import { type PassFacts, passFacts } from "./pass-facts.ts";

/** The facts, with the reads of each source as [total, least, most]. */
function factsOf(dataset: Dataset<never>): unknown {
  const { batches, rows, sources }: PassFacts = passFacts(dataset.plan);
  const reads = sources.map(({ end, reads: r }) => [end, r && [r.total, r.least, r.most]]);
  dataset.dispose();
  return { batches, rows, reads };
}

const range = (n: number): Dataset<never> => Dataset.range(n) as unknown as Dataset<never>;

it("knows how often a pass reads each record", () => {
  expect(factsOf(range(10).shuffle({ seed: 1 }).batch(4))).toEqual({ batches: 3, rows: 10, reads: [[10, [10, 1, 1]]] });
  expect(factsOf(range(10).batch(4, { dropRemainder: true }))).toEqual({
    batches: 2,
    rows: 8,
    reads: [[10, [8, 0, 1]]],
  });
  expect(factsOf(range(4).repeat(3).batch(5))).toEqual({ batches: 3, rows: 12, reads: [[4, [12, 3, 3]]] });
  expect(factsOf(range(9).take(2).repeat(3).batch(2))).toEqual({ batches: 3, rows: 6, reads: [[9, [6, 0, 3]]] });
});

it("counts the records of each source by themselves", () => {
  const joined = range(3).concatenate(range(5)).batch(4);
  expect(factsOf(joined)).toEqual({
    batches: 2,
    rows: 8,
    reads: [
      [3, [3, 1, 1]],
      [5, [5, 1, 1]],
    ],
  });
});

it("knows the records of batches that are mapped whole", () => {
  const mapped = range(10)
    .batch(4)
    .map((x: Tensor) => sort(x) as never);
  expect(factsOf(mapped)).toEqual({ batches: 3, rows: 10, reads: [[10, [10, 1, 1]]] });
});

it("tells what only reading tells", () => {
  const filtered = range(8)
    .filter(() => constant(true) as never)
    .batch(4);
  expect(factsOf(filtered)).toEqual({ batches: undefined, rows: undefined, reads: [] });
  expect(factsOf(range(8).repeat().batch(4))).toMatchObject({ batches: undefined, reads: [[8, undefined]] });
});

it("looks through a plan once", () => {
  const dataset = range(6).batch(2);
  expect(passFacts(dataset.plan)).toBe(passFacts(dataset.plan));
  dataset.dispose();
});
