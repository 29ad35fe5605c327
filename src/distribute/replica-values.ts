/** What becomes of the values of shards: one value, the same bits wherever it is computed. */
import { describe, invalidArgument } from "../base/errors.ts";
import { childrenOf } from "../collective/tree.ts";
import { concat } from "../ops/array/joining.ts";
import { reduceSum } from "../ops/math/reductions.ts";
import { convert, isTensorOrVariable } from "../runtime/convert.ts";
import { executeOne } from "../runtime/executor.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import { PerReplica } from "./per-replica.ts";

/** How values of shards become one. */
export type ReduceOp = "sum" | "mean";

/** @throws when `op` is no way to reduce. */
export function checkReduceOp(api: string, op: unknown): asserts op is ReduceOp {
  if (op !== "sum" && op !== "mean") throw invalidArgument(api, '"sum" or "mean"', describe(op));
}

/** The sum of values along the tree over shards; those of absent shards are absent. */
export function sumAlongTree(value: PerReplica, parts: readonly Tensor[]): Tensor {
  const ofShard = new Map(value.shards.map((shard, i) => [shard, parts[i] as Tensor]));
  const sumOf = (from: number, to: number): Tensor | undefined => {
    const children = childrenOf({ from, to });
    if (!children) return ofShard.get(from);
    const [left, right] = children.map((child) => sumOf(child.from, child.to));
    return left && right ? executeOne("AddV2", [left, right]) : (left ?? right);
  };
  return sumOf(0, value.numReplicas) as Tensor;
}

/** The sum or the mean over shards and, with an axis, along that axis of their values. */
export function reduceValues(api: string, op: ReduceOp, value: PerReplica, axis: number | undefined): Tensor {
  checkReduceOp(api, op);
  const isFloating = ["float32", "float64", "float16", "bfloat16", "complex64", "complex128"].includes(value.dtype);
  if (op === "mean" && !isFloating)
    throw invalidArgument(api, "floating-point values for a mean", value.dtype, "cast them in the step");
  const parts = axis === undefined ? value.values : value.values.map((part) => reduceSum(part, { axis }));
  const sum = sumAlongTree(value, parts);
  if (op === "sum") return parts.length === 1 ? executeOne("Identity", [sum]) : sum;
  const counts = axis === undefined ? value.values.map(() => 1) : value.values.map((part) => lengthOf(api, part, axis));
  return sum.divide(
    convert(
      api,
      counts.reduce((a, b) => a + b, 0),
    ).cast(sum.dtype),
  );
}

function lengthOf(api: string, { staticShape }: Tensor, axis: number): number {
  const length = staticShape?.at(axis);
  if (typeof length !== "number") throw invalidArgument(api, "values of known length along the axis", String(length));
  return length;
}

/** The values of the shards one behind the other along `axis`. */
export function joinValues(api: string, value: PerReplica, axis: number): Tensor {
  if (!Number.isInteger(axis)) throw invalidArgument(api, "the number of an axis", describe(axis));
  if (value.values.some(({ staticShape }) => staticShape?.length === 0))
    throw invalidArgument(
      api,
      "values with an axis to join along",
      "scalars",
      'reduce them: strategy.reduce("sum", value)',
    );
  return concat([...value.values], axis);
}

/** A tensor as a value that all shards have, and values of shards as they are. */
export function perReplicaOf(api: string, value: PerReplica | TensorLike, numReplicas: number): PerReplica {
  if (value instanceof PerReplica) return value;
  if (!isTensorOrVariable(value) && typeof value !== "number")
    throw invalidArgument(api, "what strategy.run gave, or a tensor", describe(value));
  return new PerReplica(numReplicas, { kind: "same", tensor: convert(api, value) });
}
