import { describe, expect, test } from "vitest";
import * as tf from "../index.ts";

const { MultiWorkerMirroredStrategy } = tf.distribute;

/** Trains a model by fit, and a variable by optimizer.apply in a step. */
async function trained(strategy: tf.distribute.Strategy): Promise<number[]> {
  tf.random.setSeed(1);
  const model = strategy.scope(
    () => new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]),
  );
  model.compile({ optimizer: new tf.keras.optimizers.SGD({ learningRate: 0.1 }), loss: "mse" });
  await model.fit([[1], [2], [3], [4]], [2, 4, 6, 8], { batchSize: 4, epochs: 2, verbose: 0 });
  const w = new tf.Variable(0);
  const optimizer = new tf.keras.optimizers.SGD({ learningRate: 0.1 });
  const step = (x: tf.Tensor): void => {
    const { gradients } = tf.valueAndGradient(() => tf.reduceSum(x.multiply(w)), [w]);
    optimizer.apply(gradients, [w]);
  };
  await strategy.run(step, [tf.constant([1, 2, 3])]);
  return [...model.weights, w].flatMap((variable) => Array.from(variable.data() as Float32Array));
}

describe("a strategy of one's own", () => {
  test("makes one gradient of those of the shards, for fit and for optimizer.apply", async () => {
    const counts: number[] = [];
    class Doubled extends MultiWorkerMirroredStrategy {
      override reduceGradients(replica: tf.distribute.ReplicaContext, gradients: readonly tf.Tensor[]): tf.Tensor[] {
        counts.push(gradients.length);
        return replica.allReduce("sum", [...gradients]).map((sum) => sum.multiply(2));
      }
    }
    const [plain, doubled] = [
      await trained(new MultiWorkerMirroredStrategy({ shards: 2 })),
      await trained(new Doubled({ shards: 2 })),
    ];
    expect(plain.at(-1)).toBeCloseTo(-0.6, 5);
    expect(doubled.at(-1)).toBeCloseTo(-1.2, 5);
    expect(doubled[0]).not.toBe(plain[0]);
    expect(new Set(counts)).toEqual(new Set([1, 2]));
  });

  test("is told when what it gives differs from shard to shard", async () => {
    class Own extends MultiWorkerMirroredStrategy {
      override reduceGradients(_: tf.distribute.ReplicaContext, gradients: readonly tf.Tensor[]): readonly tf.Tensor[] {
        return gradients;
      }
    }
    class None extends MultiWorkerMirroredStrategy {
      override reduceGradients(): readonly tf.Tensor[] {
        return [];
      }
    }
    const errorOf = (strategy: tf.distribute.Strategy): Promise<string> =>
      trained(strategy).then(() => "nothing", String);
    expect(await errorOf(new Own({ shards: 2 }))).toContain(
      "Own.reduceGradients: expected 2 gradients that are the same for all shards, got one that differs from shard to shard; make them of replica.allReduce",
    );
    expect(await errorOf(new None({ shards: 2 }))).toContain("None.reduceGradients: expected 2 gradients");
  });
});
