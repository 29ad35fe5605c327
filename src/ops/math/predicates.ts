/** Predicates of elements, and the logic of bool tensors. */
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { broadcasting } from "../explain.ts";
import { run, unary } from "../operands.ts";

/**
 * Whether each element is not a number, `[...]`; floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/is_nan
 * @example
 * console.log(tf.math.isNan([1, Number.NaN]).array()); // => [ false, true ]
 */
export function isNan(x: TensorLike): Tensor<"bool"> {
  return unary("tf.math.isNan", "IsNan", x) as Tensor<"bool">;
}

/**
 * Whether each element is a finite number, `[...]`; floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/is_finite
 * @example
 * console.log(tf.math.isFinite([1, Number.NaN]).array()); // => [ true, false ]
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: TensorFlow's name, reached as tf.math.isFinite
export function isFinite(x: TensorLike): Tensor<"bool"> {
  return unary("tf.math.isFinite", "IsFinite", x) as Tensor<"bool">;
}

/**
 * Whether each element is infinite, `[...]`; floating dtypes.
 * @throws for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/is_inf
 * @example
 * console.log(tf.math.isInf([1, Number.NEGATIVE_INFINITY]).array()); // => [ false, true ]
 */
export function isInf(x: TensorLike): Tensor<"bool"> {
  return unary("tf.math.isInf", "IsInf", x) as Tensor<"bool">;
}

/**
 * `x && y` of bool tensors, broadcast.
 * @throws when a dtype is not bool or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/logical_and
 * @example
 * console.log(tf.logicalAnd([true, false], true).array()); // => [ true, false ]
 */
export function logicalAnd(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return logical("tf.logicalAnd", "LogicalAnd", x, y);
}

/**
 * `x || y` of bool tensors, broadcast.
 * @throws when a dtype is not bool or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/logical_or
 * @example
 * console.log(tf.logicalOr([true, false], false).array()); // => [ true, false ]
 */
export function logicalOr(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return logical("tf.logicalOr", "LogicalOr", x, y);
}

/**
 * Whether exactly one of `x` and `y` is true; bool tensors, broadcast.
 * @throws when a dtype is not bool or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/logical_xor
 * @example
 * console.log(tf.math.logicalXor([true, false], true).array()); // => [ false, true ]
 */
export function logicalXor(x: TensorLike, y: TensorLike): Tensor<"bool"> {
  const api = "tf.math.logicalXor";
  return logicalAnd(logical(api, "LogicalOr", x, y), logicalNot(logical(api, "LogicalAnd", x, y)));
}

/**
 * `!x` of a bool tensor `[...]`.
 * @throws when the dtype is not bool.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/logical_not
 * @example
 * console.log(tf.logicalNot([true, false]).array()); // => [ false, true ]
 */
export function logicalNot(x: TensorLike): Tensor<"bool"> {
  return run("tf.logicalNot", "LogicalNot", [convert("tf.logicalNot", x, "bool")]) as Tensor<"bool">;
}

function logical(api: string, op: string, x: TensorLike, y: TensorLike): Tensor<"bool"> {
  return run(api, op, [convert(api, x, "bool"), convert(api, y, "bool")], undefined, broadcasting) as Tensor<"bool">;
}
