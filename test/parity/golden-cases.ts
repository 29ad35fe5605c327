/** Golden cases: calls of Python's TensorFlow and Keras with what they gave. Here they are read, turned into values, and compared. */
import { readdirSync, readFileSync } from "node:fs";
import { type DType, dtypeFacts, isFloating } from "../../src/base/dtypes.ts";
import * as tf from "../../src/index.ts";
import { fromValue } from "../../src/runtime/convert.ts";
import { Tensor } from "../../src/runtime/tensor.ts";
import type { Scalar } from "../../src/runtime/values.ts";

/** A tensor in a golden file. Numbers that JSON cannot write are strings: "nan", "inf", "-inf", large integers. */
export interface GoldenTensor {
  readonly tensor: {
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly data: readonly (number | string | boolean)[];
  };
}

/** An object that is made by a constructor. */
export interface GoldenObject {
  readonly object: { readonly class: string; readonly args: readonly GoldenValue[]; readonly options: GoldenOptions };
}

/** Any argument or result in a golden file. */
export type GoldenValue =
  | GoldenTensor
  | GoldenObject
  | number
  | string
  | boolean
  | null
  | readonly GoldenValue[]
  | { readonly [key: string]: GoldenValue };

/** The options object of a call. */
export type GoldenOptions = Readonly<Record<string, GoldenValue>>;

/** What every case has: which function or class, which case of it, and the arguments that make or call it. */
export interface GoldenCase {
  readonly name: string;
  readonly case: string;
  readonly args: readonly GoldenValue[];
  readonly options: GoldenOptions;
  /** The greatest relative difference allowed, where the usual one is too strict. */
  readonly tolerance?: number;
}

interface GoldenFile<C extends GoldenCase> {
  readonly family: string;
  readonly kind: string;
  readonly cases: readonly C[];
}

const folder = new URL("golden/", import.meta.url);

/** All cases of one kind (`op`, `layer`, `loss`, ...) by the family that their file is named after. */
export function goldenFamilies<C extends GoldenCase>(kind: string): Map<string, readonly C[]> {
  const files = readdirSync(folder)
    .sort()
    .map((name): GoldenFile<C> => JSON.parse(readFileSync(new URL(name, folder), "utf8")));
  return new Map(files.filter((file) => file.kind === kind).map(({ family, cases }) => [family, cases]));
}

/** The names that parity files must cover, by section of names.json. */
export function namesToCover(): Record<string, readonly string[]> {
  const sections: Record<string, { differentiable: string[]; other: string[] }> = JSON.parse(
    readFileSync(new URL("names.json", import.meta.url), "utf8"),
  );
  return Object.fromEntries(
    Object.entries(sections).map(([section, { differentiable, other }]) => [section, [...differentiable, ...other]]),
  );
}

/** What a public name such as `tf.math.log1p` stands for. Throws when it does not exist. */
export function resolveName(name: string): unknown {
  const [root, ...path] = name.split(".");
  let value: unknown = root === "tf" ? tf : undefined;
  for (const part of path) value = (value as Record<string, unknown> | undefined)?.[part];
  if (value === undefined) throw new Error(`${name}: expected a public function or class of this name, got none`);
  return value;
}

function isGoldenTensor(value: GoldenValue): value is GoldenTensor {
  return typeof value === "object" && value !== null && "tensor" in value;
}

function isGoldenObject(value: GoldenValue): value is GoldenObject {
  return typeof value === "object" && value !== null && "object" in value;
}

const unwritable: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

function elementOf(value: number | string | boolean, dtype: DType): Scalar {
  if (dtype === "string") return String(value);
  if (typeof value !== "string") return dtype === "int64" || dtype === "uint64" ? BigInt(value) : value;
  return unwritable[value] ?? BigInt(value);
}

/** The tensor that a golden file describes. */
export function tensorOf({ tensor: { dtype, shape, data } }: GoldenTensor): Tensor {
  const elements = data.map((value) => elementOf(value, dtype));
  return fromValue("golden", elements, dtype, shape);
}

/** The value that a golden file describes: tensors and objects are made; tensors are added to `made`, in the order in which gradients count them. */
export function toValue(value: GoldenValue, made: Tensor[] = []): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => toValue(item, made));
  if (isGoldenObject(value)) return objectOf(value);
  if (!isGoldenTensor(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toValue(item, made)]));
  }
  const tensor = tensorOf(value);
  made.push(tensor);
  return tensor;
}

/** The object that a constructor call in a golden file describes. */
export function objectOf({ object }: GoldenObject): unknown {
  return construct(object.class, object.args, object.options);
}

/** `new` of the class with a public name. */
export function construct<T = unknown>(name: string, args: readonly GoldenValue[], options: GoldenOptions): T {
  const Class = resolveName(name) as new (...args: unknown[]) => T;
  return new Class(
    ...withOptions(
      args.map((arg) => toValue(arg)),
      toValue(options) as object,
    ),
  );
}

/** The arguments of a call with its options object behind them, unless that is empty. */
export function withOptions(args: readonly unknown[], options: object): unknown[] {
  return Object.keys(options).length === 0 ? [...args] : [...args, options];
}

/** The tensors of a nest from left to right. */
export function tensorsOf(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsOf);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(tensorsOf);
  throw new Error(`expected tensors as results, got ${String(value)}`);
}

const tolerances: Partial<Record<DType, { relative: number; absolute: number }>> = {
  float32: { relative: 1e-5, absolute: 2e-6 },
  float64: { relative: 1e-10, absolute: 1e-12 },
  float16: { relative: 2e-3, absolute: 1e-3 },
  bfloat16: { relative: 2e-2, absolute: 1e-2 },
};

/** Compares dtype, shape and every element. Throws with the first element that differs. `what` begins the message. */
export function expectSame(what: string, actual: Tensor, golden: GoldenTensor, tolerance?: number): void {
  const { dtype, shape, data } = golden.tensor;
  if (actual.dtype !== dtype) throw new Error(`${what}: expected dtype ${dtype}, got ${actual.dtype}`);
  if (actual.shape.join() !== shape.join())
    throw new Error(`${what}: expected shape [${shape}], got [${actual.shape}]`);
  const elements: ArrayLike<unknown> = actual.data();
  data.forEach((value, i) => {
    const expected = elementOf(value, dtype);
    const got = dtypeFacts[dtype].kind === "bool" ? elements[i] === 1 : elements[i];
    if (!isSame(got, expected, dtype, tolerance)) {
      throw new Error(`${what}: expected ${expected} at ${i} of ${data.length}, got ${got}`);
    }
  });
}

function isSame(got: unknown, expected: Scalar, dtype: DType, tolerance: number | undefined): boolean {
  if (!isFloating(dtype))
    return typeof expected === "number" || typeof expected === "bigint"
      ? BigInt(got as number) === BigInt(expected)
      : got === expected;
  const [x, y] = [Number(got), Number(expected)];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return Object.is(x, y);
  const { relative, absolute } = tolerances[dtype] ?? { relative: 0, absolute: 0 };
  return Math.abs(x - y) <= absolute + (tolerance ?? relative) * Math.abs(y);
}
