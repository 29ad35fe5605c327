import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gate } from "../../../test/setup/gate.ts";
import * as tf from "../../ops/index.ts";
import "../../runtime/eager-executor.ts";
import { TensorSpec, tfFunction } from "../../runtime/function.ts";
import { memory, tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Dataset } from "../dataset.ts";

const int = new TensorSpec([], "int32");
const outputSignature = int;

function* count(stop = Number.POSITIVE_INFINITY): Generator<number> {
  for (let i = 0; i < stop; i++) yield i;
}

/** Goes on only while the event loop turns. */
async function* countInTurns(stop = Number.POSITIVE_INFINITY): AsyncGenerator<number> {
  for (let i = 0; i < stop; i++) {
    await setImmediate();
    yield i;
  }
}

const upTo = (stop: number): Dataset<Tensor> => Dataset.fromGenerator(() => count(stop), { outputSignature });
const arrays = (dataset: Dataset<never> | Dataset<Tensor>): unknown[] => [...dataset.asArrayIterator()];

async function arraysAsync(dataset: Dataset<Tensor>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const x of dataset) values.push(x.array());
  return values;
}

describe("a generator's elements", () => {
  it("come in order, to synchronous and asynchronous loops", async () => {
    expect(arrays(upTo(100))).toEqual([...count(100)]);
    expect(await arraysAsync(upTo(100))).toEqual([...count(100)]);
    expect(arrays(upTo(0))).toEqual([]);
  });

  it("come from asynchronous generators, the event loop free meanwhile", async () => {
    using dataset = Dataset.fromGenerator(() => countInTurns(20), { outputSignature });
    expect(await arraysAsync(dataset.batch(10))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    ]);
  });

  it("may be read behind everything that the pipeline does", () => {
    expect(
      arrays(
        upTo(10)
          .map((x) => tf.multiply(x, 2))
          .batch(4)
          .prefetch(2),
      ),
    ).toEqual([
      [0, 2, 4, 6],
      [8, 10, 12, 14],
      [16, 18],
    ]);
    expect(arrays(upTo(3).repeat(2))).toEqual([0, 1, 2, 0, 1, 2]);
    expect(arrays(upTo(3).repeat().take(7))).toEqual([0, 1, 2, 0, 1, 2, 0]);
    const shuffled = upTo(20).shuffle({ bufferSize: 5, seed: 1 });
    const [first, second] = [arrays(shuffled), arrays(shuffled)] as number[][];
    expect(first).not.toEqual(second);
    expect([...(first as number[])].sort((a, b) => a - b)).toEqual([...count(20)]);
    expect(arrays(upTo(20).shuffle({ seed: 3 }))).toEqual(arrays(upTo(20).shuffle({ seed: 3 })));
    expect(arrays(Dataset.zip(upTo(3), Dataset.range(5)) as never)).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(arrays(upTo(2).concatenate(upTo(3)))).toEqual([0, 1, 0, 1, 2]);
    expect(arrays(upTo(5).cache().repeat(2))).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    expect(
      upTo(5)
        .reduce(tf.constant(0, { dtype: "int32" }), (sum, x) => tf.add(sum, x))
        .item(),
    ).toBe(10);
  });

  it("come from a new generator for each epoch and each iterator", () => {
    let calls = 0;
    const dataset = Dataset.fromGenerator(
      () => {
        calls++;
        return count(3);
      },
      { outputSignature },
    );
    using a = dataset.iterator();
    using b = dataset.iterator({ numEpochs: 2 });
    const seen = tidy(() => Array.from({ length: 8 }, () => [a.next()?.item(), b.next()?.item()]));
    expect(seen.map(([x]) => x)).toEqual([0, 1, 2, undefined, undefined, undefined, undefined, undefined]);
    expect(seen.map(([, y]) => y)).toEqual([0, 1, 2, undefined, 0, 1, 2, undefined]);
    expect(calls).toBe(3);
  });

  it("are called with the values of args, from within the pipeline too", () => {
    const rows = Dataset.fromGenerator((n: number, rows: number[]) => count(n + rows.length), {
      outputSignature,
      args: [1, [5, 6]],
    });
    expect(arrays(rows)).toEqual([0, 1, 2]);
    const inner = Dataset.range(1, 4).interleave(
      (n) => Dataset.fromGenerator((stop: number) => count(stop), { outputSignature, args: [n] }),
      { cycleLength: 3 },
    );
    expect(arrays(inner)).toEqual([0, 0, 0, 1, 1, 2]);
  });

  it("are nests of numbers, strings, nested and typed arrays, and tensors", () => {
    const signature = {
      name: new TensorSpec([], "string"),
      image: new TensorSpec([2, 2], "float32"),
      ids: new TensorSpec([null], "int64"),
    };
    const dataset = Dataset.fromGenerator(
      function* () {
        yield { name: "a", image: Float32Array.of(1, 2, 3, 4), ids: [1n] };
        yield { name: "b", image: tf.ones([2, 2]), ids: [2, 3] };
      },
      { outputSignature: signature },
    );
    expect(arrays(dataset as never)).toEqual([
      { name: "a", image: [[1, 2], [3, 4]], ids: [1] }, // biome-ignore format: rows
      {
        name: "b",
        image: [
          [1, 1],
          [1, 1],
        ],
        ids: [2, 3],
      },
    ]);
  });

  it("begin at a position that is reached by reading", () => {
    using late = upTo(10).batch(2).iterator({ startStep: 3 });
    expect(tidy(() => late.next()?.array())).toEqual([6, 7]);
  });

  it("are not counted as random by a tf.function that only uses their tensors", () => {
    const double = tfFunction((x: Tensor) => tf.multiply(x, 2));
    expect(arrays(upTo(3).map((x) => double(x) as Tensor))).toEqual([0, 2, 4]);
  });
});

