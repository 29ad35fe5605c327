/** Diagonals and bands of matrices. */
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { reduceSum } from "../math/reductions.ts";
import { integers, pair, run } from "../operands.ts";

/** How rows of several diagonals are aligned where they are shorter than the longest. */
export type DiagonalAlign = "LEFT_RIGHT" | "RIGHT_LEFT" | "LEFT_LEFT" | "RIGHT_RIGHT";

/** Which diagonals: 0 is the main one, positive ones are above; two numbers are the lowest and the highest. */
export interface DiagonalOptions {
  k?: number | readonly [number, number] | undefined;
  align?: DiagonalAlign | undefined;
}

const bandOf = (api: string, k: DiagonalOptions["k"]): Tensor => convert(api, k ?? 0, "int32");
const alignment = (align: DiagonalAlign | undefined): { align: DiagonalAlign } => ({ align: align ?? "RIGHT_LEFT" });

/**
 * The matrices `[..., m, n]` with all but a band set to 0: `numLower` diagonals below the main one and `numUpper` above; -1 keeps all.
 * @throws when a number is larger than the matrix, or there are fewer than two axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/band_part
 * @example
 * console.log(tf.linalg.bandPart([[1, 2], [3, 4]], -1, 0).array()); // => [ [ 1, 0 ], [ 3, 4 ] ]
 */
export function bandPart(input: TensorLike, numLower: TensorLike, numUpper: TensorLike): Tensor {
  const api = "tf.linalg.bandPart";
  const lower = numLower instanceof Tensor ? numLower : convert(api, numLower, "int64");
  const upper = numUpper instanceof Tensor ? numUpper : convert(api, numUpper, "int64");
  return run(api, "MatrixBandPart", [convert(api, input), lower.cast("int64"), upper.cast("int64")]);
}

/** What `tf.linalg.diag` takes. */
export interface DiagOptions extends DiagonalOptions {
  /** Rows of the matrices; as few as hold the diagonal when not given. */
  numRows?: number | undefined;
  /** Columns of the matrices; as few as hold the diagonal when not given. */
  numCols?: number | undefined;
  /** What stands beside the diagonals; 0 when not given. */
  paddingValue?: TensorLike | undefined;
}

/**
 * Matrices `[..., n, n]` that have the vectors `[..., n]` on their diagonal `k`, and 0 elsewhere.
 * @throws when the diagonal does not fit into `numRows` and `numCols`.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/diag
 * @example
 * console.log(tf.linalg.diag([1, 2]).array()); // => [ [ 1, 0 ], [ 0, 2 ] ]
 */
export function diag(diagonal: TensorLike, options: DiagOptions = {}): Tensor {
  const api = "tf.linalg.diag";
  checkOptions(api, options, { numRows: true, numCols: true, paddingValue: true, k: true, align: true });
  const [values, padding] = padded(api, diagonal, options.paddingValue);
  const size = [integers(api, options.numRows ?? -1), integers(api, options.numCols ?? -1)];
  return run(api, "MatrixDiagV3", [values, bandOf(api, options.k), ...size, padding], alignment(options.align));
}

/**
 * The diagonal `k` of matrices `[..., m, n]`: `[..., min(m, n)]` for the main one.
 * @throws when the diagonal is beyond the matrix, or there are fewer than two axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/diag_part
 * @example
 * console.log(tf.linalg.diagPart([[1, 2], [3, 4]]).array()); // => [ 1, 4 ]
 */
export function diagPart(
  input: TensorLike,
  options: DiagonalOptions & { paddingValue?: TensorLike | undefined } = {},
): Tensor {
  const api = "tf.linalg.diagPart";
  const [values, padding] = padded(api, input, options.paddingValue);
  return run(api, "MatrixDiagPartV3", [values, bandOf(api, options.k), padding], alignment(options.align));
}

/**
 * The matrices `[..., m, n]` with their diagonal `k` replaced by the vectors `[..., min(m, n)]`.
 * @throws when the lengths do not fit, or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/set_diag
 * @example
 * console.log(tf.linalg.setDiag([[1, 2], [3, 4]], [9, 9]).array()); // => [ [ 9, 2 ], [ 3, 9 ] ]
 */
export function setDiag(input: TensorLike, diagonal: TensorLike, options: DiagonalOptions = {}): Tensor {
  const api = "tf.linalg.setDiag";
  checkOptions(api, options, { k: true, align: true });
  return run(api, "MatrixSetDiagV3", [...pair(api, input, diagonal), bandOf(api, options.k)], alignment(options.align));
}

/**
 * The sum of the main diagonal of matrices `[..., m, n]`: `[...]`; numeric dtypes.
 * @throws when there are fewer than two axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/trace
 * @example
 * console.log(tf.linalg.trace([[1, 2], [3, 4]]).item()); // => 5
 */
export function trace(x: TensorLike): Tensor {
  return reduceSum(diagPart(convert("tf.linalg.trace", x)), { axis: -1 });
}

function padded(api: string, values: TensorLike, padding: TensorLike | undefined): [Tensor, Tensor] {
  const tensor = convert(api, values);
  return [
    tensor,
    padding === undefined ? convert(api, 0, "int32").cast(tensor.dtype) : convert(api, padding, tensor.dtype),
  ];
}
