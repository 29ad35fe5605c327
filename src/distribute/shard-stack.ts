/**
 * The values of all shards of a step, one behind the other, as a sum over shards: each brings its own value in its place and zeros in
 * the others'. The zeros are negative: a sum with them is the value itself, bit for bit.
 */
import type { DType } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import { constant, int32, int64s } from "../data/ops.ts";
import { executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { StepGraph } from "./step-graph.ts";

/** What float32 holds exactly rides with the gradients; a sum of its own kind would be a message more. */
const carriers: Partial<Record<DType, DType>> = {
  bool: "float32",
  float16: "float32",
  bfloat16: "float32",
  int8: "float32",
  uint8: "float32",
  int16: "float32",
  uint16: "float32",
};

/** `[shards, ...]`: the same for all shards. @throws for strings. */
export function stackOfShards(step: StepGraph, value: Tensor): Tensor {
  const { dtype } = value;
  if (dtype === "string")
    throw new TensorfleetError(
      "unsupported",
      `${step.api}: expected values of shards that are numbers, got strings; map them to numbers before the step`,
    );
  const carried = cast(value, carriers[dtype] ?? dtype);
  const rank = carried.staticShape?.length ?? 0;
  const numbers = int64s(shardNumbers(step));
  const isMine = executeOne("Reshape", [
    executeOne("Equal", [numbers, step.facts.shard]),
    constant("int32", [rank + 1], Int32Array.of(step.numShards, ...Array<number>(rank).fill(1))),
  ]);
  const nothing = cast(constant("float32", [], Float32Array.of(-0)), carried.dtype);
  const placed = executeOne("SelectV2", [isMine, executeOne("ExpandDims", [carried, int32(0)]), nothing]);
  const [sum] = step.reduce([placed]);
  return cast(sum as Tensor, dtype);
}

/** `value`, of which shards have fewer rows than others, filled up to `rows`. */
export function padRows(value: Tensor, rows: number): Tensor {
  const shape = value.staticShape as readonly number[];
  const missing = rows - (shape[0] as number);
  if (missing === 0) return value;
  const paddings = new Int32Array(2 * shape.length);
  paddings[1] = missing;
  return executeOne("Pad", [value, constant("int32", [shape.length, 2], paddings)]);
}

function shardNumbers({ numShards }: StepGraph): number[] {
  return Array.from({ length: numShards }, (_, shard) => shard);
}

function cast(value: Tensor, dtype: DType): Tensor {
  return value.dtype === dtype ? value : executeOne("Cast", [value], { DstT: dtype });
}
