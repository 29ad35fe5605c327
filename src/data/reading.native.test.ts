import { describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import { tfFunction } from "../runtime/function.ts";
import { keep, memory, scope, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";
import type { DataIterator } from "./iterator.ts";

const { range } = Dataset;
const numTensors = (): number => memory().numTensors;

/** What an iterator gives until the end of an epoch. */
function rest(iterator: DataIterator<Tensor>): unknown[] {
  const values: unknown[] = [];
  tidy(() => {
    for (let x = iterator.next(); x !== undefined; x = iterator.next()) values.push(x.array());
  });
  return values;
}

describe("a loop over a dataset", () => {
  it("frees every element when it moves on, and the last one at its end", () => {
    const dataset = Dataset.zip(range(20), range(20)).shuffle().batch(4);
    for (const _ of dataset) break;
    const before = numTensors();
    const during = new Set<number>();
    for (const _ of dataset) during.add(numTensors());
    expect([...during]).toEqual([before + 3]); // two components and the iterator
    expect(numTensors()).toBe(before);
  });

  it("frees the element also when the loop is left, by break or by an error", () => {
    const dataset = range(5).batch(2);
    dataset.iterator().dispose(); // the trace keeps its constants
    const before = numTensors();
    for (const _ of dataset) break;
    expect(() => {
      for (const _ of dataset) throw new Error("left");
    }).toThrow("left");
    expect(numTensors()).toBe(before);
  });

  it("leaves alone what the body makes, and what it keeps", () => {
    let sum = tf.constant(0n);
    const kept: Tensor[] = [];
    for (const x of range(4)) {
      sum = tf.add(sum, x);
      kept.push(keep(x));
    }
    expect(sum.item()).toBe(6);
    expect(kept.map((x) => x.item())).toEqual([0, 1, 2, 3]);
    let last: Tensor | undefined;
    for (const x of range(2)) last = x;
    expect(() => last?.item()).toThrow(/got one that was disposed.*tf.keep it/);
  });

  it("works within tidy and other scopes without filling them", () => {
    const dataset = range(3);
    const before = numTensors();
    const total = tidy(() => {
      let count = 0;
      for (const x of dataset) count += x.item();
      return count;
    });
    using _ = scope();
    for (const x of dataset) expect(x.isDisposed).toBe(false);
    expect([total, numTensors()]).toEqual([3, before]);
  });

  it("runs asynchronously, with the event loop free meanwhile", async () => {
    const before = numTensors();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const slow = range(3).map((x) =>
      tf.add(x, tf.cast(tf.reduceSum(tf.matmul(tf.ones([700, 700]), tf.ones([700, 700]))), "int64")),
    );
    const seen: number[] = [];
    for await (const x of slow) seen.push(x.item() - 700 ** 3);
    clearInterval(timer);
    expect(seen).toEqual([0, 1, 2]);
    expect(ticks).toBeGreaterThan(0);
    expect(numTensors()).toBeLessThanOrEqual(before + 10); // the traced functions' constants are collected later
  });

  it("is told to stand outside of traced functions", () => {
    const sum = tfFunction(() => {
      for (const x of range(3)) return x;
      return tf.constant(0n);
    });
    expect(() => sum()).toThrow(/dataset.iterator: expected to iterate outside of tf.function/);
  });

  it("begins a new epoch each time", () => {
    const dataset = range(30).shuffle({ seed: 1 });
    const [a, b] = [[...dataset.asArrayIterator()], [...dataset.asArrayIterator()]];
    expect(a).not.toEqual(b);
    using first = dataset.iterator({ epoch: 0 });
    using second = dataset.iterator();
    expect([rest(first), rest(second)]).toEqual([a, b]);
  });
});

describe("an iterator", () => {
  it("gives undefined at the end, again and again", () => {
    for (const dataset of [range(2), range(2).filter(() => tf.constant(true))]) {
      using iterator = dataset.iterator();
      expect(rest(iterator)).toEqual([0, 1]);
      expect([iterator.next(), iterator.next()]).toEqual([undefined, undefined]);
    }
  });

  it("begins at any element, by index and as a stream", () => {
    const makers: ((numbers: Dataset<Tensor>) => Dataset<Tensor>)[] = [
      (numbers) => numbers,
      (numbers) => numbers.shuffle({ seed: 4 }),
      (numbers) => numbers.shuffle({ seed: 4 }).batch(3),
      (numbers) =>
        numbers
          .shuffle({ seed: 4 })
          .map((x) => tf.add(x, 1n))
          .batch(3),
      (numbers) => numbers.skip(2).take(17).shard(2, 1).batch(2),
      (numbers) => numbers.shuffle({ seed: 4 }).repeat(2).batch(4),
      (numbers) => numbers.concatenate(range(50, 60)).shuffle({ seed: 1 }).batch(2),
      (numbers) => numbers.batch(2).prefetch(1),
      (numbers) => numbers.cache(),
      (numbers) =>
        numbers
          .filter((x) => tf.notEqual(x, 3n))
          .shuffle({ seed: 1 })
          .batch(2),
      (numbers) => numbers.batch(4).unbatch(),
      (numbers) =>
        Dataset.fromTensorSlices(Int32Array.from({ length: 20 }, (_, i) => i)).concatenate(
          numbers.map((x) => tf.cast(x, "int32")),
        ),
    ];
    for (const make of makers) {
      using whole = make(range(20)).iterator({ epoch: 2 });
      const all = rest(whole);
      for (const startStep of [0, 1, 4, all.length]) {
        using late = make(range(20)).iterator({ epoch: 2, startStep });
        expect(late.position).toBe(startStep);
        expect(rest(late)).toEqual(all.slice(startStep));
      }
    }
  });

  it("starts at step 1,000,000 as fast as at step 0", () => {
    const dataset = range(64_000_000)
      .shuffle({ seed: 1 })
      .map((x) => tf.multiply(x, 2n))
      .batch(32);
    dataset.iterator().dispose(); // the trace
    const start = performance.now();
    using late = dataset.iterator({ startStep: 1_000_000 });
    late.next()?.dispose();
    expect(performance.now() - start).toBeLessThan(500); // milliseconds even on a busy machine; reading there would take minutes
    expect(late.position).toBe(1_000_001);
  });

  it("goes on over several epochs, with one undefined between two", () => {
    const sources = [
      range(7).shuffle({ seed: 1 }).batch(3),
      range(7)
        .shuffle({ seed: 1 })
        .filter((x) => tf.less(x, 5n)),
      range(5).batch(2).prefetch(2),
    ];
    for (const dataset of sources) {
      const epochs = [3, 4, 5].map((epoch) => {
        using one = dataset.iterator({ epoch });
        return rest(one);
      });
      using all = dataset.iterator({ epoch: 3, numEpochs: 3, startStep: 1 });
      expect([rest(all), rest(all), all.epoch, all.position, rest(all), rest(all)]).toEqual([
        epochs[0]?.slice(1),
        epochs[1],
        5,
        0,
        epochs[2],
        [],
      ]);
    }
  });

  it("knows how many elements there are", () => {
    using known = range(7).batch(2).iterator();
    using endless = range(7).repeat().iterator();
    using unknown = range(7)
      .filter(() => tf.constant(true))
      .iterator();
    expect([known.cardinality, endless.cardinality, unknown.cardinality]).toEqual([
      4,
      Number.POSITIVE_INFINITY,
      undefined,
    ]);
  });

  it("gives tensors to the innermost scope, and is freed with its buffers", () => {
    const dataset = range(100).batch(10);
    dataset.iterator().dispose();
    const before = numTensors();
    const iterator = dataset.iterator();
    tidy(() => void iterator.next());
    expect(numTensors()).toBe(before + 1);
    iterator.dispose();
    expect(numTensors()).toBe(before);
    expect(() => iterator.next()).toThrow("iterator.next: expected a live iterator, got one that was disposed");
  });

  it("reads off the event loop when asked to", async () => {
    using iterator = range(3).iterator();
    const [a, b] = [await iterator.nextAsync(), iterator.next()];
    expect([a?.item(), b?.item(), (await iterator.nextAsync())?.item(), await iterator.nextAsync()]).toEqual([
      0,
      1,
      2,
      undefined,
    ]);
  });

  it("refuses positions that are none", () => {
    expect(() => range(3).iterator({ epoch: -1 })).toThrow(
      "dataset.iterator: expected epoch to be a whole number of at least 0, got -1",
    );
    expect(() => range(3).iterator({ startStep: 0.5 })).toThrow(/startStep/);
    expect(() => range(3).iterator({ numEpochs: 0 })).toThrow(/numEpochs to be a whole number of at least 1/);
  });
});

describe("dispose", () => {
  it("frees what a dataset, its sources and its functions hold", () => {
    const before = numTensors();
    {
      const offset = tf.constant(1);
      using dataset = Dataset.fromTensorSlices([Float32Array.of(1, 2, 3), Int32Array.of(1, 2, 3)])
        .map((x, y) => [tf.add(x, offset), y])
        .shuffle()
        .batch(2);
      for (const _ of dataset);
      offset.dispose();
    }
    expect(numTensors()).toBe(before);
  });
});
