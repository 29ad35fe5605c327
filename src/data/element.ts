/** What the elements of a dataset are: nests of tensors, their specs, and how a user's values become both. */
import type { DType } from "../base/dtypes.ts";
import { flatten, mapNest, type Nest } from "../base/nests.ts";
import type { Shape } from "../base/shapes.ts";
import { isTensorOrVariable } from "../runtime/convert.ts";
import { TensorSpec } from "../runtime/function.ts";
import type { Readable, Tensor } from "../runtime/tensor.ts";
import { isTypedArray, type NestedArray, type TypedArray } from "../runtime/values.ts";
import type { ReadableDataset } from "./reading.ts";

/** An element of a dataset: a tensor, or arrays and plain objects of them. */
export type Element = Nest<Tensor>;

/**
 * What a component is that is a dataset itself: a window, for example.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/DatasetSpec
 */
export class DatasetSpec extends TensorSpec {
  /** Dtypes and shapes of the inner dataset's elements. */
  readonly elementSpec: ElementSpec;

  constructor(elementSpec: ElementSpec) {
    super([], "variant");
    this.elementSpec = elementSpec;
  }
}

/** Dtypes and shapes of a dataset's elements. */
export type ElementSpec = Nest<TensorSpec>;

type Leaf = Tensor | Readable | TypedArray | number | bigint | boolean | string;

/** The element with each value replaced by the tensor that is made of it. */
export type TensorsOf<N> = N extends Leaf
  ? Tensor
  : N extends ReadableDataset<unknown>
    ? N
    : N extends readonly unknown[]
      ? { -readonly [K in keyof N]: TensorsOf<N[K]> }
      : N extends object
        ? { -readonly [K in keyof N]: TensorsOf<N[K]> }
        : Tensor;

/** The elements that slices of `N` are: nested arrays of numbers are one tensor, arrays of tensors are a structure. */
export type SlicesOf<N> = N extends Leaf | NestedArray
  ? Tensor
  : N extends readonly unknown[]
    ? { -readonly [K in keyof N]: SlicesOf<N[K]> }
    : N extends object
      ? { -readonly [K in keyof N]: SlicesOf<N[K]> }
      : Tensor;

/** How an element is handed to a function: arrays are spread over its arguments, as in TensorFlow. */
export type ArgumentsOf<T> = T extends readonly unknown[] ? T : [T];

/** The leaves of a spec. */
export function specsOf(spec: ElementSpec): TensorSpec[] {
  return flatten(spec as Nest<unknown>) as TensorSpec[];
}

/** The element types, in order of the leaves. */
export function typesOf(spec: ElementSpec): DType[] {
  return specsOf(spec).map((leaf) => leaf.dtype);
}

/** The shapes, in order of the leaves. */
export function shapesOf(spec: ElementSpec): (Shape | null)[] {
  return specsOf(spec).map((leaf) => leaf.shape);
}

/** The same structure with each leaf's shape replaced. */
export function withShapes(spec: ElementSpec, reshape: (shape: Shape | null) => Shape | null): ElementSpec {
  return mapNest(spec as Nest<TensorSpec>, (leaf) => new TensorSpec(reshape(leaf.shape), leaf.dtype));
}

/** The structure alone: what {@link packLike} needs. */
export function structureOf(spec: ElementSpec): Nest<null> {
  return mapNest(spec as Nest<unknown>, () => null) as Nest<null>;
}

/**
 * Whether an array is a structure of several tensors rather than the values of one: when there is a tensor, a variable, a typed array
 * or an object in it.
 */
export function isStructure(value: unknown): boolean {
  if (isTensorOrVariable(value) || isTypedArray(value)) return false;
  if (!Array.isArray(value)) return typeof value === "object" && value !== null;
  return value.some((item) => isTensorOrVariable(item) || isTypedArray(item) || isStructure(item));
}

/** `value` with each part that is to become one tensor replaced by `make(part)`. */
export function mapParts(value: unknown, make: (part: unknown) => Tensor): Element {
  if (!isStructure(value)) return make(value);
  if (Array.isArray(value)) return value.map((item) => mapParts(item, make));
  const entries = Object.entries(value as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, mapParts(item, make)]));
}

/** For each leaf of `spec`, the part of `value` that lies at the same place; `undefined` where there is none. */
export function partsAlong(spec: ElementSpec, value: unknown): unknown[] {
  if (Array.isArray(spec))
    return spec.flatMap((child: ElementSpec, i) => partsAlong(child, (value as unknown[] | undefined)?.[i]));
  if (spec instanceof TensorSpec) return [value];
  const children = spec as Readonly<Record<string, ElementSpec>>;
  const keys = Object.keys(children).sort();
  return keys.flatMap((key) =>
    partsAlong(children[key] as ElementSpec, (value as Record<string, unknown> | undefined)?.[key]),
  );
}
