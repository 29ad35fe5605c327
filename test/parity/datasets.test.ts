/** Parity of pipelines with Python's tf.data: specs, numbers of elements, and every element. */
import { expect, it } from "vitest";
import * as tf from "../../src/index.ts";
import {
  expectSame,
  type GoldenCase,
  type GoldenOptions,
  type GoldenTensor,
  type GoldenValue,
  goldenFamilies,
  tensorOf,
  withOptions,
} from "./golden-cases.ts";

type AnyDataset = tf.data.Dataset<never>;

interface DatasetCase extends GoldenCase {
  readonly source: string;
  readonly calls: readonly {
    readonly method: string;
    readonly args: readonly GoldenValue[];
    readonly options: GoldenOptions;
  }[];
  readonly spec: GoldenValue;
  readonly cardinality: number;
  readonly elements: readonly GoldenValue[];
}

const { Dataset } = tf.data;
const sequences = (...lengths: number[]): tf.data.Dataset<tf.Tensor> =>
  Dataset.fromTensorSlices(Int32Array.from(lengths)).map((n) => tf.range(n));

const sources: Readonly<Record<string, () => unknown>> = {
  numbers: () => Dataset.range(10),
  few: () => Dataset.range(3),
  none: () => Dataset.range(0),
  tens: () => Dataset.range(10, 60, 10),
  pairs: () => Dataset.fromTensorSlices({ x: Float32Array.of(0, 1, 2, 3, 4), y: BigInt64Array.of(0n, 1n, 2n, 3n, 4n) }),
  tuples: () => Dataset.fromTensorSlices([Float32Array.of(0, 1, 2, 3, 4), BigInt64Array.of(0n, 1n, 2n, 3n, 4n)]),
  sequences: () => sequences(1, 4, 2, 7, 3, 5, 9, 2),
  labelled: () => sequences(1, 4, 2, 7, 3, 5, 2).map((x) => ({ ids: x, count: tf.size(x) })),
  words: () => sequences(2, 1, 3).map((x) => tf.strings.asString(x)),
  flags: () => sequences(2, 1, 3).map((x) => [tf.greater(x, 0), tf.cast(x, "float32")]),
  repeated: () => Dataset.fromTensorSlices(Int32Array.of(3, 1, 3, 2, 1, 3)),
  letters: () => Dataset.fromTensorSlices(["a", "b", "a", "c"]),
  texts: () => Dataset.fromTensorSlices(["1", "x", "3", "", "5"]),
  batches: () => Dataset.range(11).batch(4),
  counter: () => Dataset.counter({ start: 5, step: 3 }),
  counterDown: () => Dataset.counter({ start: 1, step: -2, dtype: "int32" }),
};

type Windows = tf.data.Dataset<tf.Tensor>;
type Pair<T> = { x: T; y: T };

const functions: Readonly<Record<string, (...args: never[]) => unknown>> = {
  batchOf9: (window: Windows) => window.batch(9),
  paddedOf9: (window: Windows) => window.paddedBatch(9),
  zippedPair: (pair: Pair<Windows>) => Dataset.zip({ x: pair.x.batch(9), y: pair.y.batch(9) }),
  zippedTuple: (x: Windows, y: Windows) => Dataset.zip(y.batch(9), x.batch(9)),
  sumOfWindow: (window: Windows) => window.reduce(0n, (sum, x) => tf.add(sum, x)),
  innerWindows: (window: tf.data.Dataset<Windows>) => window.flatMap((inner) => inner.batch(9)),
  isOdd: (x: tf.Tensor) => tf.math.floormod(x, 2n),
  isOddY: ({ y }: Pair<tf.Tensor>) => tf.math.floormod(y, 2n),
  batchOfKey: (_: tf.Tensor, window: Windows) => window.batch(9),
  withKey: (key: tf.Tensor, window: Windows) => window.map((x) => [key, x]).batch(2),
  keyPlus1: (key: tf.Tensor) => tf.add(key, 1n),
  size: (x: tf.Tensor) => tf.size(x),
  count: ({ count }: { count: tf.Tensor }) => count,
  sizeOfSecond: (_: tf.Tensor, b: tf.Tensor) => tf.size(b),
  isBelow5: (x: tf.Tensor) => tf.less(x, 5n),
  square: (x: tf.Tensor) => tf.multiply(x, x),
  negatedPair: (x: tf.Tensor, y: tf.Tensor) => [tf.negative(x), y],
  toNumber: (text: tf.Tensor) => tf.strings.toNumber(text),
  runningSum: (sum: tf.Tensor, x: tf.Tensor) => [tf.add(sum, x), tf.add(sum, x)],
  fibonacci: ([a, b]: [tf.Tensor, tf.Tensor], x: tf.Tensor) => [[b, tf.add(a, b)], { x, f: a }],
  history: (seen: tf.Tensor, x: tf.Tensor) => {
    const longer = tf.concat([seen, tf.reshape(x, [1])], 0);
    return [longer, longer];
  },
  timesItself: (x: tf.Tensor) => Dataset.fromTensorSlices(tf.fill(tf.reshape(x, [1]), x)),
  upToIt: (x: tf.Tensor) => Dataset.fromTensorSlices(tf.range(x)),
};

