// Layers for images: when they change them, and where their random numbers come from.
import { describe, expect, test } from "vitest";
import * as tf from "../../../../index.ts";

const { layers } = tf.keras;
const images = tf.data.Dataset.range(6).map((i: tf.Tensor) => tf.ones([4, 4, 1]).multiply(i.cast("float32")));

const made = (): tf.keras.layers.Layer[] => [
  new layers.RandomBrightness(0.4, { valueRange: [-9, 9], seed: 3 }),
  new layers.RandomContrast(0.4, { seed: 3 }),
  new layers.RandomFlip("horizontal", { seed: 3 }),
  new layers.RandomRotation(0.2, { seed: 3 }),
  new layers.RandomTranslation(0.2, 0.3, { seed: 3 }),
  new layers.RandomZoom(0.2, { seed: 3, widthFactor: [0, 0.3] }),
];
const named = made().map((layer, i) => [layer.className, i] as const);

describe.each(named)("%s", (_, i) => {
  test("changes images while training alone, one or a batch, in either order of axes", ({ task }) => {
    Object.assign(task.meta, { keepsTensors: 20 }); // seeds of layers
    const layer = made()[i] as tf.keras.layers.Layer;
    const x = tf.reshape(tf.range(0, 64).cast("float32"), [2, 4, 4, 2]);
    expect(layer.apply(x, { training: false }).array()).toEqual(x.array());
    expect(layer.apply(x, { training: true }).shape).toEqual([2, 4, 4, 2]);
    expect(layer.apply(x.at(0)).shape).toEqual([4, 4, 2]);
  });

  test("draws the same for an epoch and an element's number in a dataset, from wherever it is read", ({ task }) => {
    Object.assign(task.meta, { keepsTensors: 20 });
    const layer = made()[i] as tf.keras.layers.Layer;
    const source = tf.data.Dataset.range(6).map((n: tf.Tensor) =>
      tf.reshape(tf.range(0, 16).cast("float32"), [4, 4, 1]).add(n.cast("float32")),
    );
    const mapped = source.map((x: tf.Tensor) => layer.apply<tf.Tensor>(x), { numParallelCalls: 4 });
    const read = (epoch: number, startStep: number): unknown[] => {
      using iterator = mapped.iterator({ epoch, startStep });
      const found: unknown[] = [];
      for (let x = iterator.next(); x !== undefined; x = iterator.next()) found.push(x.array());
      return found;
    };
    const first = read(0, 0);
    expect(read(0, 0)).toEqual(first);
    expect(read(0, 4)).toEqual(first.slice(4));
    expect(read(1, 0)).not.toEqual(first);
  });
});

test("images of any size get one size", () => {
  const layer = new layers.Resizing(2, 3);
  expect(layer.apply(tf.ones([2, 5, 7, 3])).shape).toEqual([2, 2, 3, 3]);
  expect(layer.computeOutputShape([null, null, null, 3])).toEqual([null, 2, 3, 3]);
  expect([...images.map((x: tf.Tensor) => layer.apply<tf.Tensor>(x)).asArrayIterator()][1]).toEqual(
    tf.ones([2, 3, 1]).array(),
  );
});
