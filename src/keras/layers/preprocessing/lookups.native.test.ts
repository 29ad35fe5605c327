// Lookups: vocabularies that are given or learnt, and numbers for unknown tokens.
import { expect, test } from "vitest";
import * as tf from "../../../index.ts";
import { IntegerLookup } from "./integer-lookup.ts";
import { StringLookup } from "./string-lookup.ts";

const rows = [
  ["a", "c", "d"],
  ["d", "z", "b"],
];

test("the most frequent tokens come first, then in falling order", async ({ task }) => {
  Object.assign(task.meta, { keepsTensors: 1 }); // the layer's table
  const layer = new StringLookup({ maxTokens: 5 });
  await layer.adapt(tf.data.Dataset.fromTensorSlices(rows).batch(1));
  expect(layer.getVocabulary()).toEqual(["[UNK]", "d", "z", "c", "b"]);
  const again = StringLookup.fromConfig(layer.getConfig());
  expect(again.getVocabulary()).toEqual(layer.getVocabulary());
  Object.assign(task.meta, { keepsTensors: 2 });
});

test("a mask is 0, unknown tokens have numbers of their own", ({ task }) => {
  Object.assign(task.meta, { keepsTensors: 3 });
  const layer = new StringLookup({ vocabulary: ["a", "b"], maskToken: "" });
  expect(layer.apply([["", "a", "q", "b"]]).array()).toEqual([[0, 2, 1, 3]]);
  const inverse = new StringLookup({ vocabulary: ["a", "b"], maskToken: "", invert: true });
  expect(inverse.apply(tf.constant([[0, 2, 1, 3]])).array()).toEqual([["", "a", "[UNK]", "b"]]);
  const strict = new StringLookup({ vocabulary: ["a"], numOovIndices: 0 });
  expect(strict.apply(["a"]).array()).toEqual([0]);
  expect(() => strict.apply(["q"])).toThrow("numOovIndices");
});

test("whole numbers are counted, in a dataset's map as in a model", ({ task }) => {
  Object.assign(task.meta, { keepsTensors: 1 });
  const layer = new IntegerLookup({ vocabulary: [12, 36], outputMode: "count" });
  const x = tf.constant(
    [
      [12, 12, 7],
      [36, 36, 36],
    ],
    { dtype: "int64" },
  );
  const mapped = [
    ...tf.data.Dataset.fromTensorSlices(x)
      .map((row: tf.Tensor) => layer.apply<tf.Tensor>(row))
      .batch(2)
      .asArrayIterator(),
  ];
  expect(mapped[0]).toEqual([
    [1, 2, 0],
    [0, 0, 3],
  ]);
  expect(layer.apply(x).array()).toEqual(mapped[0]);
});
