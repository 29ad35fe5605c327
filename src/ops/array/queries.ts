/** What is asked of shapes: lengths, rank and size at run time, and that a shape is as expected. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { isShape, type Shape, shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run } from "../operands.ts";

/** The dtype of lengths; int32 when not given. */
export interface OutTypeOptions {
  outType?: "int32" | "int64" | undefined;
}

/**
 * The lengths of all axes as a vector `[rank]`, at run time. `tensor.shape` is what is known before.
 * @see https://www.tensorflow.org/api_docs/python/tf/shape
 * @example
 * console.log(tf.shape([[1, 2, 3]]).array()); // => [ 1, 3 ]
 */
export function shape(input: TensorLike, options: OutTypeOptions = {}): Tensor {
  checkOptions("tf.shape", options, { outType: true });
  return run("tf.shape", "Shape", [convert("tf.shape", input)], { out_type: options.outType ?? "int32" });
}

/**
 * The number of axes as an int32 scalar.
 * @see https://www.tensorflow.org/api_docs/python/tf/rank
 * @example
 * console.log(tf.rank([[1, 2, 3]]).item()); // => 2
 */
export function rank(input: TensorLike): Tensor<"int32"> {
  return run("tf.rank", "Rank", [convert("tf.rank", input)]) as Tensor<"int32">;
}

/**
 * The number of elements as a scalar.
 * @see https://www.tensorflow.org/api_docs/python/tf/size
 * @example
 * console.log(tf.size([[1, 2, 3]]).item()); // => 3
 */
export function size(input: TensorLike, options: OutTypeOptions = {}): Tensor {
  checkOptions("tf.size", options, { outType: true });
  return run("tf.size", "Size", [convert("tf.size", input)], { out_type: options.outType ?? "int32" });
}

/**
 * `x` as it is, with what is known of its shape joined with `shape`; `null` stands for any length.
 * @throws when the shapes do not fit, when a traced function runs at the latest.
 * @see https://www.tensorflow.org/api_docs/python/tf/ensure_shape
 * @example
 * console.log(tf.ensureShape([[1, 2]], [null, 2]).shape); // => [ 1, 2 ]
 */
export function ensureShape(x: TensorLike, shape: Shape): Tensor {
  const tensor = convert("tf.ensureShape", x);
  if (shape !== null && !isShape(shape, null))
    throw invalidArgument("tf.ensureShape", "a shape of whole numbers of at least 0 or null", describe(shape));
  if (!shapesCompatible(tensor.staticShape, shape))
    throw invalidArgument("tf.ensureShape", `shape ${shapeText(shape)}`, shapeText(tensor.staticShape));
  return run("tf.ensureShape", "EnsureShape", [tensor], { shape });
}
