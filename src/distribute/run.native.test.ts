import { describe, expect, test } from "vitest";
import * as tf from "../index.ts";

const { getReplicaContext, Mirrored, MultiWorkerMirroredStrategy } = tf.distribute;

const strategyOf = (shards: number): tf.distribute.Strategy => new MultiWorkerMirroredStrategy({ shards });
const column = (rows: number): tf.Tensor => tf.constant(Array.from({ length: rows }, (_, i) => i + 1));
const read = (value: tf.distribute.PerReplica): unknown[] => value.values.map((part) => part.array());

describe("strategy.run", () => {
  test.each([
    [4, 2, [3, 7]],
    [5, 2, [3, 12]],
    [5, 3, [1, 5, 9]],
    [3, 3, [1, 2, 3]],
  ])("cuts %d rows over %d shards", async (rows, shards, expected) => {
    using sums = await strategyOf(shards).run((x: tf.Tensor) => tf.reduceSum(x), [column(rows)]);
    expect(read(sums)).toEqual(expected);
  });

  test("gives outputs with a row for each row of the shard, however many shards have", async () => {
    const strategy = strategyOf(3);
    using doubled = await strategy.run((x: tf.Tensor) => x.multiply(2), [column(7)]);
    expect(read(doubled)).toEqual([
      [2, 4],
      [6, 8],
      [10, 12, 14],
    ]);
    expect(strategy.gather(doubled, 0).array()).toEqual([2, 4, 6, 8, 10, 12, 14]);
  });

  test("tells rows from lengths that happen to be the same", async () => {
    const fixed = tf.constant([7, 8, 9]);
    using values = await strategyOf(2).run((x: tf.Tensor) => fixed.add(tf.reduceSum(x)), [column(7)]);
    expect(read(values)).toEqual([
      [13, 14, 15],
      [29, 30, 31],
    ]);
  });

  test("leaves out shards without rows", async () => {
    const strategy = strategyOf(4);
    using sums = await strategy.run((x: tf.Tensor) => tf.reduceSum(x), [column(2)]);
    expect([sums.shards, read(sums)]).toEqual([
      [1, 3],
      [1, 2],
    ]);
    expect(strategy.reduce("mean", sums).item()).toBe(1.5);
  });

  test("keeps structures, values that are no tensors, and dtypes", async () => {
    const step = (x: tf.Tensor) => ({
      parts: [tf.greater(x, 2), x.cast("float16"), x.cast("int64")],
      label: "kept",
      nothing: undefined,
    });
    const { parts, label, nothing } = await strategyOf(2).run(step, [column(4)]);
    expect([label, nothing]).toEqual(["kept", undefined]);
    expect(parts.map(({ dtype }) => dtype)).toEqual(["bool", "float16", "int64"]);
    expect(parts.map(read)).toEqual([
      [
        [false, false],
        [true, true],
      ],
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    for (const part of parts) part.dispose();
  });

  test("carries every bit: zeros of both signs, infinities, NaN", async () => {
    const values = tf.constant([-0, 0, Number.POSITIVE_INFINITY, Number.NaN]);
    using same = await strategyOf(4).run((x: tf.Tensor) => x, [values]);
    expect(same.values.map((value) => value.at(0).item())).toEqual([-0, 0, Number.POSITIVE_INFINITY, Number.NaN]);
  });

  test("gives all shards what is mirrored or a scalar, and takes other values without a new trace", async () => {
    const strategy = strategyOf(2);
    let traces = 0;
    const step = (x: tf.Tensor, row: tf.Tensor, by: tf.Tensor): tf.Tensor => {
      traces++;
      return tf.reduceSum(x.multiply(row).multiply(by));
    };
    const x = tf.constant([
      [1, 2],
      [3, 4],
    ]);
    using first = await strategy.run(step, [x, new Mirrored([1, 10]), tf.constant(1)]);
    const before = traces;
    using second = await strategy.run(step, [x, new Mirrored([10, 1]), tf.constant(2)]);
    expect([read(first), read(second), traces - before]).toEqual([[21, 43], [24, 68], 0]);
  });

  test("takes what another run gave, and values made for each shard", async () => {
    const strategy = strategyOf(2);
    const numbers = strategy.experimentalDistributeValuesFromFunction(({ replicaIdInSyncGroup }) => [
      replicaIdInSyncGroup,
      5,
    ]);
    using sums = await strategy.run((x: tf.Tensor) => tf.reduceSum(x), [numbers]);
    using next = await strategy.run((x: tf.Tensor, rows: tf.Tensor) => rows.add(x), [sums, column(3)]);
    expect(read(next)).toEqual([[6], [8, 9]]);
    numbers.dispose();
  });

  test("runs without arguments, once for each shard", async () => {
    const step = (): unknown => getReplicaContext()?.replicaIdInSyncGroup;
    using ids = (await strategyOf(3).run(step)) as tf.distribute.PerReplica;
    expect(read(ids)).toEqual([0, 1, 2]);
  });

  test("draws other random numbers in each shard and run, the same in a run that is repeated", async () => {
    const draw = async (): Promise<unknown[]> => {
      tf.random.setSeed(5);
      const strategy = strategyOf(2);
      const step = (x: tf.Tensor): tf.Tensor => x.add(tf.random.uniform([]));
      const results: unknown[] = [];
      for (let i = 0; i < 2; i++) {
        using drawn = await strategy.run(step, [tf.constant([0, 0, 0])]);
        results.push(...read(drawn));
      }
      return results;
    };
    const [first, second] = [await draw(), await draw()];
    expect(second).toEqual(first);
    expect(new Set(first.flat().map(String)).size).toBe(4);
  });

  test("is no tensor when it is read like one", async () => {
    using sums = await strategyOf(2).run((x: tf.Tensor) => tf.reduceSum(x), [column(4)]);
    expect(() => sums.item()).toThrow("perReplica.item: expected one tensor, got the values of 2 shards; reduce them");
    expect(() => +(sums as never)).toThrow("expected one tensor");
    expect(`${sums}`).toBe(
      "PerReplica {\n  0: tf.Tensor(3.0, shape=(), dtype=float32),\n  1: tf.Tensor(7.0, shape=(), dtype=float32)\n}",
    );
  });

  test.each([
    [
      "batches that differ in rows",
      (x: tf.Tensor, y: tf.Tensor) => x.add(y),
      () => [column(2), column(3)],
      "strategy.run: expected batches of the same number of rows, 2, got 3; a tensor that is no batch",
    ],
    ["a batch without rows", (x: tf.Tensor) => x, () => [tf.zeros([0, 2])], "a batch of at least one row"],
    ["a promise", async (x: tf.Tensor) => x, () => [column(2)], "expected a synchronous function"],
    [
      "strings",
      (x: tf.Tensor) => tf.strings.asString(x),
      () => [column(2)],
      "expected values of shards that are numbers",
    ],
    [
      "outputs whose shape follows the shard",
      (x: tf.Tensor) => tf.tile(x, [2]),
      () => [column(3)],
      "expected outputs of one shape, or with a row for each row of the shard, got [2] for 1 rows and [4] for 2",
    ],
    ["no function", 3, () => [], "strategy.run: expected a function, got 3"],
  ])("refuses %s", async (_, fn, args, message) => {
    const said = await strategyOf(2)
      .run(fn as never, args() as never)
      .then(() => "nothing", String);
    expect(said).toContain(message);
  });
});

describe("strategy.reduce and strategy.gather", () => {
  const pairs = tf.constant([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);

  test("reduce values of shards, with an axis their elements too", async () => {
    const strategy = strategyOf(2);
    using rows = await strategy.run((x: tf.Tensor) => x, [pairs]);
    using sums = await strategy.run((x: tf.Tensor) => tf.reduceSum(x, { axis: 0 }), [pairs]);
    expect(strategy.reduce("sum", sums).array()).toEqual([9, 12]);
    expect(strategy.reduce("mean", sums).array()).toEqual([4.5, 6]);
    expect(strategy.reduce("mean", rows, { axis: 0 }).array()).toEqual([3, 4]);
    expect(strategy.gather(rows, 0).array()).toEqual(pairs.array());
    expect(strategy.gather(sums, 0).array()).toEqual([1, 2, 8, 10]);
  });

  test("take a tensor for a value that all shards have", () => {
    const strategy = strategyOf(3);
    expect(strategy.reduce("sum", tf.constant(2)).item()).toBe(6);
    expect(strategy.reduce("mean", 2).item()).toBe(2);
    expect(strategy.experimentalLocalResults(tf.constant(1))).toHaveLength(3);
  });

  test("refuse what they cannot do", async () => {
    const strategy = strategyOf(2);
    using counts = await strategy.run((x: tf.Tensor) => tf.reduceSum(x.cast("int32")), [column(2)]);
    expect(() => strategy.reduce("max" as never, counts)).toThrow(
      'strategy.reduce: expected "sum" or "mean", got "max"',
    );
    expect(() => strategy.reduce("mean", counts)).toThrow("expected floating-point values for a mean, got int32");
    expect(() => strategy.gather(counts, 0)).toThrow("expected values with an axis to join along");
    expect(() => strategy.reduce("sum", "text" as never)).toThrow("expected what strategy.run gave, or a tensor");
  });
});
