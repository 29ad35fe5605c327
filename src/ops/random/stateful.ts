/** Random numbers from the stream of the run's seed: each call draws others, and the same seed gives the same run. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { seedTensor } from "../../runtime/random-state.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run, type ShapeLike } from "../operands.ts";
import {
  broadcastTo,
  drawGamma,
  drawNormal,
  drawTruncatedNormal,
  drawUniform,
  philox,
  shapeAround,
  streamOf,
} from "./kernels.ts";
import { type NormalOptions, statelessCategorical, statelessPoisson, type UniformOptions } from "./stateless.ts";

/** A seed for one call, beside that of the run: calls with it have a stream of their own. */
export interface Seeded {
  seed?: number;
}

/** The seed tensor for the next draw. Throws when `seed` is not a whole number. */
export function nextSeedTensor(api: string, seed: number | undefined): Tensor {
  if (seed !== undefined && !Number.isSafeInteger(seed))
    throw invalidArgument(api, "a seed that is a whole number", describe(seed));
  return seedTensor(seed);
}

/**
 * Normal numbers of `shape`.
 * @throws when the shape is not one, or `dtype` is not a floating one.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/normal
 * @example
 * tf.random.setSeed(1);
 * console.log(tf.random.normal([2, 3], { mean: 5 }).shape); // => [ 2, 3 ]
 */
export function normal<D extends DType = "float32">(
  shape: ShapeLike,
  options: NormalOptions<D> & Seeded = {},
): Tensor<D> {
  const api = "tf.random.normal";
  const { mean = 0, stddev = 1, dtype = "float32", seed } = options;
  return drawNormal(api, shape, streamOf(api, nextSeedTensor(api, seed)), mean, stddev, dtype) as Tensor<D>;
}

/**
 * Uniform numbers of `shape`: `[minval, maxval)`, `[0, 1)` when not given. Whole numbers need `maxval`.
 * @throws when the shape is not one, or the limits do not fit `dtype`.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/uniform
 * @example
 * const dice = tf.random.uniform([100], { minval: 1, maxval: 7, dtype: "int32" });
 * console.log(tf.reduceMin(dice).item() >= 1, tf.reduceMax(dice).item() <= 6); // => true true
 */
export function uniform<D extends DType = "float32">(
  shape: ShapeLike,
  options: UniformOptions<D> & Seeded = {},
): Tensor<D> {
  const api = "tf.random.uniform";
  return drawUniform(
    api,
    shape,
    streamOf(api, nextSeedTensor(api, options.seed)),
    options,
    options.dtype ?? "float32",
  ) as Tensor<D>;
}

/**
 * Normal numbers of `shape`, those beyond two standard deviations drawn again.
 * @throws when the shape is not one, or `dtype` is not a floating one.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/truncated_normal
 * @example
 * console.log(tf.reduceMax(tf.abs(tf.random.truncatedNormal([1000]))).item() < 2); // => true
 */
export function truncatedNormal<D extends DType = "float32">(
  shape: ShapeLike,
  options: NormalOptions<D> & Seeded = {},
): Tensor<D> {
  const api = "tf.random.truncatedNormal";
  const { mean = 0, stddev = 1, dtype = "float32", seed } = options;
  return drawTruncatedNormal(api, shape, streamOf(api, nextSeedTensor(api, seed)), mean, stddev, dtype) as Tensor<D>;
}

/**
 * Gamma numbers: `shape` of them for each pair of `alpha` and `beta`, `[...shape, ...alpha]`.
 * @throws when `alpha` and `beta` do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/gamma
 * @example
 * console.log(tf.random.gamma([5], [0.5, 1.5]).shape); // => [ 5, 2 ]
 */
export function gamma<D extends DType = "float32">(
  shape: ShapeLike,
  alpha: TensorLike,
  options: { beta?: TensorLike; dtype?: D } & Seeded = {},
): Tensor<D> {
  const api = "tf.random.gamma";
  const { beta, seed } = options;
  const dtype: DType = options.dtype ?? "float32";
  const shapes = convert(api, alpha, dtype);
  const rates = beta === undefined ? undefined : convert(api, beta, dtype);
  const parameters = rates ? broadcastTo(shapes, rates) : shapes;
  const stream = streamOf(api, nextSeedTensor(api, seed));
  return drawGamma(api, shapeAround(api, shape, parameters), stream, parameters, rates, dtype) as Tensor<D>;
}

/**
 * Poisson numbers: `shape` of them for each mean of `lam`, `[...shape, ...lam]`.
 * @throws when the shape is not one.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/poisson
 * @example
 * console.log(tf.random.poisson([5], [1, 10]).shape); // => [ 5, 2 ]
 */
export function poisson<D extends DType = "float32">(
  shape: ShapeLike,
  lam: TensorLike,
  options: { dtype?: D } & Seeded = {},
): Tensor<D> {
  const api = "tf.random.poisson";
  const means = convert(api, lam);
  const dtype = (options.dtype ?? "float32") as D;
  return statelessPoisson(shapeAround(api, shape, means), nextSeedTensor(api, options.seed), means, { dtype });
}

/**
 * Classes drawn with the probabilities `softmax(logits)`: `[batch, classes]` gives `[batch, numSamples]`.
 * @throws when `logits` is not a matrix.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/categorical
 * @example
 * console.log(tf.random.categorical([[0, -100]], 3).array()); // => [ [ 0, 0, 0 ] ]
 */
export function categorical<D extends DType = "int64">(
  logits: TensorLike,
  numSamples: TensorLike,
  options: { dtype?: D } & Seeded = {},
): Tensor<D> {
  const dtype = (options.dtype ?? "int64") as D;
  return statelessCategorical(logits, numSamples, nextSeedTensor("tf.random.categorical", options.seed), { dtype });
}

/**
 * The rows of `value` (along its first axis) in another order.
 * @throws when `value` is a scalar.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/shuffle
 * @example
 * console.log(tf.sort(tf.random.shuffle([3, 1, 2])).array()); // => [ 1, 2, 3 ]
 */
export function shuffle(value: TensorLike, options: Seeded = {}): Tensor {
  const api = "tf.random.shuffle";
  checkOptions(api, options, { seed: true });
  const { key, counter } = streamOf(api, nextSeedTensor(api, options.seed));
  return run(api, "StatelessShuffle", [convert(api, value), key, counter, philox()]);
}
