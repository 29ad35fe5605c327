/** Order: sorted elements, their positions, and searches among them. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, oneAxis, oneOf, rankedShape, run, runAll } from "../operands.ts";
import { transpose } from "./shapes.ts";

/**
 * The `k` largest elements along the last axis, from the largest down, and their positions: both `[..., k]`; real dtypes.
 * @param options.k how many; 1 when not given.
 * @param options.sorted false leaves their order open.
 * @throws when `k` is larger than the last axis, or there is none.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/top_k
 * @example
 * const { values, indices } = tf.math.topK([1, 9, 5], { k: 2 });
 * console.log(values.array(), indices.array()); // => [ 9, 5 ] [ 1, 2 ]
 */
export function topK(
  input: TensorLike,
  options: { k?: number | Tensor | undefined; sorted?: boolean | undefined } = {},
): { values: Tensor; indices: Tensor } {
  const api = "tf.math.topK";
  checkOptions(api, options, { k: true, sorted: true });
  const tensor = convert(api, input);
  const { k = 1, sorted = true } = options;
  const length = tensor.staticShape?.at(-1);
  if (tensor.staticShape?.length === 0 || (typeof k === "number" && k > (length ?? k)))
    throw invalidArgument(api, `at least ${k} elements along the last axis`, `shape ${shapeText(tensor.staticShape)}`);
  const [values, indices] = runAll(api, "TopKV2", [tensor, integers(api, k)], { sorted }) as [Tensor, Tensor];
  return { values, indices };
}

/** What sorting takes. */
export interface SortOptions {
  /** The axis along which elements are sorted; the last when not given. */
  axis?: number | undefined;
  /** From the smallest up, which is the default, or from the largest down. */
  direction?: "ASCENDING" | "DESCENDING" | undefined;
}

/**
 * The elements in order along `axis`: `[...]`; real dtypes.
 * @throws when the axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/sort
 * @example
 * console.log(tf.sort([2, 3, 1]).array(), tf.sort([2, 3, 1], { direction: "DESCENDING" }).array()); // => [ 1, 2, 3 ] [ 3, 2, 1 ]
 */
export function sort(values: TensorLike, options: SortOptions = {}): Tensor {
  checkOptions("tf.sort", options, { axis: true, direction: true });
  return ordered("tf.sort", values, options, 0);
}

/**
 * The positions of the elements in order along `axis`, int32: elements that are equal keep their order; `[...]`, real dtypes.
 * @throws when the axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/argsort
 * @example
 * console.log(tf.argsort([2, 3, 1]).array()); // => [ 2, 0, 1 ]
 */
export function argsort(values: TensorLike, options: SortOptions = {}): Tensor {
  checkOptions("tf.argsort", options, { axis: true, direction: true });
  return ordered("tf.argsort", values, options, 1);
}

/** Output 0 (values) or 1 (positions) of TopKV2 over the whole axis, which it takes last; rising order is the falling one of the opposite. */
function ordered(
  api: string,
  values: TensorLike,
  { axis = -1, direction = "ASCENDING" }: SortOptions,
  output: 0 | 1,
): Tensor {
  const tensor = convert(api, values);
  const rank = rankedShape(api, tensor).length;
  const place = oneAxis(api, axis, tensor.staticShape);
  const perm = Array.from({ length: rank }, (_, i) => (i === place ? rank - 1 : i === rank - 1 ? place : i));
  const swap = (x: Tensor): Tensor => (place === rank - 1 ? x : transpose(x, { perm }));
  // -x overflows for the smallest integer and does not exist for unsigned ones; inverted bits reverse the order of all of them.
  const opposite = dtypeFacts[tensor.dtype].kind === "float" ? "Neg" : "Invert";
  const isRising = oneOf(api, "direction", direction, ["ASCENDING", "DESCENDING"]) === "ASCENDING";
  const keys = isRising ? run(api, opposite, [swap(tensor)]) : swap(tensor);
  const length = run(api, "GatherV2", [
    run(api, "Shape", [keys]),
    convert(api, rank - 1, "int32"),
    convert(api, 0, "int32"),
  ]);
  const result = runAll(api, "TopKV2", [keys, length], { sorted: true })[output] as Tensor;
  return swap(isRising && output === 0 ? run(api, opposite, [result]) : result);
}

/**
 * The inverse of a permutation `[n]`, int32 or int64: `y[x[i]] = i`.
 * @throws when `x` is not a permutation of 0 to n - 1.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/invert_permutation
 * @example
 * console.log(tf.math.invertPermutation([2, 0, 1]).array()); // => [ 1, 2, 0 ]
 */
export function invertPermutation(x: TensorLike): Tensor {
  return run("tf.math.invertPermutation", "InvertPermutation", [integers("tf.math.invertPermutation", x)]);
}
