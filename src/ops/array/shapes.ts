/** The same elements in other shapes. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { numElements, shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne, type OpInput } from "../../runtime/executor.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { type Axis, allAxes, integers, oneAxis, run, type ShapeLike } from "../operands.ts";

/**
 * The same elements in another shape, `[...shape]`; one length may be -1: it follows from the others.
 * @throws when the number of elements would change.
 * @see https://www.tensorflow.org/api_docs/python/tf/reshape
 * @example
 * console.log(tf.reshape([1, 2, 3, 4], [2, -1]).array()); // => [ [ 1, 2 ], [ 3, 4 ] ]
 */
export function reshape(tensor: TensorLike, shape: ShapeLike): Tensor {
  return run(
    "tf.reshape",
    "Reshape",
    [convert("tf.reshape", tensor), integers("tf.reshape", shape)],
    undefined,
    (api, inputs) => sameSize(api, inputs, shape),
  );
}

function sameSize(api: string, inputs: readonly OpInput[], shape: ShapeLike): void {
  const from = (inputs[0] as Tensor).staticShape;
  if (from === null || from.includes(null) || shape instanceof Tensor) return;
  throw invalidArgument(
    api,
    `a shape of ${numElements(from)} elements, as ${shapeText(from)} has`,
    shapeText(shape),
    "one length may be -1",
  );
}

/**
 * The axes in another order: axis i of the result is axis `perm[i]` of `a`; all reversed when `perm` is not given. Complex numbers can be conjugated, too.
 * @throws when `perm` is not an order of all axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/transpose
 * @example
 * console.log(tf.transpose([[1, 2, 3], [4, 5, 6]]).array()); // => [ [ 1, 4 ], [ 2, 5 ], [ 3, 6 ] ]
 */
export function transpose(
  a: TensorLike,
  options: { perm?: ShapeLike | undefined; conjugate?: boolean | undefined } = {},
): Tensor {
  const api = "tf.transpose";
  checkOptions(api, options, { perm: true, conjugate: true });
  const tensor = convert(api, a);
  const op = options.conjugate && dtypeFacts[tensor.dtype].kind === "complex" ? "ConjugateTranspose" : "Transpose";
  return run(api, op, [tensor, permutation(api, tensor, options.perm)]);
}

function permutation(api: string, tensor: Tensor, perm: ShapeLike | undefined): Tensor {
  const rank = tensor.staticShape?.length;
  if (perm === undefined && rank === undefined)
    return executeOne("Sub", [
      executeOne("Sub", [executeOne("Rank", [tensor]), allAxes(tensor)]),
      convert(api, 1, "int32"),
    ]);
  const order = perm ?? Array.from({ length: rank as number }, (_, i) => (rank as number) - 1 - i);
  if (
    rank !== undefined &&
    !(order instanceof Tensor) &&
    [...order].sort((x, y) => x - y).some((axis, i) => axis !== i)
  ) {
    throw invalidArgument(
      api,
      `perm with each of the axes 0 to ${rank - 1} of shape ${shapeText(tensor.staticShape)}`,
      describe(order),
    );
  }
  if (rank !== undefined && !(order instanceof Tensor) && order.length !== rank)
    throw invalidArgument(api, `perm of ${rank} axes`, describe(order));
  return integers(api, order);
}

/**
 * The matrices `[..., m, n]` with rows and columns swapped: `[..., n, m]`.
 * @throws when there are fewer than two axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/matrix_transpose
 * @example
 * console.log(tf.linalg.matrixTranspose([[[1, 2]]]).shape); // => [ 1, 2, 1 ]
 */
export function matrixTranspose(a: TensorLike, options: { conjugate?: boolean | undefined } = {}): Tensor {
  checkOptions("tf.linalg.matrixTranspose", options, { conjugate: true });
  const tensor = convert("tf.linalg.matrixTranspose", a);
  const rank = tensor.rank;
  if (rank < 2) throw invalidArgument("tf.linalg.matrixTranspose", "at least two axes", shapeText(tensor.staticShape));
  return transpose(tensor, {
    ...options,
    perm: Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i)),
  });
}

/**
 * The matrices `[..., m, n]` with rows and columns swapped and complex numbers conjugated: `[..., n, m]`.
 * @throws when there are fewer than two axes.
 * @see https://www.tensorflow.org/api_docs/python/tf/linalg/adjoint
 * @example
 * console.log(tf.linalg.adjoint([[1, 2]]).array()); // => [ [ 1 ], [ 2 ] ]
 */
export function adjoint(matrix: TensorLike): Tensor {
  return matrixTranspose(matrix, { conjugate: true });
}

/**
 * A new axis of length 1 at `axis`; -1 is behind the last one.
 * @throws when `axis` is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/expand_dims
 * @example
 * console.log(tf.expandDims([1, 2], 0).shape, tf.expandDims([1, 2], -1).shape); // => [ 1, 2 ] [ 2, 1 ]
 */
export function expandDims(input: TensorLike, axis: number): Tensor {
  const api = "tf.expandDims";
  const tensor = convert(api, input);
  const position = oneAxis(api, axis, tensor.staticShape && [...tensor.staticShape, 1]);
  return run(api, "ExpandDims", [tensor, convert(api, position, "int32")]);
}

/**
 * Without the axes of length 1: all of them, or those in `axis`.
 * @throws when an axis in `axis` is beyond the rank or longer than 1.
 * @see https://www.tensorflow.org/api_docs/python/tf/squeeze
 * @example
 * console.log(tf.squeeze([[[1], [2]]]).array(), tf.squeeze([[[1], [2]]], { axis: 0 }).shape); // => [ 1, 2 ] [ 2, 1 ]
 */
export function squeeze(input: TensorLike, options: { axis?: Axis | undefined } = {}): Tensor {
  const api = "tf.squeeze";
  checkOptions(api, options, { axis: true });
  const tensor = convert(api, input);
  const axes =
    options.axis === undefined ? [] : [options.axis].flat().map((axis) => oneAxis(api, axis, tensor.staticShape));
  const long = axes.find((axis) => (tensor.staticShape?.[axis] ?? 1) !== 1);
  if (long !== undefined)
    throw invalidArgument(api, `axis ${long} of length 1`, `shape ${shapeText(tensor.staticShape)}`);
  return run(api, "Squeeze", [tensor], { squeeze_dims: axes });
}

/**
 * `input` stretched to `shape`: axes of length 1 are repeated, new ones stand before the others.
 * @throws when the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/broadcast_to
 * @example
 * console.log(tf.broadcastTo([1, 2], [2, 2]).array()); // => [ [ 1, 2 ], [ 1, 2 ] ]
 */
export function broadcastTo(input: TensorLike, shape: ShapeLike): Tensor {
  return run(
    "tf.broadcastTo",
    "BroadcastTo",
    [convert("tf.broadcastTo", input), integers("tf.broadcastTo", shape)],
    undefined,
    (api, inputs) => {
      throw invalidArgument(
        api,
        `a shape that ${shapeText((inputs[0] as Tensor).staticShape)} broadcasts to`,
        shape instanceof Tensor ? "a tensor" : shapeText(shape),
      );
    },
  );
}
