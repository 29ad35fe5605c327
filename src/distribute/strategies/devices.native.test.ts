// Strategies over logical devices of one process; devices are fixed by the first op, so they have a file of their own.
import { describe, expect, test } from "vitest";
import * as tf from "../../index.ts";

const { MirroredStrategy, MultiWorkerMirroredStrategy, OneDeviceStrategy } = tf.distribute;
const { layers, losses, optimizers } = tf.keras;

tf.config.setLogicalCpuDevices(3);

const x = Array.from({ length: 22 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 5) / 5, 1]);
const y = Array.from({ length: 22 }, (_, i) => i % 3);
const short = (device: string): string => device.replace(/.*device:/, "");
const numbers = (variables: readonly tf.Variable[]): number[][] =>
  variables.map((variable) => Array.from(variable.data() as Float32Array));

/** Trains a model with batch norm and dropout by fit. */
async function fitted(
  strategy: tf.distribute.Strategy,
): Promise<{ weights: number[][]; loss: number[]; device: string }> {
  tf.random.setSeed(3);
  const model = strategy.scope(
    () =>
      new tf.keras.Sequential([
        layers.Input({ shape: [4] }),
        new layers.Dense(8, { activation: "tanh" }),
        new layers.BatchNormalization(),
        new layers.Dropout(0.3),
        new layers.Dense(3),
      ]),
  );
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.01 }),
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  });
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: 8, verbose: 0, validationData: [x, y] });
  const predicted = (await model.predict(x, { verbose: 0 })) as tf.Tensor;
  expect(predicted.shape).toEqual([22, 3]);
  predicted.dispose();
  const device = short(model.weights[0]!.handle.device);
  return { weights: numbers(model.weights), loss: history.loss ?? [], device };
}

describe("MirroredStrategy", () => {
  test("trains on several devices to the bits of as many shards of one worker", async () => {
    const mirrored = await fitted(new MirroredStrategy());
    const workers = await fitted(new MultiWorkerMirroredStrategy({ shards: 3 }));
    expect(mirrored).toEqual(workers);
  });

  test("tells of an error on one device, and goes on with the next step", async ({ task }) => {
    Object.assign(task.meta, { keepsTensors: 24 }); // the trace, and what belongs to no scope of it
    const strategy = new MirroredStrategy();
    const divided = (part: tf.Tensor): tf.Tensor => tf.raw.FloorDiv({ x: tf.onesLike(part), y: part });
    const rows = (...values: number[]): tf.Tensor => tf.constant(values, { dtype: "int32" });
    await expect(strategy.run(divided, [rows(1, 0, 1)])).rejects.toThrow(/division by zero/i);
    using again = await strategy.run(divided, [rows(1, 2, 1)]);
    expect(strategy.gather(again, 0).array()).toEqual([1, 0, 1]);
  });

  test("runs each shard on its device", async () => {
    const strategy = new MirroredStrategy({ devices: ["CPU:2", "/device:cpu:1"] });
    expect([strategy.numReplicasInSync, strategy.devices.map(short)]).toEqual([2, ["CPU:2", "CPU:1"]]);
    const w = strategy.scope(() => new tf.Variable(10));
    expect(short(w.handle.device)).toBe("CPU:2");
    const step = (part: tf.Tensor): tf.Tensor => {
      w.assignAdd(tf.reduceSum(part));
      return tf.reduceSum(part).multiply(w);
    };
    using products = await strategy.run(step, [tf.constant([1, 2, 3])]);
    expect(w.item()).toBe(16);
    expect(products.values).toHaveLength(2);
  });

  test("trains custom loops to the same bits as one worker", async () => {
    const trained = async (strategy: tf.distribute.Strategy): Promise<number[][]> => {
      tf.random.setSeed(4);
      const w = strategy.scope(() => new tf.Variable(tf.zeros([4])));
      const optimizer = new optimizers.Adam({ learningRate: 0.1 });
      const step = (xs: tf.Tensor, ys: tf.Tensor): undefined => {
        const errors = (): tf.Tensor =>
          tf.square(tf.subtract(tf.reduceSum(xs.multiply(w), { axis: 1 }), ys.cast("float32")));
        const { gradients } = tf.valueAndGradient(() => tf.reduceSum(errors()).divide(8), [w]);
        optimizer.apply(gradients, [w]);
      };
      const data = tf.data.Dataset.fromTensorSlices([tf.constant(x), tf.constant(y)])
        .shuffle()
        .batch(8);
      await strategy.train({ data: data as tf.data.Dataset<[tf.Tensor, tf.Tensor]>, step, epochs: 3 });
      return numbers([w]);
    };
    expect(await trained(new MirroredStrategy())).toEqual(
      await trained(new MultiWorkerMirroredStrategy({ shards: 3 })),
    );
  });

  test.each([
    [{ devices: ["CPU:7"] }, 'new MirroredStrategy: expected one of CPU:0, CPU:1, CPU:2, got "CPU:7"'],
    [{ devices: ["CPU:0", "CPU:0"] }, "new MirroredStrategy: expected each device once"],
    [{ devices: [] }, "new MirroredStrategy: expected names of devices, got []"],
    [{ device: ["CPU:0"] }, "did you mean devices?"],
    [{ crossDeviceOps: "nccl" }, "expected crossDeviceOps of a class of CrossDeviceOps"],
  ])("refuses %j", (options, message) => {
    expect(() => new MirroredStrategy(options as never)).toThrow(message);
  });
});

describe("OneDeviceStrategy", () => {
  test("trains on its device, to the bits of one shard", async () => {
    const { device, ...one } = await fitted(new OneDeviceStrategy("CPU:1"));
    const { device: _, ...alone } = await fitted(new MultiWorkerMirroredStrategy({ shards: 1 }));
    expect(device).toBe("CPU:1");
    expect(one).toEqual(alone);
  });

  test("refuses a device that is not there", () => {
    expect(() => new OneDeviceStrategy("GPU:0")).toThrow("new OneDeviceStrategy: expected one of CPU:0, CPU:1, CPU:2");
    expect(() => new OneDeviceStrategy(1 as never)).toThrow("expected the name of a device, got 1");
  });
});

test("every way to sum over devices is the tree over shards", async () => {
  const { HierarchicalCopyAllReduce, NcclAllReduce, ReductionToOneDevice } = tf.distribute;
  for (const crossDeviceOps of [
    new ReductionToOneDevice(),
    new HierarchicalCopyAllReduce({ numPacks: 2 }),
    new NcclAllReduce(),
  ]) {
    const strategy = new MirroredStrategy({ crossDeviceOps });
    using parts = await strategy.run((part: tf.Tensor) => tf.reduceSum(part), [tf.constant([0.1, 0.2, 0.3])]);
    expect(crossDeviceOps.reduce("sum", parts).item()).toBe(strategy.reduce("sum", parts).item());
    expect(crossDeviceOps.batchReduce("mean", [parts]).map((value) => value.item())).toEqual([
      strategy.reduce("mean", parts).item(),
    ]);
  }
  expect(() => new HierarchicalCopyAllReduce({ packs: 1 } as never)).toThrow("an unknown packs");
});
