/** Norms of vectors, matrices and lists of tensors. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { divide, multiply, pow } from "../math/arithmetic.ts";
import { conj, real } from "../math/complex.ts";
import { sqrt } from "../math/exponential.ts";
import { reduceMax, reduceSum } from "../math/reductions.ts";
import { abs } from "../math/signs.ts";
import { type Axis, run } from "../operands.ts";

/** What norms take. */
export interface NormOptions {
  /** `"euclidean"` (the default), `"fro"` (matrices), or the power: 1, 2, `Infinity`, any positive number for vectors. */
  ord?: number | "euclidean" | "fro" | undefined;
  /** One axis for norms of vectors, two for norms of matrices; all elements as one vector when not given. */
  axis?: Axis | undefined;
  /** Keep the reduced axes, with length 1. */
  keepdims?: boolean | undefined;
}

/**
 * The norm of vectors or matrices of `[...]` along `axis`; floating and complex dtypes.
 * @throws when `ord` does not exist for as many axes, or an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/norm
 * @example
 * console.log(tf.norm([3, 4]).item(), tf.norm([[3, -4], [1, 2]], { ord: 1, axis: 1 }).array()); // => 5 [ 7, 3 ]
 */
export function norm(tensor: TensorLike, options: NormOptions = {}): Tensor {
  checkOptions("tf.norm", options, { ord: true, axis: true, keepdims: true });
  return normOf("tf.norm", convert("tf.norm", tensor), options);
}

function normOf(api: string, x: Tensor, { ord = "euclidean", axis, keepdims }: NormOptions): Tensor {
  const axes = typeof axis === "object" ? axis : [];
  const isMatrix = axes.length === 2;
  if (axes.length > 2) throw invalidArgument(api, "one axis or two", describe(axis));
  const reduce = { axis, keepdims };
  if (ord === "euclidean" || ord === "fro" || (ord === 2 && !isMatrix)) {
    if (ord === "fro" && !isMatrix) throw invalidArgument(api, 'two axes for ord "fro"', describe(axis));
    const squares = dtypeFacts[x.dtype].kind === "complex" ? real(multiply(x, conj(x))) : multiply(x, x);
    return sqrt(reduceSum(squares, reduce));
  }
  if (typeof ord !== "number" || !(ord > 0))
    throw invalidArgument(api, 'ord of "euclidean", "fro" or a number above 0', describe(ord));
  if (isMatrix) return matrixNorm(api, x, ord, axes as readonly [number, number], keepdims);
  if (ord === Number.POSITIVE_INFINITY) return reduceMax(abs(x), reduce);
  return ord === 1 ? reduceSum(abs(x), reduce) : pow(reduceSum(pow(abs(x), ord), reduce), 1 / ord);
}

/** The largest sum of a column (1) or of a row (infinity). */
function matrixNorm(
  api: string,
  x: Tensor,
  ord: number,
  axis: readonly [number, number],
  keepdims: boolean | undefined,
): Tensor {
  if (ord !== 1 && ord !== Number.POSITIVE_INFINITY)
    throw invalidArgument(
      api,
      'ord of "euclidean", "fro", 1 or Infinity for matrices',
      describe(ord),
      "see tf.linalg.svd for the largest singular value",
    );
  const [summed, compared] = ord === 1 ? axis : [axis[1], axis[0]];
  const largest = reduceMax(reduceSum(abs(x), { axis: summed, keepdims: true }), { axis: compared, keepdims: true });
  return keepdims ? largest : run(api, "Squeeze", [largest], { squeeze_dims: [...axis] });
}

/**
 * `tensor` divided by its norm along `axis`, and that norm with the axes kept: `[normalized, norm]`; floating and complex dtypes.
 * @throws when `ord` does not exist for as many axes, or an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/normalize
 * @example
 * const [unit, length] = tf.linalg.normalize([0, 4]);
 * console.log(unit.array(), length.array()); // => [ 0, 1 ] [ 4 ]
 */
export function normalize(tensor: TensorLike, options: Omit<NormOptions, "keepdims"> = {}): [Tensor, Tensor] {
  checkOptions("tf.linalg.normalize", options, { ord: true, axis: true });
  const x = convert("tf.linalg.normalize", tensor);
  const length = normOf("tf.linalg.normalize", x, { ...options, keepdims: true }).cast(x.dtype);
  return [divide(x, length), length];
}

/**
 * The square root of the sum of all squares of all tensors; floating dtypes.
 * @throws when there are no tensors or their dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/global_norm
 * @example
 * console.log(tf.linalg.globalNorm([[3], [4]]).item()); // => 5
 */
export function globalNorm(tensors: readonly TensorLike[]): Tensor {
  const api = "tf.linalg.globalNorm";
  if (!Array.isArray(tensors) || tensors.length === 0)
    throw invalidArgument(api, "an array of at least one tensor", describe(tensors));
  const halves = convertAll(api, tensors).map((tensor) => run(api, "L2Loss", [tensor]));
  return sqrt(multiply(reduceSum(run(api, "Pack", [halves])), 2));
}
