/** Tensor contractions: over numbered axes, and by an equation of labels. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { normalizeAxis, type Shape, shapeText } from "../../base/shapes.ts";
import { convert, convertAll } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { type Axis, lengths, pair, rankedShape, run, takeOptions } from "../operands.ts";

/**
 * The sum of products over pairs of axes: of the last `axes` of `a` and the first of `b`, or of `axes[0]` of `a` and `axes[1]` of `b`.
 * The other axes remain: those of `a`, then those of `b`. Numeric dtypes.
 * @throws when the lengths of a pair differ, an axis is beyond the rank, or the dtypes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/tensordot
 * @example
 * console.log(tf.tensordot([1, 2], [3, 4], 1).item()); // => 11
 * console.log(tf.tensordot([[1, 2], [3, 4]], [5, 6], [[0], [0]]).array()); // => [ 23, 34 ]
 */
export function tensordot(a: TensorLike, b: TensorLike, axes: number | readonly [Axis, Axis]): Tensor {
  const api = "tf.tensordot";
  const [left, right] = pair(api, a, b) as [Tensor, Tensor];
  const shapes = [rankedShape(api, left), rankedShape(api, right)] as const;
  const [axesA, axesB] = contracted(api, shapes, axes);
  const freeA = others(shapes[0], axesA);
  const freeB = others(shapes[1], axesB);
  const product = run(api, "MatMul", [matrix(api, left, freeA, axesA), matrix(api, right, axesB, freeB)]);
  const known = [...freeA.map((axis) => shapes[0][axis]), ...freeB.map((axis) => shapes[1][axis])];
  if (known.every((length) => length !== null)) return reshape(api, product, convert(api, known as number[], "int32"));
  const parts = [partOf(api, left, freeA), partOf(api, right, freeB)];
  return reshape(api, product, run(api, "ConcatV2", [parts, convert(api, 0, "int32")]));
}

function contracted(
  api: string,
  shapes: readonly [Shape, Shape],
  axes: number | readonly [Axis, Axis],
): [number[], number[]] {
  const isPair = Array.isArray(axes) && axes.length === 2;
  const count = isPair ? 0 : (axes as number);
  if (
    typeof count !== "number" ||
    count < 0 ||
    count > Math.min(shapes[0].length, shapes[1].length) ||
    !Number.isInteger(count)
  ) {
    throw invalidArgument(
      api,
      `axes of at most the ranks of ${shapeText(shapes[0])} and ${shapeText(shapes[1])}`,
      describe(axes),
    );
  }
  const numbers = Array.from({ length: count }, (_, i) => i);
  const pairs = isPair ? axes : [numbers.map((i) => shapes[0].length - count + i), numbers];
  const [axesA, axesB] = shapes.map((shape, i) =>
    [pairs[i] as Axis].flat().map((axis) => normalizeAxis(api, axis, shape.length)),
  ) as [number[], number[]];
  const fits =
    axesA.length === axesB.length &&
    axesA.every((axis, i) => equalOrUnknown(shapes[0][axis], shapes[1][axesB[i] as number]));
  if (!fits)
    throw invalidArgument(
      api,
      "pairs of axes of equal lengths",
      `axes [${axesA}] of ${shapeText(shapes[0])} and [${axesB}] of ${shapeText(shapes[1])}`,
    );
  return [axesA, axesB];
}

const equalOrUnknown = (x: number | null | undefined, y: number | null | undefined): boolean =>
  x === y || x === null || y === null;
const others = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));

