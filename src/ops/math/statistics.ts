/** Reductions that are made of others: their gradients come from their parts. */
import { dtypeFacts, isDifferentiable } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run } from "../operands.ts";
import { add, divide, multiply, subtract } from "./arithmetic.ts";
import { equal } from "./comparisons.ts";
import { exp, log, sqrt } from "./exponential.ts";
import { isFinite as areFinite } from "./predicates.ts";
import { type ReduceOptions, reduceMax, reduceMean, reduceSum } from "./reductions.ts";
import { abs, square } from "./signs.ts";

/**
 * `log(sum(exp(x)))` along `axis` without overflow; `[...]`, floating dtypes.
 * @throws when an axis is beyond the rank, or for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_logsumexp
 * @example
 * console.log(tf.reduceLogsumexp([1000, 1000]).item().toFixed(2)); // => 1000.69
 */
export function reduceLogsumexp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const api = "tf.reduceLogsumexp";
  checkOptions(api, options, { axis: true, keepdims: true });
  const tensor = floats(api, x);
  const largest = reduceMax(tensor, { ...options, keepdims: true });
  const zeros = run(api, "ZerosLike", [largest]);
  const shift = run(api, "StopGradient", [run(api, "SelectV2", [areFinite(largest), largest, zeros])]);
  const sum = log(reduceSum(exp(subtract(tensor, shift)), options));
  return add(sum, options.keepdims ? shift : run(api, "Reshape", [shift, run(api, "Shape", [sum])]));
}

/**
 * The mean of the squared distances from the mean, along `axis`; `[...]`, floating and complex dtypes.
 * @throws when an axis is beyond the rank, or for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_variance
 * @example
 * console.log(tf.math.reduceVariance([1, 2, 3, 6]).item()); // => 3.5
 */
export function reduceVariance(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions("tf.math.reduceVariance", options, { axis: true, keepdims: true });
  const tensor = floats("tf.math.reduceVariance", x);
  const distances = subtract(tensor, reduceMean(tensor, { ...options, keepdims: true }));
  return reduceMean(square(dtypeFacts[tensor.dtype].kind === "complex" ? abs(distances) : distances), options);
}

/**
 * The standard deviation along `axis`: the square root of `tf.math.reduceVariance`; `[...]`, floating and complex dtypes.
 * @throws when an axis is beyond the rank, or for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_std
 * @example
 * console.log(tf.math.reduceStd([1, 3]).item()); // => 1
 */
export function reduceStd(x: TensorLike, options?: ReduceOptions): Tensor {
  checkOptions("tf.math.reduceStd", options, { axis: true, keepdims: true });
  return sqrt(reduceVariance(floats("tf.math.reduceStd", x), options));
}

/**
 * The length of the vectors along `axis`, `sqrt(sum(x ** 2))`; `[...]`, floating dtypes.
 * @throws when an axis is beyond the rank, or for other dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/reduce_euclidean_norm
 * @example
 * console.log(tf.math.reduceEuclideanNorm([[3, 4], [6, 8]], { axis: 1 }).array()); // => [ 5, 10 ]
 */
export function reduceEuclideanNorm(x: TensorLike, options?: ReduceOptions): Tensor {
  checkOptions("tf.math.reduceEuclideanNorm", options, { axis: true, keepdims: true });
  const tensor = floats("tf.math.reduceEuclideanNorm", x);
  return sqrt(reduceSum(multiply(tensor, tensor), options));
}

/**
 * The share of elements of `[...]` that are 0, as float32.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/zero_fraction
 * @example
 * console.log(tf.math.zeroFraction([0, 1, 0, 2]).item()); // => 0.5
 */
export function zeroFraction(x: TensorLike): Tensor<"float32"> {
  const tensor = convert("tf.math.zeroFraction", x);
  const isZero = equal(tensor, run("tf.math.zeroFraction", "ZerosLike", [tensor]));
  const count = run("tf.math.zeroFraction", "Size", [tensor], { out_type: "int64" });
  return divide(reduceSum(isZero.cast("int64")).cast("float32"), count.cast("float32")) as Tensor<"float32">;
}

function floats(api: string, x: TensorLike): Tensor {
  const tensor = convert(api, x);
  if (!isDifferentiable(tensor.dtype))
    throw invalidArgument(api, "a floating dtype", tensor.dtype, 'write tf.cast(x, "float32")');
  return tensor;
}
