/** Inverses, determinants and systems of equations. */
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { add, multiply } from "../math/arithmetic.ts";
import { log } from "../math/exponential.ts";
import { reduceSum } from "../math/reductions.ts";
import { pair, run, runAll } from "../operands.ts";
import { cholesky } from "./decompositions.ts";
import { diagPart, setDiag } from "./diagonals.ts";
import { matmul } from "./products.ts";
import { squareMatrices } from "./square-matrices.ts";

/**
 * The inverses of square matrices `[..., m, m]`, or of their adjoints; floating and complex dtypes.
 * @throws when a matrix is not square or cannot be inverted.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/inv
 * @example
 * console.log(tf.linalg.inv([[2, 0], [0, 4]]).array()); // => [ [ 0.5, 0 ], [ 0, 0.25 ] ]
 */
export function inv(input: TensorLike, options: { adjoint?: boolean | undefined } = {}): Tensor {
  checkOptions("tf.linalg.inv", options, { adjoint: true });
  return run(
    "tf.linalg.inv",
    "MatrixInverse",
    [convert("tf.linalg.inv", input)],
    { adjoint: options.adjoint ?? false },
    squareMatrices,
  );
}

/**
 * The determinants of square matrices `[..., m, m]`: `[...]`; floating and complex dtypes.
 * @throws when a matrix is not square.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/det
 * @example
 * console.log(tf.linalg.det([[2, 0], [0, 4]]).item()); // => 8
 */
export function det(input: TensorLike): Tensor {
  return run("tf.linalg.det", "MatrixDeterminant", [convert("tf.linalg.det", input)], undefined, squareMatrices);
}

/**
 * The logarithms of the determinants of positive definite matrices `[..., m, m]`: `[...]`; floating dtypes.
 * @throws when a matrix is not square or not positive definite.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/logdet
 * @example
 * console.log(tf.linalg.logdet([[1, 0], [0, 1]]).item()); // => 0
 */
export function logdet(matrix: TensorLike): Tensor {
  const factor = run("tf.linalg.logdet", "Cholesky", [convert("tf.linalg.logdet", matrix)], undefined, squareMatrices);
  return multiply(reduceSum(log(diagPart(factor)), { axis: -1 }), 2);
}

/**
 * The signs and the logarithms of the sizes of determinants of square matrices `[..., m, m]`: both `[...]`; floating and complex dtypes.
 * @throws when a matrix is not square.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/slogdet
 * @example
 * console.log(tf.linalg.slogdet([[-1, 0], [0, 1]]).sign.item()); // => -1
 */
export function slogdet(input: TensorLike): { sign: Tensor; logAbsDeterminant: Tensor } {
  const outputs = runAll(
    "tf.linalg.slogdet",
    "LogMatrixDeterminant",
    [convert("tf.linalg.slogdet", input)],
    undefined,
    squareMatrices,
  );
  const [sign, logAbsDeterminant] = outputs as [Tensor, Tensor];
  return { sign, logAbsDeterminant };
}

/**
 * The solutions `[..., m, k]` of `matrix x = rhs`, of square matrices `[..., m, m]` and right sides `[..., m, k]`; floating and complex dtypes.
 * @throws when a matrix is not square or cannot be inverted, or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/solve
 * @example
 * console.log(tf.linalg.solve([[2, 0], [0, 4]], [[2], [2]]).array()); // => [ [ 1 ], [ 0.5 ] ]
 */
export function solve(matrix: TensorLike, rhs: TensorLike, options: { adjoint?: boolean | undefined } = {}): Tensor {
  checkOptions("tf.linalg.solve", options, { adjoint: true });
  return run(
    "tf.linalg.solve",
    "MatrixSolve",
    pair("tf.linalg.solve", matrix, rhs),
    { adjoint: options.adjoint ?? false },
    squareMatrices,
  );
}

/** What `tf.linalg.triangularSolve` takes. */
export interface TriangularSolveOptions {
  /** Read the lower triangle, which is the default, or the upper one. */
  lower?: boolean | undefined;
  /** Solve with the adjoints of the matrices. */
  adjoint?: boolean | undefined;
}

/**
 * The solutions of `matrix x = rhs` where the matrices `[..., m, m]` are triangular and `rhs` is `[..., m, k]`; floating and complex dtypes.
 * @throws when a matrix is not square, or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/triangular_solve
 * @example
 * console.log(tf.linalg.triangularSolve([[2, 0], [1, 1]], [[2], [3]]).array()); // => [ [ 1 ], [ 2 ] ]
 */
export function triangularSolve(matrix: TensorLike, rhs: TensorLike, options: TriangularSolveOptions = {}): Tensor {
  checkOptions("tf.linalg.triangularSolve", options, { lower: true, adjoint: true });
  const { lower = true, adjoint = false } = options;
  return run("tf.linalg.triangularSolve", "MatrixTriangularSolve", pair("tf.linalg.triangularSolve", matrix, rhs), {
    lower,
    adjoint,
  });
}

/**
 * The solutions `[..., m, k]` of `matrix x = rhs` from the lower triangles `chol` `[..., m, m]` that `tf.linalg.cholesky` gave; floating and complex dtypes.
 * @throws when a matrix is not square, or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/cholesky_solve
 * @example
 * const chol = tf.linalg.cholesky([[4, 0], [0, 16]]);
 * console.log(tf.linalg.choleskySolve(chol, [[4], [8]]).array()); // => [ [ 1 ], [ 0.5 ] ]
 */
export function choleskySolve(chol: TensorLike, rhs: TensorLike): Tensor {
  const [triangle, right] = pair("tf.linalg.choleskySolve", chol, rhs) as [Tensor, Tensor];
  return triangularSolve(triangle, triangularSolve(triangle, right), { adjoint: true });
}

/**
 * The `x` `[..., n, k]` for which `matrix x` comes nearest to `rhs`: `[..., m, n]` with at least as many rows as columns and full rank, and
 * `[..., m, k]`; floating dtypes. Solves the normal equations `(A^T A + l2Regularizer I) x = A^T b`.
 * @throws when the shapes do not fit, the dtypes differ or the columns depend on each other.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/lstsq
 * @example
 * console.log(tf.linalg.lstsq([[2], [0]], [[4], [1]]).array()); // => [ [ 2 ] ]
 */
export function lstsq(
  matrix: TensorLike,
  rhs: TensorLike,
  options: { l2Regularizer?: number | undefined } = {},
): Tensor {
  checkOptions("tf.linalg.lstsq", options, { l2Regularizer: true });
  const [left, right] = pair("tf.linalg.lstsq", matrix, rhs) as [Tensor, Tensor];
  const gram = matmul(left, left, { adjointA: true });
  const diagonal = add(diagPart(gram), options.l2Regularizer ?? 0);
  return choleskySolve(cholesky(setDiag(gram, diagonal)), matmul(left, right, { adjointA: true }));
}
