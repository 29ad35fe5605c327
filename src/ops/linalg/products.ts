/** Products of matrices and vectors. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { broadcastShapes, shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Attributes, OpInput } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { pair, run } from "../operands.ts";

/** What products of matrices take. */
export interface MatmulOptions {
  /** Swap the last two axes of `a` first. */
  transposeA?: boolean | undefined;
  /** Swap the last two axes of `b` first. */
  transposeB?: boolean | undefined;
  /** Swap the last two axes of `a` and conjugate it first. */
  adjointA?: boolean | undefined;
  /** Swap the last two axes of `b` and conjugate it first. */
  adjointB?: boolean | undefined;
}

/**
 * The product of matrices `[..., m, k]` and `[..., k, n]`: `[..., m, n]`; the axes before the last two broadcast. Numeric dtypes.
 * @throws when a tensor has fewer than two axes, the inner lengths or the dtypes differ, or both an adjoint and a transpose are asked for.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/matmul
 * @example
 * console.log(tf.matmul([[1, 2], [3, 4]], [[5], [6]]).array()); // => [ [ 17 ], [ 39 ] ]
 */
export function matmul(a: TensorLike, b: TensorLike, options?: MatmulOptions): Tensor {
  checkOptions("tf.matmul", options, { transposeA: true, transposeB: true, adjointA: true, adjointB: true });
  return multiplyMatrices("tf.matmul", a, b, options);
}

/**
 * The product of a matrix `[..., m, k]` and a vector `[..., k]`: `[..., m]`. Numeric dtypes.
 * @throws when the lengths or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/matvec
 * @example
 * console.log(tf.linalg.matvec([[1, 2], [3, 4]], [5, 6]).array()); // => [ 17, 39 ]
 */
export function matvec(
  a: TensorLike,
  b: TensorLike,
  options: Pick<MatmulOptions, "transposeA" | "adjointA"> = {},
): Tensor {
  const api = "tf.linalg.matvec";
  checkOptions(api, options, { transposeA: true, adjointA: true });
  const [matrix, vector] = pair(api, a, b) as [Tensor, Tensor];
  if (vector.staticShape?.length === 0)
    throw invalidArgument(api, "a vector [..., k] as its second argument", "a scalar", "use tf.multiply");
  const column = run(api, "ExpandDims", [vector, convert(api, -1, "int32")]);
  return run(api, "Squeeze", [multiplyMatrices(api, matrix, column, options)], { squeeze_dims: [-1] });
}

function multiplyMatrices(api: string, a: TensorLike, b: TensorLike, options: MatmulOptions | undefined): Tensor {
  const [left, right] = pair(api, a, b) as [Tensor, Tensor];
  const ranks = [rankOf(api, left), rankOf(api, right)];
  if (options === undefined) {
    if (ranks[0] === 2 && ranks[1] === 2) return run(api, "MatMul", [left, right], undefined, fitting);
    return run(api, "BatchMatMulV2", [left, right], undefined, fitting);
  }
  return withOptions(api, left, right, options, ranks[0] === 2 && ranks[1] === 2);
}

function withOptions(api: string, left: Tensor, right: Tensor, options: MatmulOptions, areMatrices: boolean): Tensor {
  const { transposeA = false, transposeB = false, adjointA = false, adjointB = false } = options;
  if ((transposeA && adjointA) || (transposeB && adjointB))
    throw invalidArgument(api, "a transpose or an adjoint of a matrix", "both");
  const swapA = transposeA || adjointA;
  const swapB = transposeB || adjointB;
  // MatMul transposes, BatchMatMul takes adjoints: conjugating before makes one of the other.
  const inputs = [
    conjugateIf(left, areMatrices ? adjointA : transposeA),
    conjugateIf(right, areMatrices ? adjointB : transposeB),
  ];
  const attributes: Attributes = areMatrices
    ? { transpose_a: swapA, transpose_b: swapB }
    : { adj_x: swapA, adj_y: swapB };
  return run(api, areMatrices ? "MatMul" : "BatchMatMulV2", inputs, attributes, (name, operands) =>
    fitting(name, operands, swapA, swapB),
  );
}

function rankOf(api: string, tensor: Tensor): number | undefined {
  const rank = tensor.staticShape?.length;
  if (rank !== undefined && rank < 2) {
    throw invalidArgument(
      api,
      "tensors of at least two axes, [..., m, k] and [..., k, n]",
      `shape ${shapeText(tensor.staticShape)}`,
      "use tf.linalg.matvec or tf.tensordot for vectors",
    );
  }
  return rank;
}

function conjugateIf(tensor: Tensor, condition: boolean): Tensor {
  return condition && dtypeFacts[tensor.dtype].kind === "complex" ? run("tf.matmul", "Conj", [tensor]) : tensor;
}

/** Diagnosis: do the inner lengths fit, and the axes before broadcast? */
function fitting(api: string, inputs: readonly OpInput[], swapA = false, swapB = false): void {
  const [a, b] = inputs.map((input) => (input instanceof Tensor ? input.staticShape : null));
  if (!a || !b) return;
  const inner = [a.at(swapA ? -2 : -1), b.at(swapB ? -1 : -2)];
  if (inner[0] !== inner[1] && inner[0] !== null && inner[1] !== null) {
    const notes = [swapA && "the first transposed", swapB && "the second transposed"].filter(Boolean).join(", ");
    throw invalidArgument(
      api,
      "[..., m, k] and [..., k, n] of one inner length k",
      `${shapeText(a)} and ${shapeText(b)}${notes && ` (${notes})`}`,
      "set transposeA or transposeB, or reshape",
    );
  }
  broadcastShapes(api, a.slice(0, -2), b.slice(0, -2));
}