/** An argument: functions and datasets by their names in the tables above, tensors, values. */
function argumentOf(value: GoldenValue): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(argumentOf);
  if ("tensor" in value) return tensorOf(value as GoldenTensor);
  const { function: fn, dataset } = value as { readonly function?: string; readonly dataset?: string };
  if (fn !== undefined) return functions[fn];
  if (dataset !== undefined) return sources[dataset]?.();
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, argumentOf(item)]));
}

function build({ source, calls }: DatasetCase): AnyDataset {
  return calls.reduce((dataset, { method, args, options }) => {
    const call = dataset[method as keyof AnyDataset] as (...args: unknown[]) => AnyDataset;
    return call.apply(dataset, withOptions(args.map(argumentOf), argumentOf(options) as object));
  }, sources[source]?.() as AnyDataset);
}

type Entries = readonly (readonly [string, unknown])[];
type Lengths = readonly (number | null)[] | null;

/** Our spec as the golden one is written. A length that Python does not know and we do (of batches that are all full) counts as unknown. */
function specOf(spec: unknown, golden: GoldenValue): unknown {
  const part = (key: string): GoldenValue => (golden as Readonly<Record<string, GoldenValue>>)[key] ?? null;
  if (spec instanceof tf.data.DatasetSpec) return { dataset: specOf(spec.elementSpec, part("dataset")) };
  if (spec instanceof tf.TensorSpec) {
    const known = part("shape") as Lengths;
    const shape = spec.shape && known && spec.shape.map((length, i) => (known[i] === null ? null : length));
    return { dtype: spec.dtype, shape };
  }
  if (Array.isArray(spec)) return spec.map((item, i) => specOf(item, part(String(i))));
  return Object.fromEntries(Object.entries(spec as object).map(([key, item]) => [key, specOf(item, part(key))]));
}

function expectSameElement(place: string, element: unknown, golden: GoldenValue): void {
  if (element instanceof tf.Tensor) expectSame(place, element, golden as GoldenTensor);
  else if (element instanceof Dataset)
    expectSameElements(place, element as AnyDataset, (golden as { readonly dataset: readonly GoldenValue[] }).dataset);
  else {
    const parts: Entries = Object.entries(element as object);
    expect(parts.map(([key]) => key).sort()).toEqual(Object.keys(golden as object).sort());
    for (const [key, part] of parts) expectSameElement(`${place}, ${key}`, part, (golden as never)[key]);
  }
}

function expectSameElements(place: string, dataset: AnyDataset, golden: readonly GoldenValue[]): void {
  let count = 0;
  for (const element of dataset.take(MOST))
    expectSameElement(`${place}, element ${count}`, element, golden[count++] as GoldenValue);
  expect(count).toBe(golden.length);
}

const MOST = 40; // as many as are recorded
const cases = [...goldenFamilies<DatasetCase>("dataset").values()].flat();

it.each(cases.map((golden) => [golden.case, golden] as const))("%s", (_, golden) => {
  using dataset = build(golden);
  expect(specOf(dataset.elementSpec, golden.spec)).toEqual(golden.spec);
  const isEmpty = golden.cardinality === tf.data.UNKNOWN_CARDINALITY && golden.elements.length === 0;
  expect(dataset.cardinality()).toBe(isEmpty ? 0 : golden.cardinality); // of none there come none, whatever the transformation
  expectSameElements(golden.case, dataset, golden.elements);
});

it("has cases that use every source and function", () => {
  const text = JSON.stringify(cases);
  for (const name of Object.keys(functions)) expect(text).toContain(`{"function":"${name}"}`);
  for (const name of Object.keys(sources)) expect(text).toContain(`"${name}"`);
});
