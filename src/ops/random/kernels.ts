/** The stateless random ops of TensorFlow (Philox): numbers as a function of a key, a counter and a shape. */
import { type DType, dtypeFacts, isDType, isInteger } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { isFullyDefined, type Shape } from "../../base/shapes.ts";
import { checkDType, convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { integers, run, runAll, type ShapeLike } from "../operands.ts";

/** Where a stream of random numbers starts: uint64 `[1]` and `[2]`. */
export interface Stream {
  readonly key: Tensor;
  readonly counter: Tensor;
}

/** A seed of stateless functions: two whole numbers, or an int32 or int64 tensor `[2]`. */
export type Seed = readonly [number | bigint, number | bigint] | Tensor;

const PHILOX = 1;

/** The number of the algorithm, as the ops take it. */
export function philox(): Tensor {
  return convert("random", PHILOX, "int32");
}

/** A seed as a tensor `[2]`. Throws when it is not two whole numbers. */
export function seedOf(api: string, seed: Seed | TensorLike): Tensor {
  if (seed instanceof Tensor) return seed;
  const isPair =
    Array.isArray(seed) &&
    seed.length === 2 &&
    seed.every((part) => Number.isInteger(part) || typeof part === "bigint");
  if (!isPair) throw invalidArgument(api, "a seed of two whole numbers", describe(seed));
  const isSmall = seed.every((part) => typeof part === "number" && (part | 0) === part);
  return isSmall ? convert(api, seed, "int32") : convert(api, seed.map(BigInt), "int64");
}

/** The stream that a seed tensor `[2]` starts. */
export function streamOf(api: string, seed: Tensor): Stream {
  const [key, counter] = runAll(api, "StatelessRandomGetKeyCounter", [seed]) as [Tensor, Tensor];
  return { key, counter };
}

function draw(
  api: string,
  op: string,
  shape: ShapeLike,
  { key, counter }: Stream,
  dtype?: DType,
  bounds: readonly Tensor[] = [],
): Tensor {
  const typed = dtype === undefined ? {} : { dtype };
  return run(api, op, [shapeOf(api, shape), key, counter, philox(), ...bounds], typed);
}

/** A shape as a vector. Throws when a length is negative or not whole. */
export function shapeOf(api: string, shape: ShapeLike): Tensor {
  const isShape =
    shape instanceof Tensor ||
    (Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && length >= 0));
  if (!isShape) throw invalidArgument(api, "a shape of whole numbers of at least 0", describe(shape));
  return integers(api, shape);
}

/** `standard * stddev + mean`; without operations where they are 1 and 0. */
function scaled(api: string, standard: Tensor, mean: TensorLike, stddev: TensorLike): Tensor {
  const wide = stddev === 1 ? standard : standard.multiply(convert(api, stddev, standard.dtype));
  return mean === 0 ? wide : wide.add(convert(api, mean, standard.dtype));
}

/** Throws when `dtype` is not a floating one. */
export function checkFloating(api: string, dtype: DType): void {
  if (!isDType(dtype) || dtypeFacts[dtype].kind !== "float") throw invalidArgument(api, "a floating dtype", dtype);
}

/** Normal numbers from a stream. */
export function drawNormal(
  api: string,
  shape: ShapeLike,
  stream: Stream,
  mean: TensorLike,
  stddev: TensorLike,
  dtype: DType,
): Tensor {
  checkFloating(api, dtype);
  return scaled(api, draw(api, "StatelessRandomNormalV2", shape, stream, dtype), mean, stddev);
}

/** Normal numbers within two standard deviations from a stream. */
export function drawTruncatedNormal(
  api: string,
  shape: ShapeLike,
  stream: Stream,
  mean: TensorLike,
  stddev: TensorLike,
  dtype: DType,
): Tensor {
  checkFloating(api, dtype);
  return scaled(api, draw(api, "StatelessTruncatedNormalV2", shape, stream, dtype), mean, stddev);
}

/** Limits of uniform numbers; whole numbers without limits are of the whole range of their dtype. */
export interface Limits {
  readonly minval?: TensorLike | null | undefined;
  readonly maxval?: TensorLike | null | undefined;
}

/** Uniform numbers from a stream: `[minval, maxval)`. */
export function drawUniform(
  api: string,
  shape: ShapeLike,
  stream: Stream,
  { minval, maxval }: Limits,
  dtype: DType,
): Tensor {
  checkDType(api, dtype);
  if (isInteger(dtype)) return drawWhole(api, shape, stream, minval, maxval, dtype);
  checkFloating(api, dtype);
  const unit = draw(api, "StatelessRandomUniformV2", shape, stream, dtype);
  const [low, high] = [minval ?? 0, maxval ?? 1];
  if (low === 0 && high === 1) return unit;
  const min = convert(api, low, dtype);
  return unit.multiply(convert(api, high, dtype).subtract(min)).add(min);
}

function drawWhole(
  api: string,
  shape: ShapeLike,
  stream: Stream,
  minval: Limits["minval"],
  maxval: Limits["maxval"],
  dtype: DType,
): Tensor {
  if (minval === null && maxval === null) return draw(api, "StatelessRandomUniformFullIntV2", shape, stream, dtype);
  if (maxval === undefined || maxval === null || minval === null) {
    throw invalidArgument(
      api,
      `minval and maxval for dtype ${dtype}, or null for both`,
      `minval ${describe(minval)}, maxval ${describe(maxval)}`,
    );
  }
  const bounds = [convert(api, minval ?? 0, dtype), convert(api, maxval, dtype)];
  return draw(api, "StatelessRandomUniformIntV2", shape, stream, undefined, bounds);
}

/** Gamma numbers from a stream; `shape` is the shape of the result, to whose last axes `alpha` and `beta` broadcast. */
export function drawGamma(
  api: string,
  shape: Tensor,
  stream: Stream,
  alpha: Tensor,
  beta: TensorLike | undefined,
  dtype: DType,
): Tensor {
  checkFloating(api, dtype);
  const rate = beta === undefined ? undefined : convert(api, beta, dtype);
  const shapes = rate ? broadcastTo(alpha, rate) : alpha;
  const standard = draw(api, "StatelessRandomGammaV3", shape, stream, undefined, [shapes]);
  const result = rate ? standard.divide(rate) : standard;
  return executeOne("Maximum", [result, convert(api, smallest[dtype] ?? 0, dtype)]);
}

const smallest: Partial<Record<DType, number>> = {
  float16: 2 ** -14,
  bfloat16: 2 ** -126,
  float32: 2 ** -126,
  float64: 2 ** -1022,
};

/** `x` broadcast against `other`. */
export function broadcastTo(x: Tensor, other: Tensor): Tensor {
  const shape = executeOne("BroadcastArgs", [executeOne("Shape", [x]), executeOne("Shape", [other])]);
  return executeOne("BroadcastTo", [x, shape]);
}

/** The shape `[...outer, ...inner of x]`: what non-stateless functions give for parameters of the shape of `x`. */
export function shapeAround(api: string, outer: ShapeLike, x: Tensor): Tensor {
  const inner: Shape | null = x.staticShape;
  if (Array.isArray(outer) && isFullyDefined(inner)) return shapeOf(api, [...(outer as readonly number[]), ...inner]);
  return executeOne("ConcatV2", [[shapeOf(api, outer), executeOne("Shape", [x])], convert(api, 0, "int32")]);
}
