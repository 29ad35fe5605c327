import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import { tfFunction } from "../runtime/function.ts";
import { setSeed } from "../runtime/random-state.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";

const { range } = Dataset;
const count = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

/** The elements of one epoch as nested arrays. */
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];
const sorted = (values: unknown[]): number[] => (values.flat(9) as number[]).sort((a, b) => a - b);

/** A dataset whose elements have no numbers. */
const stream = (n: number): Dataset<Tensor> => range(n).filter(() => tf.constant(true));

describe("sources", () => {
  it("slice tensors, typed arrays and nested arrays along their first axis", () => {
    expect(read(Dataset.fromTensorSlices(Int32Array.of(1, 2)))).toEqual([1, 2]);
    expect(
      read(
        Dataset.fromTensorSlices([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(read(Dataset.fromTensorSlices(["a", "b"]))).toEqual(["a", "b"]);
  });

  it("slice arrays and objects of tensors together", () => {
    const [x, y] = [
      tf.constant([
        [1, 2],
        [3, 4],
      ]),
      Int32Array.of(5, 6),
    ];
    expect(read(Dataset.fromTensorSlices([x, y]))).toEqual([
      [[1, 2], 5],
      [[3, 4], 6],
    ]);
    expect(read(Dataset.fromTensorSlices({ pair: [x, y], name: ["a", "b"] }))).toEqual([
      { name: "a", pair: [[1, 2], 5] },
      { name: "b", pair: [[3, 4], 6] },
    ]);
  });

  it("outlive the scope of the tensors that they were made of", () => {
    const dataset = tidy(() => Dataset.fromTensorSlices(tf.add([1, 2], 1)));
    expect(read(dataset)).toEqual([2, 3]);
  });

  it("give whole tensors as one element, and ranges of numbers", () => {
    expect(
      read(
        Dataset.fromTensors([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect([range(3), range(2, 5), range(9, 0, -4), range(0)].map((dataset) => read(dataset))).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [9, 5, 1],
      [],
    ]);
  });

  it("refuse tensors of different lengths, scalars and nothing", () => {
    expect(() => Dataset.fromTensorSlices([Int32Array.of(1, 2), Int32Array.of(1)])).toThrow(
      "Dataset.fromTensorSlices: expected tensors with the same number of slices, got [2] and [1]; cut them to one length",
    );
    expect(() => Dataset.fromTensorSlices(5)).toThrow(/first axis to slice along, got a scalar/);
    expect(() => Dataset.range(0, 1, 0)).toThrow(/a step other than 0/);
  });
});

describe("map", () => {
  it("gives the components of arrays as arguments, and objects whole", () => {
    const pairs = Dataset.zip(range(3), range(3, 6));
    expect(read(pairs.map((x, y) => tf.multiply(x, y)))).toEqual([0, 4, 10]);
    const named = Dataset.zip({ x: range(2), y: range(2, 4) });
    expect(read(named.map(({ x, y }) => ({ sum: tf.add(x, y), x })))).toEqual([
      { sum: 2, x: 0 },
      { sum: 4, x: 1 },
    ]);
  });

  it("is traced once, also for several epochs and batches", () => {
    let traces = 0;
    const dataset = range(6).map((x) => {
      traces++;
      return tf.add(x, 1n);
    });
    read(dataset.batch(4));
    read(dataset.shuffle().batch(2));
    read(dataset);
    expect(traces).toBe(1);
  });

  it("gives the same by index, as a stream, in parallel, and within batches", () => {
    const square = (x: Tensor): [Tensor, Tensor] => [x, tf.cast(tf.multiply(x, x), "float32")];
    const expected = count(10).map((x) => [x, x * x]);
    expect(read(range(10).map(square))).toEqual(expected);
    expect(read(stream(10).map(square))).toEqual(expected);
    expect(read(range(10).map(square, { numParallelCalls: 2 }))).toEqual(expected);
    expect(read(stream(10).map(square, { numParallelCalls: -1 }))).toEqual(expected);
    const batches = [
      [count(4), count(4).map((x) => x * x)],
      [count(4, 4), count(4, 4).map((x) => x * x)],
      [
        [8, 9],
        [64, 81],
      ],
    ];
    expect(read(range(10).map(square).batch(4))).toEqual(batches);
    expect(read(stream(10).map(square).batch(4))).toEqual(batches);
    expect(read(range(10).map(square, { numParallelCalls: 2 }).batch(4))).toEqual(batches);
  });

  it("may return numbers, strings and other structures than it was given", () => {
    expect(read(range(2).map((x) => ({ x: [x, 1.5], name: "n" })))).toEqual(
      [0, 1].map((x) => ({ name: "n", x: [x, 1.5] })),
    );
  });

  it("calls traced functions, conditions and captured tensors", () => {
    const half = tf.constant(0.5);
    const scaled = tfFunction((x: Tensor) => tf.multiply(tf.cast(x, "float32"), half));
    expect(
      read(
        range(4)
          .map((x) => tf.add(scaled(x), half))
          .batch(4),
      ),
    ).toEqual([[0.5, 1, 1.5, 2]]);
    expect(read(range(4).map((x) => tf.where(tf.less(x, 2n), x, tf.negative(x))))).toEqual([0, 1, -2, -3]);
  });

  it("draws random numbers that follow from seed, epoch and element, however they are computed", () => {
    const noisy = (): Dataset<Tensor> => {
      setSeed(5);
      return range(6).map((x) => tf.add(tf.cast(x, "float32"), tf.random.uniform([])));
    };
    const dataset = noisy();
    const [first, second] = [read(dataset), read(dataset)];
    expect(second).not.toEqual(first);
    expect(new Set((first as number[]).map((x) => x % 1)).size).toBe(6);
    expect(read(noisy())).toEqual(first);
    expect(read(noisy().batch(3)).flat()).toEqual(first);
    using late = noisy().batch(3).iterator({ epoch: 1, startStep: 1 });
    expect(late.next()?.array()).toEqual(second.slice(3));
  });

  it("refuses promises, missing results, and reads of what has no value yet", () => {
    expect(() => range(3).map(async (x) => x)).toThrow(
      /Dataset.map: expected a synchronous function of tensors, got one that returns a promise/,
    );
    expect(() => range(3).map(() => undefined)).toThrow(
      "Dataset.map: expected a function that returns tensors, or arrays and objects of them, got undefined",
    );
    expect(() => range(3).map((x) => x.item())).toThrow(/expected a tensor with a value, got the traced tensor/);
    expect(() => range(3).map((x) => x, { numParallelCalls: 0 })).toThrow(
      /numParallelCalls to be a whole number of at least 1, got 0/,
    );
  });

  it("names the element at which a function fails", () => {
    const table = tf.constant([1, 2, 3]);
    const dataset = range(5).map((i) => tf.gather(table, i));
    const inside = /dataset: element 3 of epoch 0: a function of the pipeline failed: indices = 3 is not in \[0, 3\)/;
    expect(() => read(dataset)).toThrow(inside);
    using iterator = dataset.batch(2).iterator();
    expect(iterator.next()?.array()).toEqual([1, 2]);
    expect(() => iterator.next()).toThrow(/dataset: element 1 of epoch 0: .* is not in/);
  });
});

describe("batch", () => {
  it("stacks elements, the last part or not", () => {
    expect(read(range(5).batch(2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(read(range(5).batch(2, { dropRemainder: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(read(stream(5).batch(2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(read(range(8).batch(2).batch(3))).toEqual([
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      [[6, 7]],
    ]);
    expect(read(range(0).batch(2))).toEqual([]);
  });

  it("knows its number and its shape before it is read", () => {
    const shapes = [range(6).batch(2), range(5).batch(2), range(5).batch(2, { dropRemainder: true })].map(
      (dataset) => dataset.elementSpec,
    );
    expect(shapes).toMatchObject([{ shape: [2] }, { shape: [null] }, { shape: [2] }]);
    expect(
      [range(5).batch(2), range(5).repeat().batch(2), stream(5).batch(2)].map((dataset) => dataset.cardinality()),
    ).toEqual([3, -1, -2]);
  });

  it("refuses elements of different shapes, by whichever way they come", () => {
    const lengths = (source: Dataset<Tensor>): Dataset<Tensor> =>
      source.map((n) => tf.fill(tf.reshape(n, [1]), 1)).batch(2);
    const message =
      /element 0 of epoch 0: Dataset.batch: expected elements of one shape, got \[[12]\] and \[[12]\].*; pad them with dataset.paddedBatch/;
    expect(() => read(lengths(range(1, 4)))).toThrow(message);
    expect(() => read(lengths(stream(4).skip(1)))).toThrow(message);
    expect(() => range(3).batch(-2)).toThrow(
      "Dataset.batch: expected batchSize to be a whole number of at least 1, got -2",
    );
  });

  it("pads elements of different lengths", () => {
    const lengths = range(1, 4).map((n) => ({ ones: tf.fill(tf.reshape(n, [1]), 1), n }));
    expect(read(lengths.paddedBatch(2))).toEqual([
      {
        n: [1, 2],
        ones: [
          [1, 0],
          [1, 1],
        ],
      },
      { n: [3], ones: [[1, 1, 1]] },
    ]);
    const padded = lengths.paddedBatch(3, { paddedShapes: { n: [], ones: [4] }, paddingValues: { ones: -1 } });
    expect(read(padded)).toEqual([
      {
        n: [1, 2, 3],
        ones: [
          [1, -1, -1, -1],
          [1, 1, -1, -1],
          [1, 1, 1, -1],
        ],
      },
    ]);
    expect(() => read(lengths.paddedBatch(3, { paddedShapes: { n: [], ones: [2] } }))).toThrow(
      /elements that fit into paddedShapes/,
    );
    expect(() => lengths.paddedBatch(3, { paddedShapes: { n: [], ones: [2, 2] } })).toThrow(/a padded shape of rank 1/);
  });

  it("is undone by unbatch", () => {
    expect(read(range(5).batch(2).unbatch())).toEqual([0, 1, 2, 3, 4]);
    expect(() => range(3).unbatch()).toThrow(/a first axis to slice along, got a scalar/);
  });
});

describe("shuffle", () => {
  it("has every element exactly once an epoch, in another order each", () => {
    const dataset = range(700).shuffle({ seed: 3 });
    const epochs = [read(dataset), read(dataset), read(dataset)];
    for (const epoch of epochs) expect(sorted(epoch)).toEqual(count(700));
    expect(new Set(epochs.map(String)).size).toBe(3);
  });

  it("follows from (seed, epoch) alone", () => {
    const dataset = range(50).shuffle({ seed: 3 });
    const first = read(dataset);
    expect(read(range(50).shuffle({ seed: 3 }))).toEqual(first);
    expect(read(range(50).shuffle({ seed: 4 }))).not.toEqual(first);
    using again = dataset.iterator({ epoch: 0 });
    expect(again.next()?.item()).toBe(first[0]);
    setSeed(1);
    const drawn = read(range(50).shuffle());
    setSeed(1);
    expect(read(range(50).shuffle())).toEqual(drawn);
  });

  it("keeps one order when told so", () => {
    const dataset = range(50).shuffle({ reshuffleEachIteration: false });
    expect(read(dataset)).toEqual(read(dataset));
    expect(read(dataset.repeat(2)).slice(50)).toEqual(read(dataset));
  });

  it("is exact with a small buffer, behind map, batch and concatenate", () => {
    expect(sorted(read(range(100).shuffle(2)).slice(0, 10))).not.toEqual(sorted(count(10)));
    expect(
      sorted(
        read(
          range(100)
            .map((x) => tf.add(x, 1n))
            .shuffle(),
        ),
      ),
    ).toEqual(count(100, 1));
    const batches = read(range(10).batch(3).shuffle({ seed: 2 })) as number[][];
    expect(sorted(batches)).toEqual(count(10));
    expect(batches.map(String).sort()).toEqual(["0,1,2", "3,4,5", "6,7,8", "9"]);
    expect(sorted(read(range(5).concatenate(range(5, 9)).shuffle()))).toEqual(count(9));
  });

  it("keeps the components of an element together", () => {
    for (const [x, y] of read(
      Dataset.zip(
        range(600),
        range(600).map((x) => tf.multiply(x, x)),
      )
        .shuffle()
        .batch(64),
    ) as number[][][]) {
      expect(y).toEqual((x as number[]).map((v) => v * v));
    }
  });

  it("draws elements without numbers from a buffer, still by seed and epoch", () => {
    const dataset = stream(60).shuffle({ seed: 1 });
    const [first, second] = [read(dataset), read(dataset)];
    expect([sorted(first), sorted(second)]).toEqual([count(60), count(60)]);
    expect(second).not.toEqual(first);
    expect(read(stream(60).shuffle({ seed: 1 }))).toEqual(first);
    expect(Math.max(...(read(stream(60).shuffle({ seed: 1, bufferSize: 5 })).slice(0, 3) as number[]))).toBeLessThan(8);
    expect(() => stream(3).shuffle(0)).toThrow(/bufferSize to be a whole number of at least 1, got 0/);
  });
});

describe("repeat, take, skip and shard", () => {
  it("count as TensorFlow's, by index and as streams", () => {
    for (const source of [range(5), stream(5)]) {
      expect(read(source.repeat(2))).toEqual([...count(5), ...count(5)]);
      expect(read(source.repeat().take(7))).toEqual([0, 1, 2, 3, 4, 0, 1]);
      expect(read(source.repeat(0))).toEqual([]);
      expect(read(source.take(2))).toEqual([0, 1]);
      expect(read(source.take(-1))).toEqual(count(5));
      expect(read(source.skip(3))).toEqual([3, 4]);
      expect(read(source.skip(9))).toEqual([]);
      expect(read(source.skip(-1))).toEqual([]);
      expect(read(source.shard(2, 1))).toEqual([1, 3]);
      expect(read(source.skip(1).take(3).skip(1))).toEqual([2, 3]);
    }
    expect(() => range(5).take(-2)).toThrow(/count to be a whole number of at least 0, got -2/);
    expect(() => range(5).shard(2, 2)).toThrow(/index within \[0, 2\)/);
  });

  it("shuffle every repetition anew, also in the middle of a batch", () => {
    const dataset = range(10).shuffle({ seed: 1 });
    const passes = [read(dataset), read(dataset), read(dataset)];
    expect(read(range(10).shuffle({ seed: 1 }).repeat(3))).toEqual(passes.flat());
    expect(read(range(10).shuffle({ seed: 1 }).repeat().batch(4).take(7)).flat()).toEqual(passes.flat().slice(0, 28));
    const streamed = stream(10).shuffle({ seed: 1 });
    const streamedPasses = [read(streamed), read(streamed)];
    expect(read(stream(10).shuffle({ seed: 1 }).repeat(2))).toEqual(streamedPasses.flat());
  });
});

describe("zip, concatenate and enumerate", () => {
  it("join datasets by index and as streams", () => {
    for (const source of [range(3), stream(3)]) {
      expect(read(Dataset.zip(source, range(9)))).toEqual([
        [0, 0],
        [1, 1],
        [2, 2],
      ]);
      expect(read(source.concatenate(range(7, 9)))).toEqual([0, 1, 2, 7, 8]);
      expect(read(source.enumerate({ start: 5 }))).toEqual([
        [5, 0],
        [6, 1],
        [7, 2],
      ]);
      expect(read(source.concatenate(range(7, 9)).batch(2))).toEqual([[0, 1], [2, 7], [8]]);
    }
  });

  it("refuse what does not fit together", () => {
    expect(() => range(3).concatenate(Dataset.fromTensorSlices([1.5]) as never)).toThrow(
      /same structure and dtypes \(int64 \[\]\), got float32 \[\]/,
    );
    expect(() => Dataset.zip(range(3), 5)).toThrow("Dataset.zip: expected a dataset, got 5");
  });
});

describe("filter, takeWhile, flatMap and interleave", () => {
  it("choose and open elements", () => {
    expect(read(range(6).filter((x) => tf.greater(x, 3n)))).toEqual([4, 5]);
    expect(read(range(6).takeWhile((x) => tf.less(x, 2n)))).toEqual([0, 1]);
    expect(read(range(3).flatMap((x) => Dataset.fromTensors(x).repeat(2)))).toEqual([0, 0, 1, 1, 2, 2]);
    const turns = (numParallelCalls?: number): unknown[] =>
      read(
        range(2).interleave((x) => Dataset.fromTensors(x).repeat(3), {
          cycleLength: 2,
          blockLength: 2,
          ...(numParallelCalls && { numParallelCalls }),
        }),
      );
    expect(turns()).toEqual([0, 0, 1, 1, 0, 1]);
    expect(turns(2)).toEqual([0, 0, 1, 1, 0, 1]);
  });

  it("build the inner pipeline within the function: with batches, shuffles and functions of its own", () => {
    const dataset = range(3).flatMap((x) =>
      range(4)
        .map((y) => tf.add(tf.multiply(x, 10n), y))
        .shuffle()
        .batch(2),
    );
    const batches = read(dataset) as number[][];
    expect(batches.length).toBe(6);
    expect(sorted(batches)).toEqual([0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]);
    expect(read(dataset)).not.toEqual(batches);
  });

  it("refuse functions that give something else", () => {
    expect(() => range(3).filter((x) => x)).toThrow(
      /a predicate that returns one scalar of dtype bool, got int64 \[\]/,
    );
    expect(() => range(3).flatMap((x) => x as never)).toThrow(/Dataset.flatMap: expected a dataset/);
    expect(() => range(3).filter(() => tf.less(tf.random.uniform([]), 0.5))).toThrow(
      /without random numbers.*draw them in dataset.map/,
    );
  });
});

describe("cache and prefetch", () => {
  it("compute each element once", () => {
    setSeed(2);
    for (const source of [range(4), stream(4)]) {
      const cached = source.map((x) => tf.add(tf.cast(x, "float32"), tf.random.uniform([]))).cache();
      const first = read(cached);
      expect(read(cached)).toEqual(first);
      expect(sorted(read(cached.shuffle()))).toEqual(sorted(first));
      expect(read(cached.batch(4))).toEqual([first]);
    }
  });

  it("give all elements in order", () => {
    expect(read(range(5).prefetch(2))).toEqual(count(5));
    expect(read(range(5).batch(2).prefetch(-1).repeat(2))).toEqual([[0, 1], [2, 3], [4], [0, 1], [2, 3], [4]]);
  });
});

describe("reduce and apply", () => {
  it("fold elements into one value of the same structure", () => {
    expect(
      range(5)
        .reduce(0n, (sum, x) => tf.add(sum, x))
        .item(),
    ).toBe(10);
    const { sum, n } = range(4).reduce({ sum: 0, n: 0 }, (state, x) => ({
      sum: tf.add(state.sum, tf.cast(x, "float32")),
      n: tf.add(state.n, 1),
    }));
    expect([sum.item(), n.item()]).toEqual([6, 4]);
    expect(() => range(5).reduce(0n, () => tf.constant(1))).toThrow(
      /same structure and dtypes \(int64 \[\]\), got float32 \[\]/,
    );
  });

  it("chain transformations of one's own", () => {
    expect(read(range(4).apply((dataset) => dataset.map((x) => tf.negative(x))))).toEqual(
      [-0, -1, -2, -3].map((x) => x + 0),
    );
  });
});