/** `tensor` with its axes ordered `rows`, then `columns`, as one matrix. */
function matrix(api: string, tensor: Tensor, rows: readonly number[], columns: readonly number[]): Tensor {
  const order = [...rows, ...columns];
  const ordered = order.every((axis, i) => axis === i)
    ? tensor
    : run(api, "Transpose", [tensor, convert(api, order, "int32")]);
  const sizes = [rows, columns].map((axes) =>
    axes.reduce<number | null>((size, axis) => times(size, tensor.staticShape?.[axis]), 1),
  );
  if (sizes.every((size) => size !== null)) return reshape(api, ordered, convert(api, sizes as number[], "int32"));
  const products = [rows, columns].map((axes) =>
    run(api, "Prod", [partOf(api, tensor, axes), convert(api, [0], "int32")]),
  );
  return reshape(api, ordered, run(api, "Pack", [products]));
}

const times = (size: number | null, length: number | null | undefined): number | null =>
  size === null || length === null || length === undefined ? null : size * length;

/** The lengths of some axes, at run time. */
function partOf(api: string, tensor: Tensor, axes: readonly number[]): Tensor {
  const zero = convert(api, 0, "int32");
  return run(api, "GatherV2", [convert(api, lengths(tensor), "int32"), convert(api, axes, "int32"), zero]);
}

function reshape(api: string, tensor: Tensor, shape: Tensor): Tensor {
  return run(api, "Reshape", [tensor, shape]);
}

/**
 * The sum of products that an equation describes, as `"ij,jk->ik"`: labels that are not behind the arrow are summed over. Without an arrow,
 * the labels that occur once remain, in the order of the alphabet. `...` stands for axes that broadcast. Numeric dtypes.
 * @throws when the equation has another number of parts than there are tensors, or lengths of one label differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/einsum
 * @example
 * console.log(tf.einsum("ij,jk->ik", [[1, 2], [3, 4]], [[5], [6]]).array()); // => [ [ 17 ], [ 39 ] ]
 * console.log(tf.einsum("ii->", [[1, 2], [3, 4]]).item()); // => 5
 */
export function einsum(equation: string, ...inputs: readonly (TensorLike | Readonly<Record<string, never>>)[]): Tensor {
  const api = "tf.einsum";
  const tensors = convertAll(api, takeOptions(api, inputs, {}).values);
  const { terms, result } = parse(api, equation, tensors.length);
  const queue = terms.map((labels, i) => ({ labels, tensor: tensors[i] as Tensor }));
  while (queue.length > 2) {
    const [x, y] = queue.splice(0, 2) as [(typeof queue)[number], (typeof queue)[number]];
    const labels = remaining(x.labels + y.labels, [...queue.map((term) => term.labels), result]);
    queue.unshift({
      labels,
      tensor: run(api, "Einsum", [[x.tensor, y.tensor]], { equation: `${x.labels},${y.labels}->${labels}` }),
    });
  }
  return run(api, "Einsum", [queue.map((term) => term.tensor)], {
    equation: `${queue.map((term) => term.labels).join(",")}->${result}`,
  });
}

function parse(api: string, equation: string, count: number): { terms: string[]; result: string } {
  const parts = /^((?:[a-zA-Z]|\.\.\.|,)*)(?:->((?:[a-zA-Z]|\.\.\.)*))?$/.exec(String(equation).replace(/\s/g, ""));
  if (!parts) throw invalidArgument(api, 'an equation of letters and "..." such as "ij,jk->ik"', describe(equation));
  const terms = (parts[1] as string).split(",");
  if (terms.length !== count)
    throw invalidArgument(api, `${terms.length} tensors for ${JSON.stringify(equation)}`, String(count));
  return { terms, result: parts[2] ?? implied(parts[1] as string) };
}

/** The labels behind an arrow that is not written: those that occur once, sorted. */
function implied(labels: string): string {
  const letters = [...labels.replace(/[.,]/g, "")];
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter)).sort();
  return (labels.includes("...") ? "..." : "") + once.join("");
}

/** The labels of a product of two terms that later terms or the result still need. */
function remaining(labels: string, later: readonly string[]): string {
  const needed = later.join("");
  const letters = [...new Set(labels.replace(/\./g, ""))].filter((letter) => needed.includes(letter));
  return (labels.includes("...") ? "..." : "") + letters.join("");
}
