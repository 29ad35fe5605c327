/** The functions of `tf`: those that TensorFlow has at its top level, and its namespaces. Each function exists once; this file only names it. */
export { bitcast, cast, identity, stopGradient } from "./array/casting.ts";
export { constant, convertToTensor, fill, ones, onesLike, zeros, zerosLike } from "./array/creation.ts";
export { booleanMask, gather, gatherNd, where } from "./array/gathering.ts";
export { concat, split, stack, unstack } from "./array/joining.ts";
export { oneHot, sequenceMask } from "./array/masks.ts";
export { argsort, sort } from "./array/ordering.ts";
export { ensureShape, rank, shape, size } from "./array/queries.ts";
export { repeat, tile } from "./array/repeating.ts";
export {
  scatterNd,
  tensorScatterNdAdd,
  tensorScatterNdMax,
  tensorScatterNdMin,
  tensorScatterNdSub,
  tensorScatterNdUpdate,
} from "./array/scattering.ts";
export { searchsorted, unique, uniqueWithCounts } from "./array/searching.ts";
export { eye, linspace, meshgrid, range } from "./array/sequences.ts";
export { broadcastTo, expandDims, reshape, squeeze, transpose } from "./array/shapes.ts";
export { pad, reverse, roll, slice, stridedSlice } from "./array/slicing.ts";
export * as debugging from "./debugging/index.ts";
export { type PrintOptions, print } from "./debugging/print.ts";
export * as image from "./image/index.ts";
export * as io from "./io/index.ts";
export * as linalg from "./linalg/index.ts";
export { norm } from "./linalg/norms.ts";
export { matmul } from "./linalg/products.ts";
export { einsum, tensordot } from "./linalg/tensordot.ts";
export { add, divide, maximum, minimum, multiply, pow, subtract } from "./math/arithmetic.ts";
export { clipByGlobalNorm, clipByNorm, clipByValue } from "./math/clipping.ts";
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from "./math/comparisons.ts";
export { complex } from "./math/complex.ts";
export { histogramFixedWidth } from "./math/counting.ts";
export { exp, sigmoid, sqrt } from "./math/exponential.ts";
export * as math from "./math/index.ts";
export { argmax, argmin } from "./math/positions.ts";
export { logicalAnd, logicalNot, logicalOr } from "./math/predicates.ts";
export { reduceAll, reduceAny, reduceMax, reduceMean, reduceMin, reduceProd, reduceSum } from "./math/reductions.ts";
export { floor, round } from "./math/rounding.ts";
export { cumsum } from "./math/scans.ts";
export { abs, negative, sign, square } from "./math/signs.ts";
export { reduceLogsumexp } from "./math/statistics.ts";
export { addN } from "./math/sums.ts";
export { acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, sin, sinh, tan, tanh } from "./math/trigonometric.ts";
export * as nn from "./nn/index.ts";
export * as random from "./random/index.ts";
export { type FunctionName, type RawOps, raw } from "./raw/index.ts";
export * as strings from "./strings/index.ts";
