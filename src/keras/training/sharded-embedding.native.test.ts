/** Models with embeddings under a strategy: the rows that shards look up are gathered and summed as without shards. */
import { describe, expect, test } from "vitest";
import * as tf from "../../index.ts";

const { layers, losses, optimizers } = tf.keras;

interface Made {
  shards?: number;
  /** Rows of the table: with few of them the sum of the whole table is smaller than the rows of all shards. */
  inputDim?: number;
  optimizer?: () => tf.keras.optimizers.Optimizer;
  jitCompile?: boolean;
}

/** Adds a vector for each place, which is looked up once whatever the number of rows. */
class Places extends layers.Layer {
  static override readonly className: string = "Places";
  readonly table = new layers.Embedding(200, 4);

  override call(inputs: tf.Tensor): tf.Tensor {
    return tf.add(inputs, this.table.apply(tf.constant([0, 1, 2], { dtype: "int32" })) as tf.Tensor);
  }
}

function made({
  shards,
  inputDim = 300,
  optimizer = () => new optimizers.SGD({ learningRate: 0.5 }),
  jitCompile,
}: Made): tf.keras.Sequential {
  tf.random.setSeed(3);
  const build = (): tf.keras.Sequential =>
    new tf.keras.Sequential([
      layers.Input({ shape: [3], dtype: "int32" }),
      new layers.Embedding(inputDim, 4),
      new Places(),
      new layers.Flatten(),
      new layers.Dense(3),
    ]);
  const model = shards === undefined ? build() : new tf.distribute.MultiWorkerMirroredStrategy({ shards }).scope(build);
  const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
  model.compile({ optimizer: optimizer(), loss, ...(jitCompile && { jitCompile }) });
  return model;
}

const x = tf.constant(
  Array.from({ length: 22 }, (_, i) => [i % 5, (7 * i) % 11, (3 * i) % 13]),
  { dtype: "int32" },
);
const y = Array.from({ length: 22 }, (_, i) => i % 3);

async function trained(options: Made): Promise<number[]> {
  const model = made(options);
  const { history } = await model.fit(x, y, { epochs: 3, batchSize: 8, verbose: 0 });
  const state = [...model.weights, ...model.optimizer.variables];
  return [
    ...(history.loss as number[]),
    ...state.flatMap((one) => Array.from(one.data() as ArrayLike<number>, Number)),
  ];
}

function closeTo(got: readonly number[], expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
}

describe("a model with embeddings under a strategy", () => {
  // 22 samples in batches of 8: the last has 6; seven shards of it have a row or none
  test.each([1, 2, 3, 7])("is trained with %d shards as without a strategy", async (shards) => {
    closeTo(await trained({ shards }), await trained({}));
  });

  test.each([
    ["Adam", () => new optimizers.Adam({ learningRate: 0.01 })],
    ["Adagrad", () => new optimizers.Adagrad({ learningRate: 0.1 })],
    ["RMSprop", () => new optimizers.RMSprop({ learningRate: 0.01 })],
    ["momentum", () => new optimizers.SGD({ learningRate: 0.1, momentum: 0.9 })],
    ["clipping", () => new optimizers.SGD({ learningRate: 0.5, globalClipnorm: 0.1 })],
    ["accumulation", () => new optimizers.SGD({ learningRate: 0.5, gradientAccumulationSteps: 2 })],
  ])("is trained by %s as without a strategy", async (_, optimizer) => {
    closeTo(await trained({ shards: 3, optimizer }), await trained({ optimizer }));
  });

  test("is trained with a table that is smaller than what is looked up", async () => {
    closeTo(await trained({ shards: 3, inputDim: 13 }), await trained({ inputDim: 13 }));
  });

  test("is trained when XLA compiles the step", async () => {
    closeTo(await trained({ shards: 3, jitCompile: true }), await trained({}));
  });

  test("gives the same bits again", async () => {
    expect(await trained({ shards: 4 })).toEqual(await trained({ shards: 4 }));
  });
});
