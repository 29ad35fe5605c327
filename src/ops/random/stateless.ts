/** Random numbers that are a function of their seed: the same seed gives the same numbers, always. */
import type { DType } from "../../base/dtypes.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run, type ShapeLike } from "../operands.ts";
import {
  drawGamma,
  drawNormal,
  drawTruncatedNormal,
  drawUniform,
  type Limits,
  type Seed,
  seedOf,
  shapeOf,
  streamOf,
} from "./kernels.ts";

/** Options of normal numbers. */
export interface NormalOptions<D extends DType = DType> {
  /** Mean; 0 when not given. Broadcasts. */
  mean?: TensorLike;
  /** Standard deviation; 1 when not given. Broadcasts. */
  stddev?: TensorLike;
  /** Element type; float32 when not given. */
  dtype?: D;
}

/** Options of uniform numbers. */
export interface UniformOptions<D extends DType = DType> extends Limits {
  /** Element type; float32 when not given. */
  dtype?: D;
}

/**
 * Normal numbers of `shape`, a function of `seed`.
 * @throws when `seed` is not two whole numbers, or `dtype` is not a floating one.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/stateless_normal
 * @example
 * console.log(tf.random.statelessNormal([2], [1, 2]).at(0).item().toFixed(4)); // => 0.5441
 */
export function statelessNormal<D extends DType = "float32">(
  shape: ShapeLike,
  seed: Seed,
  options: NormalOptions<D> = {},
): Tensor<D> {
  const api = "tf.random.statelessNormal";
  checkOptions(api, options, { mean: true, stddev: true, dtype: true });
  const { mean = 0, stddev = 1, dtype = "float32" } = options;
  return drawNormal(api, shape, streamOf(api, seedOf(api, seed)), mean, stddev, dtype) as Tensor<D>;
}

/**
 * Uniform numbers of `shape`, a function of `seed`: `[minval, maxval)`, `[0, 1)` when not given. Whole numbers need `maxval`, or null
 * for both limits to come from the whole range of their dtype.
 * @throws when `seed` is not two whole numbers, or the limits do not fit `dtype`.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/stateless_uniform
 * @example
 * console.log(tf.random.statelessUniform([3], [1, 2], { maxval: 10, dtype: "int32" }).array()); // => [ 0, 9, 4 ]
 */
export function statelessUniform<D extends DType = "float32">(
  shape: ShapeLike,
  seed: Seed,
  options: UniformOptions<D> = {},
): Tensor<D> {
  const api = "tf.random.statelessUniform";
  checkOptions(api, options, { dtype: true, minval: true, maxval: true });
  return drawUniform(api, shape, streamOf(api, seedOf(api, seed)), options, options.dtype ?? "float32") as Tensor<D>;
}

/**
 * Normal numbers of `shape`, those beyond two standard deviations drawn again; a function of `seed`.
 * @throws when `seed` is not two whole numbers, or `dtype` is not a floating one.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/stateless_truncated_normal
 * @example
 * const x = tf.random.statelessTruncatedNormal([1000], [1, 2]);
 * console.log(tf.reduceMax(tf.abs(x)).item() < 2); // => true
 */
export function statelessTruncatedNormal<D extends DType = "float32">(
  shape: ShapeLike,
  seed: Seed,
  options: NormalOptions<D> = {},
): Tensor<D> {
  const api = "tf.random.statelessTruncatedNormal";
  checkOptions(api, options, { mean: true, stddev: true, dtype: true });
  const { mean = 0, stddev = 1, dtype = "float32" } = options;
  return drawTruncatedNormal(api, shape, streamOf(api, seedOf(api, seed)), mean, stddev, dtype) as Tensor<D>;
}

/**
 * Gamma numbers of `shape`, a function of `seed`; `alpha` and `beta` broadcast to the last axes of `shape`.
 * @throws when `alpha` does not broadcast to `shape`.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/stateless_gamma
 * @example
 * console.log(tf.random.statelessGamma([4, 2], [1, 2], [0.5, 3]).shape); // => [ 4, 2 ]
 */
export function statelessGamma<D extends DType = "float32">(
  shape: ShapeLike,
  seed: Seed,
  alpha: TensorLike,
  options: { beta?: TensorLike; dtype?: D } = {},
): Tensor<D> {
  const api = "tf.random.statelessGamma";
  checkOptions(api, options, { beta: true, dtype: true });
  const dtype = options.dtype ?? "float32";
  const stream = streamOf(api, seedOf(api, seed));
  return drawGamma(api, shapeOf(api, shape), stream, convert(api, alpha, dtype), options.beta, dtype) as Tensor<D>;
}

/**
 * Poisson numbers of `shape` with means `lam`, which broadcast to the last axes of `shape`; a function of `seed`.
 * @throws when `lam` does not broadcast to `shape`.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/stateless_poisson
 * @example
 * console.log(tf.random.statelessPoisson([3], [1, 2], 100).dtype); // => int32
 */
