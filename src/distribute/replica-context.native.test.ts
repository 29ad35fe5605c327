import { describe, expect, test } from "vitest";
import * as tf from "../index.ts";

const { getReplicaContext, MultiWorkerMirroredStrategy } = tf.distribute;

const strategyOf = (shards: number): tf.distribute.Strategy => new MultiWorkerMirroredStrategy({ shards });
const column = (rows: number): tf.Tensor => tf.constant(Array.from({ length: rows }, (_, i) => i + 1));
const read = (value: tf.distribute.PerReplica): unknown[] => value.values.map((part) => part.array());

describe("a replica's context", () => {
  test("knows the shard and how many there are", async () => {
    const step = (x: tf.Tensor): tf.Tensor => {
      const replica = getReplicaContext();
      return tf
        .reduceSum(x)
        .multiply(0)
        .add(replica?.numReplicasInSync ?? 0)
        .add(replica?.replicaIdInSyncGroup.cast("float32") ?? 0);
    };
    using ids = await strategyOf(3).run(step, [column(3)]);
    expect(read(ids)).toEqual([3, 4, 5]);
    expect(getReplicaContext()).toBeUndefined();
  });

  test("is the opposite of the context across replicas, which a scope opens and a step leaves", async () => {
    const { inCrossReplicaContext } = tf.distribute;
    const seen: boolean[] = [inCrossReplicaContext()];
    const strategy = strategyOf(2);
    const result = await strategy.scope(() => {
      seen.push(inCrossReplicaContext());
      return strategy.run(
        (x: tf.Tensor) => {
          seen.push(inCrossReplicaContext());
          return x;
        },
        [column(2)],
      );
    });
    result.dispose();
    expect(seen.slice(0, 3)).toEqual([false, true, false]);
  });

  test("gathers along any axis, of shards with more rows and with less", async () => {
    const step = (x: tf.Tensor) => {
      const replica = getReplicaContext();
      const sum = tf.reduceSum(x, { axis: 0, keepdims: true });
      return [
        replica?.allGather(x, 0),
        replica?.allGather(sum, 1),
        replica?.allGather(x.cast("int32"), -2),
      ] as tf.Tensor[];
    };
    const x = [[1, 2], [3, 4], [5, 6]]; // biome-ignore format: a matrix
    const gathered = await strategyOf(2).run(step, [tf.constant(x)]);
    const expected = [x, [[1, 2, 8, 10]], x];
    expect(gathered.map(read)).toEqual(expected.map((value) => [value, value]));
    for (const value of gathered) value.dispose();
  });

  test("merges: a function of the strategy gets the values of all shards", async () => {
    const step = (x: tf.Tensor) =>
      getReplicaContext()?.mergeCall(
        (strategy, value, offset) => strategy.reduce("sum", value as tf.distribute.PerReplica).add(offset as number),
        [tf.reduceSum(x), 100],
      ) as tf.Tensor;
    using merged = await strategyOf(2).run(step, [column(4)]);
    expect(read(merged)).toEqual([110, 110]);
  });

  test("refuses places and arguments that cannot work", async () => {
    const errorOf = (step: (x: tf.Tensor) => unknown): Promise<string> =>
      strategyOf(2)
        .run(step, [column(2)])
        .then(() => "nothing", String);
    expect(await errorOf((x) => getReplicaContext()?.allGather(tf.reduceSum(x), 0))).toContain(
      "expected an axis of a tensor of 0 axes",
    );
    expect(await errorOf((x) => getReplicaContext()?.allGather(x, 0.5))).toContain(
      "expected the number of an axis, got 0.5",
    );
    expect(await errorOf((x) => tf.function((y: tf.Tensor) => getReplicaContext()?.allGather(y, 0))(x))).toContain(
      "expected to be called in the step itself",
    );
  });
});

describe("optimizer.apply in a step of shards", () => {
  const x = tf.constant([1, 2, 3, 4, 5]);
  const y = tf.constant([2, 4, 6, 8, 10]);

  async function trained(shards: number, isReducedFirst: boolean): Promise<number> {
    const w = new tf.Variable(1);
    const optimizer = new tf.keras.optimizers.SGD({ learningRate: 0.01 });
    const step = (xs: tf.Tensor, ys: tf.Tensor): tf.Tensor => {
      const { value, gradients } = tf.valueAndGradient(
        () => tf.reduceSum(tf.square(xs.multiply(w).subtract(ys))).divide(5),
        [w],
      );
      const sums = isReducedFirst ? getReplicaContext()?.allReduce("sum", gradients as tf.Tensor[]) : undefined;
      optimizer.apply(sums ?? gradients, [w]);
      return value;
    };
    const strategy = strategyOf(shards);
    for (let i = 0; i < 3; i++) (await strategy.run(step, [x, y])).dispose();
    expect(optimizer.iterations instanceof tf.Variable && optimizer.iterations.item()).toBe(3);
    return w.item();
  }

  test("sums the gradients of all shards, once", async () => {
    const whole = await trained(1, false);
    for (const shards of [2, 3]) {
      expect(await trained(shards, false)).toBeCloseTo(whole, 5);
      expect(await trained(shards, true)).toBe(await trained(shards, false));
    }
  });

  test("adds up gradients that are the same in all shards, as TensorFlow does", async () => {
    const w = new tf.Variable(1);
    const optimizer = new tf.keras.optimizers.SGD({ learningRate: 1 });
    const step = (): void => {
      const { gradients } = tf.valueAndGradient(() => w.read().multiply(2), [w]);
      optimizer.apply(gradients, [w]);
    };
    await strategyOf(3).run(step);
    expect(w.item()).toBe(-5);
  });
});
