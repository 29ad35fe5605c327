/** How the arguments of public functions become inputs of ops: conversion, axes, options behind a variable number of arguments. */
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions, type OptionNames } from "../base/options.ts";
import { normalizeAxis, type Shape } from "../base/shapes.ts";
import { convert, convertAll, isTensorOrVariable } from "../runtime/convert.ts";
import { type Attributes, execute, executeOne, type OpInput } from "../runtime/executor.ts";
import { Tensor, type TensorLike } from "../runtime/tensor.ts";
import { broadcasting, type Diagnosis, explain } from "./explain.ts";

/** One axis or several; negative ones count from the last. */
export type Axis = number | readonly number[];

/** Lengths of axes as a function takes them: numbers, or an int32 or int64 vector that a traced function computes. */
export type ShapeLike = readonly number[] | Tensor;

/** Runs an op that has one output for the public function `api`; an error names that function. */
export function run(
  api: string,
  op: string,
  inputs: readonly OpInput[],
  attributes?: Attributes,
  diagnose?: Diagnosis,
): Tensor {
  try {
    return executeOne(op, inputs, attributes);
  } catch (error) {
    throw explain(api, op, inputs, error, diagnose);
  }
}

/** Runs an op that has several outputs for the public function `api`; an error names that function. */
export function runAll(
  api: string,
  op: string,
  inputs: readonly OpInput[],
  attributes?: Attributes,
  diagnose?: Diagnosis,
): Tensor[] {
  try {
    return execute(op, inputs, attributes);
  } catch (error) {
    throw explain(api, op, inputs, error, diagnose);
  }
}

/** Runs an op of one tensor. */
export function unary(api: string, op: string, x: TensorLike): Tensor {
  return run(api, op, [convert(api, x)]);
}

/** Two operands of one dtype: numbers and arrays take that of the tensor beside them. */
export function pair(api: string, x: TensorLike, y: TensorLike): Tensor[] {
  if (x instanceof Tensor) return [x, convert(api, y, x.dtype)];
  if (y instanceof Tensor) return [convert(api, x, y.dtype), y];
  return convertAll(api, [x, y]);
}

/** Runs an op of two operands that broadcast. */
export function binary(api: string, op: string, x: TensorLike, y: TensorLike): Tensor {
  return run(api, op, pair(api, x, y), undefined, broadcasting);
}

/** Whole numbers as an int32 tensor, int64 where one is too large for that: axes, positions, lengths. A tensor stays what it is. */
export function integers(api: string, value: TensorLike): Tensor {
  if (isTensorOrVariable(value)) return convert(api, value);
  const isLong = [value].flat().some((length) => typeof length === "number" && Math.abs(length) >= 2 ** 31);
  return convert(api, value, isLong ? "int64" : "int32");
}

/** The axes of a reduction as an int32 tensor: all axes of `x` when none is given. Throws when one is beyond its rank. */
export function axes(api: string, x: Tensor, axis: Axis | Tensor | undefined): Tensor {
  const rank = x.staticShape?.length;
  if (axis === undefined || axis === null)
    return rank === undefined
      ? allAxes(x)
      : convert(
          api,
          Array.from({ length: rank }, (_, i) => i),
          "int32",
        );
  if (axis instanceof Tensor) return axis;
  if (rank !== undefined) checkAxes(api, axis, rank);
  return convert(api, axis, "int32");
}

/** The numbers 0 to rank - 1 of a tensor whose rank is known only at run time. */
export function allAxes(x: Tensor): Tensor {
  return executeOne("Range", [convert("axes", 0, "int32"), executeOne("Rank", [x]), convert("axes", 1, "int32")]);
}

function checkAxes(api: string, axis: Axis, rank: number): void {
  if (Array.isArray(axis)) for (const one of axis) normalizeAxis(api, one, rank);
  else normalizeAxis(api, axis as number, rank);
}

/** One axis counted from the front when the rank is known; as it is otherwise. Throws when it is beyond the rank. */
export function oneAxis(api: string, axis: number, shape: Shape | null): number {
  return shape === null ? axis : normalizeAxis(api, axis, shape.length);
}

/** `x.staticShape`. Throws when the rank is not known: `api` cannot do without it. */
export function rankedShape(api: string, x: Tensor): Shape {
  if (x.staticShape === null)
    throw invalidArgument(api, "a tensor of known rank", "one of unknown rank", "call tf.ensureShape(x, shape) first");
  return x.staticShape;
}

/** The lengths of `x`: numbers when all are known, otherwise an int32 vector that is computed at run time. */
export function lengths(x: Tensor): number[] | Tensor {
  const shape = x.staticShape;
  return shape?.every((length) => length !== null) ? (shape as number[]) : executeOne("Shape", [x]);
}

/** Takes the options object off the end of `args`, for functions of a variable number of arguments. Throws when it has other names. */
export function takeOptions<O extends object>(
  api: string,
  args: readonly unknown[],
  names: OptionNames<O>,
): { values: TensorLike[]; options: Partial<O> } {
  const last = args.at(-1);
  const isOptions =
    typeof last === "object" && last !== null && Object.getPrototypeOf(last) === Object.prototype && !("re" in last);
  if (isOptions) checkOptions(api, last, names);
  return {
    values: (isOptions ? args.slice(0, -1) : args) as TensorLike[],
    options: (isOptions ? last : {}) as Partial<O>,
  };
}

/** `value` when it is one of `allowed`. Throws otherwise. */
export function oneOf<T extends string>(api: string, name: string, value: string, allowed: readonly T[]): T {
  if (!(allowed as readonly string[]).includes(value))
    throw invalidArgument(api, `${name} of ${allowed.map((text) => JSON.stringify(text)).join(", ")}`, describe(value));
  return value as T;
}