export function statelessPoisson<D extends DType = "int32">(
  shape: ShapeLike,
  seed: Seed,
  lam: TensorLike,
  options: { dtype?: D } = {},
): Tensor<D> {
  const api = "tf.random.statelessPoisson";
  checkOptions(api, options, { dtype: true });
  const attributes = { dtype: options.dtype ?? "int32" };
  return run(
    api,
    "StatelessRandomPoisson",
    [shapeOf(api, shape), seedOf(api, seed), convert(api, lam)],
    attributes,
  ) as Tensor<D>;
}

/**
 * How many of `counts` trials succeed with probability `probs` each: numbers of `shape`, to whose last axes both broadcast; a function
 * of `seed`.
 * @throws when `counts` or `probs` do not broadcast to `shape`.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/stateless_binomial
 * @example
 * console.log(tf.random.statelessBinomial([2], [1, 2], 10, 1).array()); // => [ 10, 10 ]
 */
export function statelessBinomial<D extends DType = "int32">(
  shape: ShapeLike,
  seed: Seed,
  counts: TensorLike,
  probs: TensorLike,
  options: { outputDtype?: D } = {},
): Tensor<D> {
  const api = "tf.random.statelessBinomial";
  checkOptions(api, options, { outputDtype: true });
  const p = convert(api, probs);
  const inputs = [shapeOf(api, shape), seedOf(api, seed), convert(api, counts).cast(p.dtype), p];
  return run(api, "StatelessRandomBinomial", inputs, { dtype: options.outputDtype ?? "int32" }) as Tensor<D>;
}

/**
 * Classes drawn with the probabilities `softmax(logits)`: `[batch, classes]` gives `[batch, numSamples]`; a function of `seed`.
 * @throws when `logits` is not a matrix.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/stateless_categorical
 * @example
 * console.log(tf.random.statelessCategorical([[0, -100]], 3, [1, 2]).array()); // => [ [ 0, 0, 0 ] ]
 */
export function statelessCategorical<D extends DType = "int64">(
  logits: TensorLike,
  numSamples: TensorLike,
  seed: Seed,
  options: { dtype?: D } = {},
): Tensor<D> {
  const api = "tf.random.statelessCategorical";
  checkOptions(api, options, { dtype: true });
  const inputs = [convert(api, logits), convert(api, numSamples, "int32"), seedOf(api, seed)];
  return run(api, "StatelessMultinomial", inputs, { output_dtype: options.dtype ?? "int64" }) as Tensor<D>;
}

/**
 * Normal numbers cut off at `minvals` and `maxvals`, drawn again when beyond; all parameters broadcast to `shape`; a function of `seed`.
 * @throws when the parameters do not broadcast to `shape`.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/stateless_parameterized_truncated_normal
 * @example
 * const x = tf.random.statelessParameterizedTruncatedNormal([100], [1, 2], { minvals: 0, maxvals: 1 });
 * console.log(tf.reduceMin(x).item() >= 0, tf.reduceMax(x).item() <= 1); // => true true
 */
export function statelessParameterizedTruncatedNormal(
  shape: ShapeLike,
  seed: Seed,
  options: { means?: TensorLike; stddevs?: TensorLike; minvals?: TensorLike; maxvals?: TensorLike } = {},
): Tensor {
  const api = "tf.random.statelessParameterizedTruncatedNormal";
  checkOptions(api, options, { means: true, stddevs: true, minvals: true, maxvals: true });
  const { means = 0, stddevs = 1, minvals = -2, maxvals = 2 } = options;
  const parameters = [means, stddevs, minvals, maxvals].map((value) => convert(api, value));
  return run(api, "StatelessParameterizedTruncatedNormal", [shapeOf(api, shape), seedOf(api, seed), ...parameters]);
}

/**
 * `num` new seeds from one: a tensor `[num, 2]` of int32, or of int64 where the seed is.
 * @throws when `seed` is not two whole numbers.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/split
 * @example
 * console.log(tf.random.split([1, 2], { num: 3 }).shape); // => [ 3, 2 ]
 */
export function split(seed: Seed, options: { num?: number } = {}): Tensor {
  const api = "tf.random.split";
  checkOptions(api, options, { num: true });
  const tensor = seedOf(api, seed);
  return drawUniform(api, [options.num ?? 2, 2], streamOf(api, tensor), { minval: null, maxval: null }, tensor.dtype);
}

/**
 * A new seed from one and a number, such as that of a step: a tensor `[2]`.
 * @throws when `seed` is not two whole numbers.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/fold_in
 * @example
 * console.log(tf.random.foldIn([1, 2], 7).shape); // => [ 2 ]
 */
export function foldIn(seed: Seed, data: TensorLike): Tensor {
  const api = "tf.random.foldIn";
  const tensor = seedOf(api, seed);
  const number = typeof data === "number" ? convert(api, data, tensor.dtype) : convert(api, data);
  const first = drawUniform(api, [], streamOf(api, tensor), { minval: null, maxval: null }, number.dtype);
  return executeOne("Pack", [[first, number]]);
}
