import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";
import { int64, int64s } from "./ops.ts";
import { INFINITE_CARDINALITY } from "./reading.ts";

const { chooseFromDatasets, range, sampleFromDatasets } = Dataset;
const numbersOf = (dataset: Dataset<Tensor>): number[] => [...dataset.asArrayIterator()] as number[];
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const three = (): Dataset<Tensor>[] => [range(0, 700), range(1000, 1050), range(2000, 2900)];

describe("a mixture by weights", () => {
  it("has each element of every dataset once, in its dataset's order, and draws by weights", () => {
    const mixed = sampleFromDatasets(three(), { weights: [0.5, 0.25, 0.25], seed: 3 });
    expect(mixed.cardinality()).toBe(1650);
    const numbers = numbersOf(mixed);
    expect(sorted(numbers)).toEqual([
      ...upTo(700),
      ...upTo(50).map((i) => 1000 + i),
      ...upTo(900).map((i) => 2000 + i),
    ]);
    for (const from of [0, 1000, 2000]) {
      const own = numbers.filter((x) => x >= from && x < from + 1000);
      expect(own).toEqual(sorted(own));
    }
    const first = numbers.slice(0, 190);
    expect(first.filter((x) => x < 1000).length).toBeGreaterThan(70);
    expect(first.filter((x) => x >= 1000 && x < 2000).length).toBeGreaterThan(25);
  });

  it("is a function of the number: from any position, in any batch, behind an exact shuffle", () => {
    const mixed = (): Dataset<Tensor> => sampleFromDatasets(three(), { seed: 3 });
    const all = numbersOf(mixed());
    expect(numbersOf(mixed().skip(1234))).toEqual(all.slice(1234));
    expect((numbersOf(mixed().batch(7)) as unknown as number[][]).flat()).toEqual(all);
    const shuffled = numbersOf(mixed().shuffle({ seed: 1 }));
    expect(sorted(shuffled)).toEqual(sorted(all));
    expect(shuffled).not.toEqual(all);
    const iterator = mixed().iterator({ startStep: 1600 });
    expect(iterator.next()?.item()).toBe(all[1600]);
    iterator.dispose();
  });

  it("has another order each epoch on request, the same for the same epoch, and passes epochs on to what varies", () => {
    const order = (rerandomizeEachIteration: boolean): number[][] => {
      const mixed = sampleFromDatasets([range(500), range(1000, 1500)], { seed: 3, rerandomizeEachIteration });
      return [0, 1, 0].map((epoch) => {
        using iterator = mixed.batch(1000).iterator({ epoch });
        return iterator.next()?.array() as number[];
      });
    };
    const [first, second, again] = order(true);
    expect(second).not.toEqual(first);
    expect(again).toEqual(first);
    expect(sorted(second as number[])).toEqual(sorted(first as number[]));
    const [same, asBefore] = order(false);
    expect(asBefore).toEqual(same);
    const shuffled = sampleFromDatasets([range(300).shuffle({ seed: 1 }), range(1000, 1300).shuffle({ seed: 2 })], {
      seed: 1,
    });
    expect(numbersOf(shuffled)).not.toEqual(numbersOf(shuffled));
  });

  it("ends on request when a dataset is empty, and has no end when one has none", () => {
    const ends = sampleFromDatasets([range(10), range(1000, 2000)], {
      weights: [1, 1],
      seed: 1,
      stopOnEmptyDataset: true,
    });
    const numbers = numbersOf(ends);
    expect(numbers.length).toBe(ends.cardinality());
    expect(numbers.filter((x) => x < 10)).toEqual(upTo(10));
    expect(numbers.length).toBeLessThan(60);
    const endless = sampleFromDatasets([range(3), range(1000, 1003).repeat()], { seed: 1 });
    expect(endless.cardinality()).toBe(INFINITE_CARDINALITY);
    const part = numbersOf(endless.take(100));
    expect(part.filter((x) => x < 1000)).toEqual([0, 1, 2]);
    expect(part.filter((x) => x >= 1000).length).toBe(97);
  });

  it("knows of which records its elements are made", () => {
    const mixed = sampleFromDatasets([range(4), range(10, 13)], { seed: 1 });
    const { origins } = mixed.plan.indexed ?? {};
    const numbers = numbersOf(mixed);
    const found = origins?.(int64s(upTo(7)), int64(0)).array() as number[][];
    expect(found).toEqual(numbers.map((x) => (x < 10 ? [x, -1] : [-1, x - 10])));
  });

  it("draws from streams in the same way", () => {
    const stream = (from: number, to: number): Dataset<Tensor> =>
      range(from, to).filter((x) => tf.greaterEqual(x, from));
    const numbers = numbersOf(sampleFromDatasets([stream(0, 400), stream(1000, 1100)], { weights: [3, 1], seed: 5 }));
    expect(sorted(numbers)).toEqual([...upTo(400), ...upTo(100).map((i) => 1000 + i)]);
    const indexed = numbersOf(sampleFromDatasets([range(400), range(1000, 1100)], { weights: [3, 1], seed: 5 }));
    expect(numbers.slice(0, 256)).toEqual(indexed.slice(0, 256));
  });

  it("refuses what cannot be mixed", () => {
    expect(() => sampleFromDatasets([])).toThrow(/expected an array of at least one dataset/);
    expect(() => sampleFromDatasets([range(2), range(2)], { weights: [1] })).toThrow(
      /expected 2 weights of at least 0/,
    );
    expect(() => sampleFromDatasets([range(2), range(2)], { weights: [1, Number.NaN] })).toThrow(
      /2 weights of at least 0/,
    );
    expect(() => sampleFromDatasets([range(2), range(2)], { weights: [1, 1e9] })).toThrow(/at least 1\/16384/);
    const texts = Dataset.fromTensorSlices(["a"]) as unknown as Dataset<Tensor>;
    expect(() => sampleFromDatasets([range(2) as Dataset<Tensor>, texts])).toThrow(/same structure and dtypes/);
  });
});

describe("datasets chosen by another", () => {
  it("gives the next element of the one that is named", () => {
    const choice = Dataset.fromTensorSlices(BigInt64Array.of(1n, 0n, 0n, 1n, 0n));
    expect(numbersOf(chooseFromDatasets([range(10), range(10, 20)], choice))).toEqual([10, 0, 1, 11, 2]);
  });

  it("ends with the first that is empty, or goes on", () => {
    const choice = range(2).repeat(3);
    expect(numbersOf(chooseFromDatasets([range(1), range(10, 20)], choice))).toEqual([0, 10]);
    const all = chooseFromDatasets([range(1), range(10, 20)], choice, { stopOnEmptyDataset: false });
    expect(numbersOf(all)).toEqual([0, 10, 11, 12]);
  });

  it("refuses choices that are no int64 scalars, and tells of one that names no dataset", () => {
    const choice = Dataset.fromTensorSlices([0.5]);
    expect(() => chooseFromDatasets([range(2)], choice as Dataset<Tensor>)).toThrow(/a choiceDataset of int64 scalars/);
    expect(() => numbersOf(chooseFromDatasets([range(2)], range(5, 6)))).toThrow(/5/);
  });
});
