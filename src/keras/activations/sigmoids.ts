/** Activations shaped like an S, and softmax: results between two limits. */

import { onesLike, zerosLike } from "../../ops/array/creation.ts";
import { where } from "../../ops/array/gathering.ts";
import { clipByValue } from "../../ops/math/clipping.ts";
import { greaterEqual, lessEqual } from "../../ops/math/comparisons.ts";
import { logSigmoid as logSigmoidOp, sigmoid as sigmoidOp } from "../../ops/math/exponential.ts";
import { tanh as tanhOp } from "../../ops/math/trigonometric.ts";
import {
  logSoftmax as logSoftmaxOp,
  relu6,
  silu as siluOp,
  softmax as softmaxOp,
  softplus as softplusOp,
  softsign as softsignOp,
} from "../../ops/nn/activations.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { keepLogits } from "./logits.ts";

/**
 * `1 / (1 + exp(-x))`.
 * @see https://keras.io/api/layers/activations/#sigmoid-function
 * @example
 * console.log(tf.keras.activations.sigmoid([0]).array()); // => [ 0.5 ]
 */
export function sigmoid(value: TensorLike): Tensor {
  const x = convert("sigmoid", value);
  return keepLogits(sigmoidOp(x), x);
}

/**
 * Probabilities along `axis` (the last when not given): `exp(x) / sum(exp(x))`.
 * @see https://keras.io/api/layers/activations/#softmax-function
 * @example
 * console.log(tf.keras.activations.softmax([[1, 1]]).array()); // => [ [ 0.5, 0.5 ] ]
 */
export function softmax(value: TensorLike, { axis = -1 }: { axis?: number } = {}): Tensor {
  const x = convert("softmax", value);
  return keepLogits(softmaxOp(x, { axis }), x);
}

/**
 * The logarithm of softmax along `axis` (the last when not given).
 * @see https://keras.io/api/layers/activations/#logsoftmax-function
 * @example
 * console.log(tf.exp(tf.keras.activations.logSoftmax([[1, 1]])).array()); // => [ [ 0.5, 0.5 ] ]
 */
export function logSoftmax(x: TensorLike, { axis = -1 }: { axis?: number } = {}): Tensor {
  return logSoftmaxOp(x, { axis });
}

/**
 * The logarithm of the sigmoid.
 * @see https://keras.io/api/layers/activations/#logsigmoid-function
 * @example
 * console.log(tf.exp(tf.keras.activations.logSigmoid([0])).array()); // => [ 0.5 ]
 */
export function logSigmoid(x: TensorLike): Tensor {
  return logSigmoidOp(x);
}

/**
 * `min(max(x + 3, 0), 6) / 6`: a sigmoid of straight lines.
 * @see https://keras.io/api/layers/activations/#hardsigmoid-function
 * @example
 * console.log(tf.keras.activations.hardSigmoid([-4, 0, 4]).array()); // => [ 0, 0.5, 1 ]
 */
export function hardSigmoid(x: TensorLike): Tensor {
  return relu6(convert("hardSigmoid", x).add(3)).divide(6);
}

/**
 * `(x + 1) / 2`, between 0 and 1.
 * @see https://keras.io/api/layers/activations/#sparsesigmoid-function
 * @example
 * console.log(tf.keras.activations.sparseSigmoid([-3, 0, 3]).array()); // => [ 0, 0.5, 1 ]
 */
export function sparseSigmoid(value: TensorLike): Tensor {
  const x = convert("sparseSigmoid", value);
  return where(lessEqual(x, -1), zerosLike(x), where(greaterEqual(x, 1), onesLike(x), x.add(1).multiply(0.5)));
}

/**
 * `x * sigmoid(x)`, also called swish.
 * @see https://arxiv.org/abs/1710.05941
 * @example
 * console.log(tf.keras.activations.silu([0]).array()); // => [ 0 ]
 */
export function silu(x: TensorLike): Tensor {
  return siluOp(x);
}

/**
 * `x * hardSigmoid(x)`, also called hard swish.
 * @see https://arxiv.org/abs/1905.02244
 * @example
 * console.log(tf.keras.activations.hardSilu([-3, 3]).array()); // => [ -0, 3 ]
 */
export function hardSilu(value: TensorLike): Tensor {
  const x = convert("hardSilu", value);
  return x.multiply(hardSigmoid(x));
}

/**
 * The hyperbolic tangent.
 * @see https://keras.io/api/layers/activations/#tanh-function
 * @example
 * console.log(tf.keras.activations.tanh([0]).array()); // => [ 0 ]
 */
export function tanh(x: TensorLike): Tensor {
  return tanhOp(x);
}

/**
 * `x` between -1 and 1.
 * @see https://keras.io/api/layers/activations/#hardtanh-function
 * @example
 * console.log(tf.keras.activations.hardTanh([-3, 0.5, 3]).array()); // => [ -1, 0.5, 1 ]
 */
export function hardTanh(x: TensorLike): Tensor {
  return clipByValue(x, -1, 1);
}

/**
 * `x - tanh(x)`.
 * @see https://keras.io/api/layers/activations/#tanhshrink-function
 * @example
 * console.log(tf.keras.activations.tanhShrink([0]).array()); // => [ 0 ]
 */
export function tanhShrink(value: TensorLike): Tensor {
  const x = convert("tanhShrink", value);
  return x.subtract(tanhOp(x));
}

/**
 * `log(exp(x) + 1)`.
 * @see https://keras.io/api/layers/activations/#softplus-function
 * @example
 * console.log(tf.exp(tf.keras.activations.softplus([0])).array()); // => [ 2 ]
 */
export function softplus(x: TensorLike): Tensor {
  return softplusOp(x);
}

/**
 * `x / (|x| + 1)`.
 * @see https://keras.io/api/layers/activations/#softsign-function
 * @example
 * console.log(tf.keras.activations.softsign([-1, 3]).array()); // => [ -0.5, 0.75 ]
 */
export function softsign(x: TensorLike): Tensor {
  return softsignOp(x);
}

/**
 * `x * tanh(softplus(x))`.
 * @see https://arxiv.org/abs/1908.08681
 * @example
 * console.log(tf.keras.activations.mish([0]).array()); // => [ 0 ]
 */
export function mish(value: TensorLike): Tensor {
  const x = convert("mish", value);
  return x.multiply(tanhOp(softplusOp(x)));
}
