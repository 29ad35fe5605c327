/** The same values in other dtypes, or as other tensors. */
import type { DType } from "../../base/dtypes.ts";
import { checkDType, convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run } from "../operands.ts";

/**
 * The values in another dtype; fractions are cut off towards 0, numbers become whether they are not 0.
 * @throws when there is no way from one dtype to the other, as from strings.
 * @see https://www.tensorflow.org/api_docs/python/tf/cast
 * @example
 * console.log(tf.cast([1.7, -1.7], "int32").array()); // => [ 1, -1 ]
 */
export function cast<D extends DType>(x: TensorLike, dtype: D): Tensor<D> {
  const tensor = convert("tf.cast", x);
  checkDType("tf.cast", dtype);
  if ((tensor.dtype as DType) === dtype) return tensor as Tensor<D>;
  return run("tf.cast", "Cast", [tensor], { SrcT: tensor.dtype, DstT: dtype }) as Tensor<D>;
}

/**
 * The same bytes read as another dtype: `[...]` when elements are as long, `[..., n]` when they are shorter; a last axis goes when they are longer.
 * @throws when the bytes of the last axis do not make whole elements.
 * @see https://www.tensorflow.org/api_docs/python/tf/bitcast
 * @example
 * console.log(tf.bitcast([1], "int32").array()); // => [ 1065353216 ]
 */
export function bitcast<D extends DType>(input: TensorLike, type: D): Tensor<D> {
  checkDType("tf.bitcast", type);
  return run("tf.bitcast", "Bitcast", [convert("tf.bitcast", input)], { type }) as Tensor<D>;
}

/**
 * A tensor of the same values.
 * @see https://www.tensorflow.org/api_docs/python/tf/identity
 * @example
 * console.log(tf.identity([1, 2]).array()); // => [ 1, 2 ]
 */
export function identity(input: TensorLike): Tensor {
  return run("tf.identity", "Identity", [convert("tf.identity", input)]);
}

/**
 * A tensor of the same values that gradients do not pass.
 * @see https://www.tensorflow.org/api_docs/python/tf/stop_gradient
 * @example
 * console.log(tf.stopGradient([1, 2]).array()); // => [ 1, 2 ]
 */
export function stopGradient(input: TensorLike): Tensor {
  return run("tf.stopGradient", "StopGradient", [convert("tf.stopGradient", input)]);
}
