import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gate } from "../../../test/setup/gate.ts";
import * as tf from "../../ops/index.ts";
import "../../runtime/eager-executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import { memory, tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Dataset } from "../dataset.ts";

const outputSignature = new TensorSpec([], "int64");
const { range } = Dataset;
const arrays = (dataset: Dataset<Tensor>): unknown[] => [...dataset.asArrayIterator()];

async function arraysAsync(dataset: Dataset<Tensor>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const x of dataset) values.push(x.array());
  return values;
}

describe("mapJs", () => {
  it("maps every element in JavaScript, in order, and keeps their number", async () => {
    const mapped = range(50).mapJs((x: Tensor) => Number(x.item()) * 3, { outputSignature });
    expect(mapped.cardinality()).toBe(50);
    expect(arrays(mapped)).toEqual(Array.from({ length: 50 }, (_, i) => i * 3));
    expect(await arraysAsync(mapped.batch(25))).toHaveLength(2);
  });

  it("waits for promises, several at once, and keeps order", async () => {
    const numParallelCalls = 4;
    let [started, running, most] = [0, 0, 0];
    const gates = [gate(), gate(), gate()];
    using mapped = range(12).mapJs(
      async (x: Tensor) => {
        most = Math.max(most, ++running);
        const own = gates[Math.floor(started / numParallelCalls)];
        if (++started % numParallelCalls === 0) own?.open(); // the last of four lets all four go on
        await own?.isOpen;
        if (Number(x.item()) % 2 === 0) await setImmediate();
        running--;
        return x;
      },
      { outputSignature, numParallelCalls },
    );
    expect(await arraysAsync(mapped)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(most).toBe(numParallelCalls);
    expect(() => arrays(mapped)).toThrow(
      /expected for await or iterator.nextAsync\(\) to read what an asynchronous function maps/,
    );
  });

  it("may come several times in one chain, before and behind everything else", async () => {
    const chain = range(6)
      .shuffle({ seed: 1 })
      .mapJs((x: Tensor) => Number(x.item()) + 1, { outputSignature })
      .map((x: Tensor) => tf.multiply(x, 2n))
      .batch(2)
      .mapJs((x: Tensor) => (x.array() as number[]).reduce((a, b) => a + b), { outputSignature });
    const sums = arrays(chain) as number[];
    expect(sums.reduce((a, b) => a + b)).toBe(42);
    const again = (await arraysAsync(chain)) as number[];
    expect(again.reduce((a, b) => a + b)).toBe(42);
    expect(arrays(chain.repeat(2))).toHaveLength(6);
  });

  it("shuffles each epoch anew behind repeat", () => {
    const twice = range(8)
      .shuffle({ seed: 1 })
      .mapJs((x: Tensor) => x, { outputSignature })
      .repeat(2);
    const values = arrays(twice) as number[];
    expect(values.slice(0, 8)).not.toEqual(values.slice(8));
    expect([...values].sort()).toEqual([...values.slice(0, 8), ...values.slice(8)].sort());
    expect(new Set(values.slice(0, 8)).size).toBe(8);
  });

  it("has a free position: what lies before is not computed", () => {
    const seen: number[] = [];
    const mapped = range(1_000_000).mapJs(
      (x: Tensor) => {
        seen.push(Number(x.item()));
        return x;
      },
      { outputSignature },
    );
    using late = mapped.iterator({ startStep: 999_998 });
    expect(tidy(() => [late.next()?.item(), late.next()?.item(), late.next()])).toEqual([999_998, 999_999, undefined]);
    expect(seen).toEqual([999_998, 999_999]);
  });

  it("tells what the function throws, and goes on behind it", () => {
    const mapped = range(4).mapJs(
      (x: Tensor) => {
        if (x.item() === 1) throw new TypeError("odd one");
        return x;
      },
      { outputSignature },
    );
    using iterator = mapped.iterator();
    tidy(() => {
      expect(iterator.next()?.item()).toBe(0);
      expect(() => iterator.next()).toThrow(
        "dataset: element 1 of epoch 0: Dataset.mapJs: the function threw at element 1: TypeError: odd one",
      );
      expect([iterator.next()?.item(), iterator.next()?.item(), iterator.next()]).toEqual([2, 3, undefined]);
    });
  });

  it("tells of a promise that rejects, and of a value that does not fit", async () => {
    using rejecting = range(3).mapJs(() => Promise.reject(new Error("offline")), { outputSignature });
    await expect(arraysAsync(rejecting)).rejects.toThrow("the function threw at element 0: Error: offline");
    using wrong = range(3).mapJs(() => [1, 2], { outputSignature });
    expect(() => arrays(wrong)).toThrow("Dataset.mapJs: element 0: expected a value of shape [], got [2]");
  });

  it("spreads arrays over arguments, frees the elements, and leaves nothing when it is left", () => {
    const pairs = Dataset.zip(range(100), range(100)).mapJs((x: Tensor, y: Tensor) => tf.add(x, y), {
      outputSignature,
    });
    for (const _ of pairs) break;
    const before = memory().numTensors;
    for (const x of pairs) if (x.item() === 20) break;
    expect(memory().numTensors).toBeLessThanOrEqual(before + 2);
    pairs.dispose();
  });

  it("reads other datasets inside", () => {
    const inner = range(3).mapJs((x: Tensor) => x, { outputSignature });
    const sums = range(3).mapJs(
      (x: Tensor) => {
        let sum = Number(x.item());
        for (const y of inner) sum += Number(y.item());
        return sum;
      },
      { outputSignature },
    );
    expect(arrays(sums)).toEqual([3, 4, 5]);
  });

  it("is refused within traced functions", () => {
    expect(() => range(3).flatMap((x) => Dataset.fromTensors(x).mapJs((y: Tensor) => y, { outputSignature }))).toThrow(
      "Dataset.mapJs: expected a dataset outside of traced functions, got one inside of one; put mapJs behind it",
    );
  });

  it("is read by hundreds of iterators that are all open", () => {
    const mapped = range(3).mapJs((x: Tensor) => x, { outputSignature });
    const iterators = Array.from({ length: 40 }, () => mapped.iterator());
    tidy(() => {
      for (const iterator of iterators) expect(iterator.next()?.item()).toBe(0);
      for (const iterator of iterators) expect(iterator.next()?.item()).toBe(1);
    });
    for (const iterator of iterators) iterator.dispose();
  });
});
