/** Whole numbers as categories: as they are, as one-hot vectors, or as bags of what a sample has. */
import type { DType } from "../../../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import { convert, fromValue } from "../../../runtime/convert.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";

/** What becomes of categories. */
export type CategoryOutput = "int" | "one_hot" | "multi_hot" | "count";

/** How categories are written. */
export interface Encoding {
  readonly outputMode: CategoryOutput;
  /** Number of categories. */
  readonly depth: number;
  readonly dtype: DType;
  /** What each category counts instead of 1, in the shape of the inputs. */
  readonly countWeights?: Tensor | undefined;
}

/** @throws when `value` is not among `allowed`. */
export function outputModeOf<M extends string>(api: string, value: string, allowed: readonly M[]): M {
  const renamed = value === "binary" ? "multi_hot" : value === "tf-idf" ? "tf_idf" : value;
  if (!allowed.includes(renamed as M))
    throw invalidArgument(api, `outputMode ${allowed.map((name) => `"${name}"`).join(", ")}`, describe(value));
  return renamed as M;
}

/** @throws when sparse tensors are asked for. */
export function checkDense(api: string, sparse: boolean | undefined): void {
  if (sparse) throw new TensorfleetError("unsupported", `${api}: expected sparse: false, got true; outputs are dense`);
}

/** Seed of a keyed hash: two whole numbers, of one that is given twice. @throws when they are not. */
export function saltOf(api: string, salt: number | readonly number[] | null): readonly [number, number] | null {
  if (salt === null) return null;
  const both = typeof salt === "number" ? [salt, salt] : salt;
  if (!Array.isArray(both) || both.length !== 2 || !both.every(Number.isInteger))
    throw invalidArgument(api, "a salt of one or two whole numbers", describe(salt));
  return [both[0] as number, both[1] as number];
}

/** Largest rank that has a kernel for counting. */
const COUNTED_RANK = 2;

/** `indices` int32 or int64 as `outputMode` says: numbers beyond `depth` count for nothing. */
export function encodeCategories(indices: Tensor, { outputMode, depth, dtype, countWeights }: Encoding): Tensor {
  if (outputMode === "int") return indices.cast(dtype);
  const x = indices.rank === 0 ? indices.reshape([1]) : indices;
  if (outputMode === "one_hot") {
    const isColumn = x.rank > 1 && x.shape.at(-1) === 1;
    return oneHot(isColumn ? executeOne("Squeeze", [x], { squeeze_dims: [-1] }) : x, depth, dtype);
  }
  if (x.rank <= COUNTED_RANK) return counts(x, outputMode === "multi_hot", depth, dtype, countWeights);
  const each = oneHot(x, depth, dtype);
  const axis = convert("axis", 1, "int32");
  if (outputMode === "multi_hot") return executeOne("Max", [each, axis]);
  const weighted = countWeights
    ? each.multiply(executeOne("ExpandDims", [countWeights, convert("axis", -1, "int32")]))
    : each;
  return executeOne("Sum", [weighted, axis]);
}

function oneHot(x: Tensor, depth: number, dtype: DType): Tensor {
  const [on, off] = [convert("oneHot", 1, dtype), convert("oneHot", 0, dtype)];
  return executeOne("OneHot", [x, convert("oneHot", depth, "int32"), on, off]);
}

function counts(x: Tensor, isBinary: boolean, depth: number, dtype: DType, countWeights: Tensor | undefined): Tensor {
  const weights = countWeights?.cast("float32") ?? fromValue("count", [], "float32", [0]);
  const result = executeOne("DenseBincount", [x, convert("depth", depth, x.dtype), weights], {
    binary_output: isBinary,
  });
  const shape = [...x.shape.slice(0, -1), depth];
  return executeOne("EnsureShape", [result], { shape }).cast(dtype);
}

/** The shape of what {@link encodeCategories} gives. */
export function encodedShape(inputShape: Shape, outputMode: CategoryOutput, depth: number | null): Shape {
  if (outputMode === "int") return inputShape;
  const shape = inputShape.length === 0 ? [1] : inputShape;
  if (outputMode === "one_hot")
    return shape.length > 1 && shape.at(-1) === 1 ? [...shape.slice(0, -1), depth] : [...shape, depth];
  return shape.length < 2 ? [depth] : [shape[0] as number | null, ...shape.slice(2), depth];
}
