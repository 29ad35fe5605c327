/** Sample inputs for ops: what gradient rules are tried on. */
import type { DType } from "../../src/base/dtypes.ts";
import { mixSeeds } from "../../src/base/seeds.ts";
import type { Attributes } from "../../src/runtime/executor.ts";

/** The value of one input: real and imaginary parts in turn for complex dtypes. */
export interface Values {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** The op takes it as a variable. */
  readonly isVariable?: boolean;
}

/** An op with inputs at which its function is smooth. */
export interface Sample {
  /** In the op's order; an array where it takes a list. */
  readonly inputs: readonly (Values | readonly Values[])[];
  readonly attributes?: Attributes;
  /** The numbers of the inputs, lists flattened, that are checked: all of floating point or complex numbers when not given. */
  readonly wrt?: readonly number[];
  /** The numbers of the outputs that a gradient comes from: all of floating point or complex numbers when not given. */
  readonly outputs?: readonly number[];
  /** Why the derivative of the gradient is not checked. */
  readonly once?: string;
  /** Why shapes must be known while tracing. */
  readonly knownShapes?: string;
  /** Why it cannot be traced. */
  readonly eagerOnly?: string;
  /** Largest difference to the derivative, relative to its size or 1, that rounding may make. */
  readonly tolerance?: number;
}

let draws = 0;

/** Spread evenly, different from call to call, the same in every run. */
function random(from: number, to: number): number {
  return from + ((to - from) * mixSeeds(draws++, 0x5eed)) / 2 ** 32;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Random float64 numbers within bounds. */
export function floats(shape: readonly number[], from: number = -1, to: number = 1): Values {
  return { dtype: "float64", shape, data: Array.from({ length: sizeOf(shape) }, () => random(from, to)) };
}

/** Random float32 numbers within bounds, for ops without float64. */
export function singles(shape: readonly number[], from: number = -1, to: number = 1): Values {
  return { ...floats(shape, from, to), dtype: "float32" };
}

/** Numbers from -1 to 1 that are far from each other and from 0, in random order: for maxima, sorting, and kinks at 0. */
export function distinct(shape: readonly number[], dtype: "float32" | "float64" = "float64"): Values {
  const size = sizeOf(shape);
  const data = Array.from({ length: size }, (_, i) => ((i + 0.5) / size) * 2 - 1 + (size % 2 === 1 ? 0.5 / size : 0));
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random(0, i + 1));
    [data[i], data[j]] = [data[j] as number, data[i] as number];
  }
  return { dtype, shape, data };
}

/** Given numbers. */
export function given(shape: readonly number[], data: readonly number[], dtype: DType = "float64"): Values {
  return { dtype, shape, data };
}

/** Random complex numbers with parts within bounds. */
export function complexes(shape: readonly number[], from: number = -1, to: number = 1): Values {
  return { dtype: "complex128", shape, data: Array.from({ length: 2 * sizeOf(shape) }, () => random(from, to)) };
}

/** Whole numbers: a scalar, or a vector, or of a shape. */
export function ints(value: number | readonly number[], shape?: readonly number[]): Values {
  const data = typeof value === "number" ? [value] : value;
  return { dtype: "int32", shape: shape ?? (typeof value === "number" ? [] : [data.length]), data };
}

/** Truth values, 1 and 0. */
export function bools(data: readonly number[], shape: readonly number[] = [data.length]): Values {
  return { dtype: "bool", shape, data };
}

/** The same values, held by a variable. */
export function variable(values: Values): Values {
  return { ...values, isVariable: true };
}