describe("a generator that is left early", () => {
  it("is told to return, and nothing is left of it", async () => {
    let returned = 0;
    const dataset = Dataset.fromGenerator(
      function* () {
        try {
          yield* count();
        } finally {
          returned++;
        }
      },
      { outputSignature },
    );
    for (const _ of dataset) break;
    const before = memory().numTensors;
    for (const x of dataset.batch(3)) if ((x.array() as number[])[0] === 6) break;
    for await (const _ of dataset.prefetch(4)) break;
    const iterator = dataset.iterator();
    tidy(() => iterator.next());
    iterator.dispose();
    expect(() => iterator.next()).toThrow("expected a live iterator, got one that was disposed");
    expect(returned).toBe(4);
    expect(memory().numTensors).toBeLessThanOrEqual(before + 30);
    dataset.dispose();
  });

  it("may be asynchronous and in the middle of something", async () => {
    const [waits, mayGoOn, returned] = [gate(), gate(), gate()] as const;
    using dataset = Dataset.fromGenerator(
      async function* () {
        try {
          yield 1;
          waits.open();
          await mayGoOn.isOpen;
          yield 2;
        } finally {
          returned.open();
        }
      },
      { outputSignature },
    );
    const iterator = dataset.iterator();
    expect((await iterator.nextAsync())?.item()).toBe(1);
    const waiting = iterator.nextAsync();
    await waits.isOpen;
    iterator.dispose();
    await expect(waiting).rejects.toThrow("iterator.next: expected a live iterator, got one that was disposed");
    mayGoOn.open();
    await returned.isOpen;
  });
});

describe("what goes wrong in JavaScript reaches the reader", () => {
  const failing = (): Dataset<Tensor> =>
    Dataset.fromGenerator(
      function* () {
        yield 0;
        yield 1;
        throw new RangeError("no more disks");
      },
      { outputSignature },
    );

  it("with its message, its cause and the number of the element", async () => {
    const expected =
      /^dataset: element 2 of epoch \d: Dataset.fromGenerator: the function threw at element 2: RangeError: no more disks$/;
    using dataset = failing();
    expect(() => arrays(dataset)).toThrow(expected);
    await expect(arraysAsync(dataset)).rejects.toThrow(expected);
    expect(() => arrays(dataset.batch(2))).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^dataset: element 1 of epoch/),
        cause: expect.any(RangeError),
        code: "functionFailed",
      }),
    );
  });

  it("and the stream ends behind it", () => {
    using dataset = failing();
    using iterator = dataset.iterator();
    tidy(() => {
      expect([iterator.next()?.item(), iterator.next()?.item()]).toEqual([0, 1]);
      expect(() => iterator.next()).toThrow("no more disks");
      expect(iterator.next()).toBe(undefined);
    });
  });

  // biome-ignore format: a table, one case a row
  it.each([
    ["a text", "three", "Dataset.fromGenerator: element 1: expected numbers for dtype int32, got"],
    ["a fraction", 1.5, "Dataset.fromGenerator: element 1: expected"],
    ["a vector", [1, 2], "Dataset.fromGenerator: element 1: expected a value of shape [], got [2]"],
    ["nothing", undefined, "Dataset.fromGenerator: element 1: expected int32 [], got nothing"],
  ])("when a value is %s", (_, bad, message) => {
    const dataset = Dataset.fromGenerator(() => [0, bad, 2], { outputSignature });
    expect(() => arrays(dataset)).toThrow(message);
  });

  it("when a component of several is wrong", () => {
    const dataset = Dataset.fromGenerator(() => [[1, tf.constant([1])]], { outputSignature: [int, int] });
    expect(() => arrays(dataset as never)).toThrow(
      /element 0, component 1: expected dtype int32, got a tensor \[1\] float32/,
    );
  });

  it("when a generator cannot be read by a synchronous loop", () => {
    const dataset = Dataset.fromGenerator(() => countInTurns(3), { outputSignature });
    expect(() => arrays(dataset)).toThrow(
      /expected for await or iterator.nextAsync\(\) to read an asynchronous generator/,
    );
  });

  it("when the function returns no iterable, or throws", () => {
    expect(() => arrays(Dataset.fromGenerator((() => 3) as never, { outputSignature }))).toThrow(
      "expected a function that returns an iterable, got 3",
    );
    const throwing = (): never => {
      throw new Error("closed");
    };
    expect(() => arrays(Dataset.fromGenerator(throwing, { outputSignature }))).toThrow("Error: closed");
  });

  it("when it is called with something else", () => {
    expect(() => Dataset.fromGenerator(3 as never, { outputSignature })).toThrow(
      "Dataset.fromGenerator: expected a function that returns an iterable, got 3",
    );
    expect(() => Dataset.fromGenerator(count, {} as never)).toThrow("outputSignature: a tf.TensorSpec");
  });

  it("when it belongs to the pipeline's own functions", () => {
    const dataset = upTo(4).map((x) => tf.reshape(tf.range(x), [2]));
    expect(() => arrays(dataset)).toThrow(/^dataset: element 0 of epoch 0/);
  });
});
