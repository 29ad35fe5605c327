/** Activation functions: each one op, or the formula that Python's TensorFlow computes. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run, unary } from "../operands.ts";
import { lastAxis } from "./last-axis.ts";

/**
 * `max(x, 0)`, elementwise.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/relu
 * @example
 * console.log(tf.nn.relu([-1, 0, 2]).array()); // => [ 0, 0, 2 ]
 */
export function relu(features: TensorLike): Tensor {
  return unary("tf.nn.relu", "Relu", features);
}

/**
 * `min(max(x, 0), 6)`, elementwise.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/relu6
 * @example
 * console.log(tf.nn.relu6([-1, 3, 8]).array()); // => [ 0, 3, 6 ]
 */
export function relu6(features: TensorLike): Tensor {
  return unary("tf.nn.relu6", "Relu6", features);
}

/**
 * `x` where it is positive, `alpha * x` elsewhere. Integers become float32.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/leaky_relu
 * @example
 * console.log(tf.nn.leakyRelu([-2, 3], { alpha: 0.5 }).array()); // => [ -1, 3 ]
 */
export function leakyRelu(features: TensorLike, options: { alpha?: number } = {}): Tensor {
  checkOptions("tf.nn.leakyRelu", options, { alpha: true });
  const x = convert("tf.nn.leakyRelu", features);
  const { kind } = dtypeFacts[x.dtype];
  const isWhole = kind === "integer" || kind === "unsigned";
  return run("tf.nn.leakyRelu", "LeakyRelu", [isWhole ? x.cast("float32") : x], { alpha: options.alpha ?? 0.2 });
}

/**
 * `x` where it is positive, `exp(x) - 1` elsewhere.
 * @see https://arxiv.org/abs/1511.07289
 * @example
 * console.log(tf.nn.elu([0, 2]).array()); // => [ 0, 2 ]
 */
export function elu(features: TensorLike): Tensor {
  return unary("tf.nn.elu", "Elu", features);
}

/**
 * `scale * elu(x, alpha)` with the constants that keep mean 0 and variance 1 from layer to layer.
 * @see https://arxiv.org/abs/1706.02515
 * @example
 * console.log(tf.nn.selu(1).item().toFixed(4)); // => 1.0507
 */
export function selu(features: TensorLike): Tensor {
  return unary("tf.nn.selu", "Selu", features);
}

/**
 * `x * Phi(x)` with Phi the normal distribution function; `approximate` takes its tanh approximation.
 * @throws when the dtype is not a floating one.
 * @see https://arxiv.org/abs/1606.08415
 * @example
 * console.log(tf.nn.gelu(1).item().toFixed(4)); // => 0.8413
 * console.log(tf.nn.gelu(1, { approximate: true }).item().toFixed(4)); // => 0.8412
 */
export function gelu(features: TensorLike, options: { approximate?: boolean } = {}): Tensor {
  checkOptions("tf.nn.gelu", options, { approximate: true });
  const x = convert("tf.nn.gelu", features);
  if (dtypeFacts[x.dtype].kind !== "float") throw invalidArgument("tf.nn.gelu", "a floating dtype", x.dtype);
  const half = x.multiply(0.5);
  // TensorFlow makes its constants float32 first, whatever the dtype: float64 results agree to all digits only so.
  const inverseRoot = Math.fround(Math.SQRT1_2);
  if (!options.approximate) return half.multiply(executeOne("Erfc", [x.multiply(-inverseRoot)]));
  const cubic = executeOne("Pow", [x, convert("tf.nn.gelu", 3, x.dtype)]).multiply(Math.fround(0.044715));
  const inner = x.add(cubic).multiply(Math.sqrt(2 / Math.PI));
  return half.multiply(executeOne("Tanh", [inner]).add(1));
}

/**
 * `x * sigmoid(beta * x)`, also known as swish.
 * @see https://arxiv.org/abs/1710.05941
 * @example
 * console.log(tf.nn.silu([0, 1]).at(1).item().toFixed(4)); // => 0.7311
 */
export function silu(features: TensorLike, options: { beta?: TensorLike } = {}): Tensor {
  checkOptions("tf.nn.silu", options, { beta: true });
  const x = convert("tf.nn.silu", features);
  const { beta = 1 } = options;
  return x.multiply(unary("tf.nn.silu", "Sigmoid", beta === 1 ? x : x.multiply(beta)));
}

/**
 * {@link silu} under its other name.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/silu
 * @example
 * console.log(tf.nn.swish(0).item()); // => 0
 */
export function swish(features: TensorLike, options: { beta?: TensorLike } = {}): Tensor {
  checkOptions("tf.nn.swish", options, { beta: true });
  return silu(features, options);
}

/**
 * `log(1 + exp(x))`, elementwise.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/softplus
 * @example
 * console.log(tf.nn.softplus(0).item().toFixed(4)); // => 0.6931
 */
export function softplus(features: TensorLike): Tensor {
  return unary("tf.nn.softplus", "Softplus", features);
}

/**
 * `x / (1 + |x|)`, elementwise.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/softsign
 * @example
 * console.log(tf.nn.softsign([-1, 1]).array()); // => [ -0.5, 0.5 ]
 */
export function softsign(features: TensorLike): Tensor {
  return unary("tf.nn.softsign", "Softsign", features);
}

/**
 * `relu(x)` beside `relu(-x)`: the length of `axis` doubles.
 * @see https://arxiv.org/abs/1603.05201
 * @example
 * console.log(tf.nn.crelu([-1, 2]).array()); // => [ 0, 2, 1, 0 ]
 */
export function crelu(features: TensorLike, options: { axis?: number } = {}): Tensor {
  checkOptions("tf.nn.crelu", options, { axis: true });
  const x = convert("tf.nn.crelu", features);
  const axis = convert("tf.nn.crelu", options.axis ?? -1, "int32");
  return relu(run("tf.nn.crelu", "ConcatV2", [[x, x.negative()], axis]));
}

/**
 * `exp(x) / sum(exp(x))` along `axis`: positive numbers that sum to 1.
 * @throws when `axis` is beyond the rank, or the dtype is not a floating one.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/softmax
 * @example
 * console.log(tf.nn.softmax([1, 1, 1, 1]).array()); // => [ 0.25, 0.25, 0.25, 0.25 ]
 */
export function softmax(logits: TensorLike, options: { axis?: number } = {}): Tensor {
  checkOptions("tf.nn.softmax", options, { axis: true });
  return lastAxis("tf.nn.softmax", convert("tf.nn.softmax", logits), options.axis ?? -1, (x) =>
    run("tf.nn.softmax", "Softmax", [x]),
  );
}

/**
 * `log(softmax(x))` along `axis`, computed without overflow.
 * @throws when `axis` is beyond the rank, or the dtype is not a floating one.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/log_softmax
 * @example
 * console.log(tf.nn.logSoftmax([0, 0]).at(0).item().toFixed(4)); // => -0.6931
 */
export function logSoftmax(logits: TensorLike, options: { axis?: number } = {}): Tensor {
  checkOptions("tf.nn.logSoftmax", options, { axis: true });
  return lastAxis("tf.nn.logSoftmax", convert("tf.nn.logSoftmax", logits), options.axis ?? -1, (x) =>
    run("tf.nn.logSoftmax", "LogSoftmax", [x]),
  );
}
