/** Decompositions of matrices into factors. */
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run, runAll } from "../operands.ts";
import { squareMatrices } from "./square-matrices.ts";

/**
 * The lower triangles L of positive definite matrices `[..., m, m]`, so that `L L^T` is the matrix; floating and complex dtypes.
 * @throws when a matrix is not square or not positive definite.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/cholesky
 * @example
 * console.log(tf.linalg.cholesky([[4, 0], [0, 9]]).array()); // => [ [ 2, 0 ], [ 0, 3 ] ]
 */
export function cholesky(input: TensorLike): Tensor {
  return run("tf.linalg.cholesky", "Cholesky", [convert("tf.linalg.cholesky", input)], undefined, squareMatrices);
}

/**
 * Orthogonal `q` and upper triangular `r` whose product are the matrices `[..., m, n]`; floating and complex dtypes.
 * @throws when there are fewer than two axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/qr
 * @example
 * const { q, r } = tf.linalg.qr([[0, 2], [3, 0]]);
 * console.log(tf.round(tf.matmul(q, r)).array()); // => [ [ 0, 2 ], [ 3, 0 ] ]
 */
export function qr(input: TensorLike, options: { fullMatrices?: boolean | undefined } = {}): { q: Tensor; r: Tensor } {
  checkOptions("tf.linalg.qr", options, { fullMatrices: true });
  const [q, r] = runAll("tf.linalg.qr", "Qr", [convert("tf.linalg.qr", input)], {
    full_matrices: options.fullMatrices ?? false,
  }) as [Tensor, Tensor];
  return { q, r };
}

/** Factors of a singular value decomposition: `u diag(s) v^H`. */
export interface SingularValues {
  /** Singular values, from the largest down: `[..., min(m, n)]`. */
  s: Tensor;
  u: Tensor;
  v: Tensor;
}

/**
 * The singular values of matrices `[..., m, n]`, and their vectors unless `computeUv` is false; floating and complex dtypes.
 * @throws when there are fewer than two axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/svd
 * @example
 * console.log(tf.round(tf.linalg.svd([[0, 2], [3, 0]], { computeUv: false })).array()); // => [ 3, 2 ]
 */
export function svd<C extends boolean = true>(
  tensor: TensorLike,
  options: { fullMatrices?: boolean | undefined; computeUv?: C | undefined } = {},
): C extends false ? Tensor : SingularValues {
  checkOptions("tf.linalg.svd", options, { fullMatrices: true, computeUv: true });
  const { fullMatrices = false, computeUv = true } = options;
  const attributes = { compute_uv: computeUv, full_matrices: fullMatrices };
  const [s, u, v] = runAll("tf.linalg.svd", "Svd", [convert("tf.linalg.svd", tensor)], attributes) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  return (computeUv ? { s, u, v } : s) as C extends false ? Tensor : SingularValues;
}

/**
 * The eigenvalues `e` of symmetric or Hermitian matrices `[..., m, m]`, rising, and their vectors `v` as columns; floating and complex dtypes.
 * @throws when a matrix is not square.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/eigh
 * @example
 * console.log(tf.linalg.eigh([[2, 0], [0, 1]]).e.array()); // => [ 1, 2 ]
 */
export function eigh(tensor: TensorLike): { e: Tensor; v: Tensor } {
  const [e, v] = runAll(
    "tf.linalg.eigh",
    "SelfAdjointEigV2",
    [convert("tf.linalg.eigh", tensor)],
    { compute_v: true },
    squareMatrices,
  ) as [Tensor, Tensor];
  return { e, v };
}

/**
 * The eigenvalues of symmetric or Hermitian matrices `[..., m, m]`, rising: `[..., m]`; floating and complex dtypes.
 * @throws when a matrix is not square.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/eigvalsh
 * @example
 * console.log(tf.linalg.eigvalsh([[2, 0], [0, 1]]).array()); // => [ 1, 2 ]
 */
export function eigvalsh(tensor: TensorLike): Tensor {
  const api = "tf.linalg.eigvalsh";
  return runAll(api, "SelfAdjointEigV2", [convert(api, tensor)], { compute_v: false }, squareMatrices)[0] as Tensor;
}
