import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import { TensorSpec, tfFunction } from "../runtime/function.ts";
import { memory } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";

const { range } = Dataset;
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];

describe("scan", () => {
  it("gives each element what those before have left, and keeps number and order", () => {
    const sums = range(1, 5).scan(0n, (sum, x) => [tf.add(sum, x), { sum: tf.add(sum, x), x }]);
    expect(read(sums)).toEqual([
      { sum: 1, x: 1 },
      { sum: 3, x: 2 },
      { sum: 6, x: 3 },
      { sum: 10, x: 4 },
    ]);
    expect(sums.cardinality()).toBe(4);
    using late = sums.iterator({ startStep: 3 });
    using last = late.next()?.sum;
    expect(last?.item()).toBe(10);
    expect(read(sums.take(1))).toEqual([{ sum: 1, x: 1 }]); // each pass begins anew
  });

  it("takes states of several tensors, whose shapes may grow", () => {
    const state = { all: tf.zeros([0], { dtype: "int64" }), count: 0 };
    const histories = range(3).scan(state, ({ all, count }, x) => {
      const next = tf.concat([all, tf.reshape(x, [1])], 0);
      return [{ all: next, count: tf.add(count, 1) }, [next, count] as const];
    });
    expect(histories.elementSpec).toEqual([new TensorSpec([null], "int64"), new TensorSpec([], "float32")]);
    expect(read(histories)).toEqual([
      [[0], 0],
      [[0, 1], 1],
      [[0, 1, 2], 2],
    ]);
    const joined = range(3).reduce(tf.zeros([0], { dtype: "int64" }), (all, x) =>
      tf.concat([all, tf.reshape(x, [1])], 0),
    );
    expect(joined.array()).toEqual([0, 1, 2]);
  });

  it("refuses another state, another result, random numbers", () => {
    const numbers = range(3);
    expect(() => numbers.scan(0n, (sum) => [tf.cast(sum, "float32"), sum])).toThrow(
      "Dataset.scan: expected elements of the same structure and dtypes (int64 []), got float32 []",
    );
    expect(() => numbers.scan(0n, ((sum: Tensor) => sum) as never)).toThrow(
      "Dataset.scan: expected a function that returns [state, element], got",
    );
    expect(() => numbers.scan(0, (sum) => [sum, tf.random.uniform([])])).toThrow("a function without random numbers");
  });
});

describe("unique", () => {
  it("gives every value once, where it comes first", () => {
    expect(read(Dataset.fromTensorSlices(["a", "b", "a", "c", "b"]).unique())).toEqual(["a", "b", "c"]);
    expect(
      read(
        range(9)
          .map((x) => tf.math.floormod(x, 4n))
          .unique(),
      ),
    ).toEqual([0, 1, 2, 3]);
    expect(range(9).unique().cardinality()).toBe(-2);
    expect(() =>
      range(3)
        .map((x) => tf.cast(x, "float32"))
        .unique(),
    ).toThrow("Dataset.unique: expected elements that are one tensor of dtype int32, int64 or string, got float32 []");
    expect(() => Dataset.zip(range(2), range(2)).unique()).toThrow("got [int64 [], int64 []]");
  });
});

describe("ignoreErrors", () => {
  const parsed = (): Dataset<Tensor> =>
    Dataset.fromTensorSlices(["1", "x", "3", "", "5"]).map((text) => tf.strings.toNumber(text));

  it("leaves out what fails, from streams, mapped rows and JavaScript", () => {
    expect(() => read(parsed())).toThrow("element 1 of epoch 0");
    expect(read(parsed().ignoreErrors())).toEqual([1, 3, 5]);
    const odd = range(4).mapJs(
      (x: Tensor) => {
        if (Number(x.item()) % 2 === 0) throw new Error("even");
        return x;
      },
      { outputSignature: new TensorSpec([], "int64") },
    );
    expect(read(odd.ignoreErrors())).toEqual([1, 3]);
    odd.dispose();
  });

  it("knows the number of elements only where there is no end", () => {
    expect([parsed().ignoreErrors(), parsed().repeat().ignoreErrors()].map((dataset) => dataset.cardinality())).toEqual(
      [-2, -1],
    );
  });
});

describe("getSingleElement", () => {
  it("gives the only element, alone and in traced functions", () => {
    using pair = range(3)
      .batch(3)
      .map((x) => ({ x }))
      .getSingleElement().x;
    expect(pair.array()).toEqual([0, 1, 2]);
    const sum = tfFunction((n: Tensor) =>
      tf.reduceSum(
        range(4)
          .map((x) => tf.multiply(x, n))
          .batch(4)
          .getSingleElement(),
      ),
    );
    using total = sum(tf.constant(2n)) as Tensor;
    expect(total.item()).toBe(12);
  });

  it("refuses none and several, and frees what it read", () => {
    using numbers = range(2);
    const before = memory().numTensors;
    expect(() => numbers.getSingleElement()).toThrow(
      "Dataset.getSingleElement: expected one element, got more than one; take(1) gives the first",
    );
    expect(() => numbers.take(0).getSingleElement()).toThrow("expected one element, got none");
    expect(memory().numTensors).toBe(before);
  });
});

describe("rejectionResample", () => {
  const isTenth = (x: Tensor): Tensor => tf.cast(tf.equal(tf.math.floormod(x, 10n), 0n), "int32");
  const counts = (pairs: unknown[]): [number, number] => {
    const ones = pairs.filter((pair) => (pair as number[])[0] === 1).length;
    return [pairs.length - ones, ones];
  };

  it("makes classes as frequent as is wished, from known frequencies", () => {
    const even = range(5000).rejectionResample(isTenth, [1, 1], { initialDist: [9, 1], seed: 3 });
    const [zeros, ones] = counts(read(even));
    expect(ones).toBe(500); // the rarest of what is wished for is kept whole
    expect(Math.abs(zeros - 500)).toBeLessThan(70); // three standard deviations
  });

  it("counts frequencies that are not given on the way", () => {
    const [zeros, ones] = counts(read(range(5000).rejectionResample(isTenth, [0.5, 0.5], { seed: 4 })));
    expect(ones).toBeGreaterThan(480);
    // More zeros at first, when both classes seem as frequent: the sum over k of 8 / (10 + 0.9 k).
    expect(Math.abs(zeros - ones - 54)).toBeLessThan(70);
  });

  it("keeps each element at most once, in order, by (seed, epoch)", () => {
    const make = (): Dataset<[Tensor, Tensor]> =>
      range(300).rejectionResample(isTenth, [1, 1], { initialDist: [9, 1], seed: 5 });
    const elements = (read(make()) as [number, number][]).map(([, x]) => x);
    expect(elements).toEqual([...new Set(elements)].sort((a, b) => a - b));
    const dataset = make();
    const [first, second] = [read(dataset), read(dataset)];
    expect(first).toEqual(read(make()));
    expect(first).not.toEqual(second);
  });

  it("refuses frequencies that are none, or cannot be reached", () => {
    const resample = (target: unknown, initialDist?: number[]) => () =>
      range(3).rejectionResample(isTenth, target as number[], initialDist ? { initialDist } : {});
    expect(resample([0, 0])).toThrow("expected targetDist of 2 numbers of at least 0, not all of them 0, got");
    expect(resample(undefined)).toThrow("expected targetDist of some numbers of at least 0");
    expect(resample([1, 1], [1])).toThrow("expected initialDist of 2 numbers");
    expect(resample([1, 1], [1, 0])).toThrow(
      "expected initialDist above 0 for class 1, which targetDist wishes for, got 0",
    );
  });
});
