/** The few ops that all of the pipeline is made of, written once: eager or inside a function that is being traced. */
import type { DType } from "../base/dtypes.ts";
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import { fromBytes, fromRaw } from "../runtime/eager-tensor.ts";
import {
  type Attributes,
  currentExecutor,
  executeOne,
  isTracing,
  liftToEager,
  type OpInput,
} from "../runtime/executor.ts";
import { GraphExecutor } from "../runtime/graph-executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { TypedArray } from "../runtime/values.ts";
import { type ElementSpec, shapesOf, typesOf } from "./element.ts";

/** A tensor of raw values; in a traced function a constant of its graph. */
export function constant(dtype: DType, shape: readonly number[], values: TypedArray): Tensor {
  if (!isTracing()) return fromRaw(dtype, shape, values);
  const value = liftToEager(() => fromRaw(dtype, shape, values));
  try {
    return currentExecutor().constant(value);
  } finally {
    value.dispose();
  }
}

/** An int64 scalar. */
export function int64(value: number): Tensor {
  return constant("int64", [], BigInt64Array.of(BigInt(value)));
}

/** An int64 vector. */
export function int64s(values: readonly number[]): Tensor {
  return constant("int64", [values.length], BigInt64Array.from(values, BigInt));
}

/** An int32 scalar: axes. */
export function int32(value: number): Tensor {
  return constant("int32", [], Int32Array.of(value));
}

/** An int32 vector. */
export function int32s(values: readonly number[]): Tensor {
  return constant("int32", [values.length], Int32Array.from(values));
}

/** A bool scalar. */
export function bool(value: boolean): Tensor {
  return constant("bool", [], Uint8Array.of(value ? 1 : 0));
}

/** A string scalar. */
export function text(value: string): Tensor {
  const bytes = liftToEager(() => fromBytes([], [new TextEncoder().encode(value)]));
  if (!isTracing()) return bytes;
  try {
    return currentExecutor().constant(bytes);
  } finally {
    bytes.dispose();
  }
}

/** The records `indices` of `table`: `[m, ...]`, or one record for a scalar. */
export function gather(table: Tensor, indices: Tensor): Tensor {
  return executeOne("GatherV2", [table, indices, int32(0)]);
}

/** `tensor` in another shape. */
export function reshape(tensor: Tensor, shape: readonly number[]): Tensor {
  return executeOne("Reshape", [tensor, int64s(shape)]);
}

/** `start`, `start + 1`, ... below `stop`: int64 `[stop - start]`. */
export function range(start: Tensor, stop: Tensor): Tensor {
  return executeOne("Range", [start, stop, int64(1)]);
}

/** A dataset op: its result is a variant whose elements are as `spec` says. */
export function datasetOp(
  op: string,
  inputs: readonly OpInput[],
  spec: ElementSpec,
  attributes: Attributes = {},
): Tensor {
  return executeOne(op, inputs, { output_types: typesOf(spec), output_shapes: shapesOf(spec), ...attributes });
}

/** The name of `fn` as an attribute of an op; a graph under construction learns of the function first. */
export function functionAttribute(fn: ConcreteFunction): string {
  const executor = currentExecutor();
  if (executor instanceof GraphExecutor) executor.copyFunction(fn);
  return fn.name;
}
