/** Tensors made of values: constants, and shapes filled with one value. */
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { type Shape, shapeText } from "../../base/shapes.ts";
import { checkDType, convert, fromValue, isTensorOrVariable } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { NestedArray, TypedArray } from "../../runtime/values.ts";
import { integers, run, type ShapeLike } from "../operands.ts";

/** What `tf.constant` takes. */
export interface ConstantOptions<D extends DType = DType> {
  /** The dtype; float32 for numbers, int64 for bigints, bool, string or that of a typed array when not given. */
  dtype?: D | undefined;
  /** The shape; that of the nested arrays when not given. One number fills it. */
  shape?: readonly number[] | undefined;
}

/**
 * A tensor of a number, nested arrays or a typed array, whose elements are copied.
 * @throws when nested arrays have different lengths, or elements do not fit the dtype or the shape.
 * @see https://www.tensorflow.org/api_docs/python/tf/constant
 * @example
 * console.log(tf.constant([[1, 2], [3, 4]]).shape, tf.constant(7n).dtype); // => [ 2, 2 ] int64
 * console.log(tf.constant(new Float32Array([1, 2, 3, 4]), { shape: [2, 2] }).array()); // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export function constant<D extends DType = DType>(
  value: NestedArray | TypedArray,
  options: ConstantOptions<D> = {},
): Tensor<D> {
  checkOptions("tf.constant", options, { dtype: true, shape: true });
  if (isTensorOrVariable(value))
    throw invalidArgument(
      "tf.constant",
      "numbers, nested arrays or a typed array",
      "a tensor",
      "use tf.identity, tf.cast or tf.convertToTensor",
    );
  return fromValue("tf.constant", value, options.dtype, options.shape) as Tensor<D>;
}

/**
 * `value` as a tensor: a tensor stays what it is, a variable is read, numbers and arrays become constants.
 * @throws when `value` is a tensor of another dtype than `dtype`.
 * @see https://www.tensorflow.org/api_docs/python/tf/convert_to_tensor
 * @example
 * console.log(tf.convertToTensor([1, 2], { dtype: "int32" }).dtype); // => int32
 */
export function convertToTensor<D extends DType = DType>(
  value: TensorLike,
  options: { dtype?: D | undefined } = {},
): Tensor<D> {
  checkOptions("tf.convertToTensor", options, { dtype: true });
  return convert("tf.convertToTensor", value, options.dtype) as Tensor<D>;
}

/** What creators of filled tensors take. */
export interface FilledOptions<D extends DType = DType> {
  /** The dtype; float32 when not given. */
  dtype?: D | undefined;
}

/**
 * A tensor of shape `dims` whose every element is the scalar `value`.
 * @throws when `value` has axes or a length is negative.
 * @see https://www.tensorflow.org/api_docs/python/tf/fill
 * @example
 * console.log(tf.fill([2, 2], 7).array()); // => [ [ 7, 7 ], [ 7, 7 ] ]
 */
export function fill(dims: ShapeLike, value: TensorLike): Tensor {
  const scalar = convert("tf.fill", value);
  if (scalar.staticShape !== null && scalar.staticShape.length > 0)
    throw invalidArgument("tf.fill", "a scalar value", `shape ${shapeText(scalar.staticShape)}`, "use tf.broadcastTo");
  return run("tf.fill", "Fill", [integers("tf.fill", dims), scalar]);
}

/**
 * A tensor of zeros (false, or empty strings) of shape `[...shape]`.
 * @throws when a length is negative.
 * @see https://www.tensorflow.org/api_docs/python/tf/zeros
 * @example
 * console.log(tf.zeros([2, 2], { dtype: "int32" }).array()); // => [ [ 0, 0 ], [ 0, 0 ] ]
 */
export function zeros<D extends DType = "float32">(shape: ShapeLike, options: FilledOptions<D> = {}): Tensor<D> {
  checkOptions("tf.zeros", options, { dtype: true });
  return filled("tf.zeros", shape, 0, options.dtype ?? "float32") as Tensor<D>;
}

/**
 * A tensor of ones (or true) of shape `[...shape]`.
 * @throws when a length is negative, or the dtype is string.
 * @see https://www.tensorflow.org/api_docs/python/tf/ones
 * @example
 * console.log(tf.ones([3]).array()); // => [ 1, 1, 1 ]
 */
export function ones<D extends DType = "float32">(shape: ShapeLike, options: FilledOptions<D> = {}): Tensor<D> {
  checkOptions("tf.ones", options, { dtype: true });
  return filled("tf.ones", shape, 1, options.dtype ?? "float32") as Tensor<D>;
}

function filled(api: string, shape: ShapeLike, value: 0 | 1, dtype: DType): Tensor {
  checkDType(api, dtype);
  const { kind } = dtypeFacts[dtype];
  if (kind === "string" && value === 1) throw invalidArgument(api, "a numeric or bool dtype", dtype, "use tf.fill");
  const scalar = kind === "bool" ? value === 1 : kind === "string" ? "" : value;
  return run(api, "Fill", [integers(api, shape), convert(api, scalar, dtype)]);
}

/**
 * Zeros in the shape of `input`, and in its dtype unless `dtype` is given.
 * @see https://www.tensorflow.org/api_docs/python/tf/zeros_like
 * @example
 * console.log(tf.zerosLike([1, 2, 3]).array()); // => [ 0, 0, 0 ]
 */
export function zerosLike(input: TensorLike, options: FilledOptions = {}): Tensor {
  checkOptions("tf.zerosLike", options, { dtype: true });
  return like("tf.zerosLike", "ZerosLike", input, 0, options.dtype);
}

/**
 * Ones in the shape of `input`, and in its dtype unless `dtype` is given.
 * @see https://www.tensorflow.org/api_docs/python/tf/ones_like
 * @example
 * console.log(tf.onesLike([1, 2, 3]).array()); // => [ 1, 1, 1 ]
 */
export function onesLike(input: TensorLike, options: FilledOptions = {}): Tensor {
  checkOptions("tf.onesLike", options, { dtype: true });
  return like("tf.onesLike", "OnesLike", input, 1, options.dtype);
}

function like(api: string, op: string, input: TensorLike, value: 0 | 1, dtype: DType | undefined): Tensor {
  const tensor = convert(api, input);
  if (dtype === undefined || dtype === tensor.dtype) return run(api, op, [tensor]);
  const shape: Shape | null = tensor.staticShape;
  return filled(
    api,
    shape?.every((length) => length !== null) ? (shape as number[]) : run(api, "Shape", [tensor]),
    value,
    dtype,
  );
}
