import fc from "fast-check";
import { expect, test } from "vitest";
import * as tf from "../../index.ts";
import { NativeError } from "../../native/index.ts";
import { fromBytes } from "../../runtime/eager-tensor.ts";
import { encodeExample, type FeatureValues } from "../converting/example.ts";
import { featureNeeds } from "../parsed-features.ts";
import { exampleFault } from "./example-faults.ts";

const names = ["a", "b"];
const dtype = fc.constantFrom("string", "float32", "int64");
const values = fc.tuple(dtype, fc.nat(3)).map(([type, count]): FeatureValues => {
  if (type === "string") return { dtype: type, values: Array.from({ length: count }, (_, i) => `v${i}`) };
  return { dtype: type, values: Array.from({ length: count }, (_, i) => i * 300) };
});
const described = fc.oneof(
  dtype.map((type) => new tf.io.RaggedFeature(type)),
  fc
    .tuple(dtype, fc.integer({ min: 1, max: 2 }))
    .map(([type, size]) => new tf.io.FixedLenSequenceFeature([size], type, { allowMissing: true })),
  fc.tuple(dtype, fc.nat(2)).map(([type, size]) => new tf.io.FixedLenFeature([size], type)),
  dtype.map((type) => new tf.io.FixedLenFeature([2], type, { defaultValue: type === "string" ? "x" : 1 })),
);

/** Whether TensorFlow parses `message`, as one example and as a batch of one. */
function isParsed(message: Uint8Array, features: Parameters<typeof tf.io.parseExample>[1]): boolean[] {
  const attempts = [
    () => tf.io.parseSingleExample(fromBytes([], [message]), features),
    () => tf.io.parseExample(fromBytes([1], [message]), features),
  ];
  return attempts.map((parse) => {
    try {
      tf.tidy(() => void parse());
      return true;
    } catch (error) {
      if (error instanceof NativeError) return false;
      throw error;
    }
  });
}

test("examples have a fault where TensorFlow does not parse them, and only there", () => {
  const example = fc.dictionary(fc.constantFrom(...names, "other"), values);
  fc.assert(
    fc.property(example, fc.record({ a: described, b: described }), (features, specs) => {
      const message = encodeExample(Object.entries(features));
      const hasFault = exampleFault(message, featureNeeds(specs)) !== undefined;
      expect(isParsed(message, specs)).toEqual([!hasFault, !hasFault]);
    }),
    { numRuns: 400 },
  );
});

test("no bytes make the look at an example fail", () => {
  const whole = encodeExample([["a", { dtype: "int64", values: [1, 300] }]]);
  const needs = featureNeeds({ a: new tf.io.FixedLenFeature([2], "int64") });
  expect(exampleFault(whole, needs)).toBeUndefined();
  const changed = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => whole.with(at, byte));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), changed), (bytes) => {
      expect(["undefined", "object"]).toContain(typeof exampleFault(bytes, needs));
    }),
    { numRuns: 500 },
  );
});
