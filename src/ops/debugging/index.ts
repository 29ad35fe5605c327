/** `tf.debugging`: checks of values. Eager ones throw at once; in a traced function they run with it and make it fail. */
import { TensorfleetError } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { execute, isTracing } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from "../math/comparisons.ts";
import { reduceAll } from "../math/reductions.ts";
import { pair, run } from "../operands.ts";

/** What assertions take. */
export interface AssertOptions {
  /** What the error says first. */
  message?: string | undefined;
  /** How many elements of each tensor a traced assertion prints; 3 when not given. */
  summarize?: number | undefined;
}

function assertPairs(
  api: string,
  relation: string,
  compare: (x: TensorLike, y: TensorLike) => Tensor<"bool">,
  x: TensorLike,
  y: TensorLike,
  options: AssertOptions,
): void {
  const [left, right] = pair(api, x, y) as [Tensor, Tensor];
  const holds = reduceAll(compare(left, right));
  const expectation = `${api}: ${options.message ? `${options.message}; ` : ""}expected x ${relation} y for every element`;
  if (isTracing()) {
    execute("Assert", [holds, [convert(api, expectation), left, right]], { summarize: options.summarize ?? 3 });
  } else if (!holds.item()) {
    throw new TensorfleetError("invalidArgument", `${expectation}, got x = ${left} and y = ${right}`);
  }
}

/**
 * Checks that `x == y` for every pair of elements, broadcast.
 * @throws when it does not hold.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/assert_equal
 * @example
 * tf.debugging.assertEqual([1, 2], [1, 2]);
 */
export function assertEqual(x: TensorLike, y: TensorLike, options: AssertOptions = {}): void {
  checkOptions("tf.debugging.assertEqual", options, { message: true, summarize: true });
  assertPairs("tf.debugging.assertEqual", "==", equal, x, y, options);
}

/**
 * Checks that `x != y` for every pair of elements, broadcast.
 * @throws when it does not hold.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/assert_none_equal
 * @example
 * tf.debugging.assertNoneEqual([1, 2], 3);
 */
export function assertNoneEqual(x: TensorLike, y: TensorLike, options: AssertOptions = {}): void {
  checkOptions("tf.debugging.assertNoneEqual", options, { message: true, summarize: true });
  assertPairs("tf.debugging.assertNoneEqual", "!=", notEqual, x, y, options);
}

/**
 * Checks that `x < y` for every pair of elements, broadcast.
 * @throws when it does not hold.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/assert_less
 * @example
 * tf.debugging.assertLess([1, 2], 3);
 */
export function assertLess(x: TensorLike, y: TensorLike, options: AssertOptions = {}): void {
  checkOptions("tf.debugging.assertLess", options, { message: true, summarize: true });
  assertPairs("tf.debugging.assertLess", "<", less, x, y, options);
}

/**
 * Checks that `x <= y` for every pair of elements, broadcast.
 * @throws when it does not hold.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/assert_less_equal
 * @example
 * tf.debugging.assertLessEqual([1, 2], 2);
 */
export function assertLessEqual(x: TensorLike, y: TensorLike, options: AssertOptions = {}): void {
  checkOptions("tf.debugging.assertLessEqual", options, { message: true, summarize: true });
  assertPairs("tf.debugging.assertLessEqual", "<=", lessEqual, x, y, options);
}

/**
 * Checks that `x > y` for every pair of elements, broadcast.
 * @throws when it does not hold.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/assert_greater
 * @example
 * tf.debugging.assertGreater([1, 2], 0);
 */
export function assertGreater(x: TensorLike, y: TensorLike, options: AssertOptions = {}): void {
  checkOptions("tf.debugging.assertGreater", options, { message: true, summarize: true });
  assertPairs("tf.debugging.assertGreater", ">", greater, x, y, options);
}

/**
 * Checks that `x >= y` for every pair of elements, broadcast.
 * @throws when it does not hold.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/assert_greater_equal
 * @example
 * tf.debugging.assertGreaterEqual([1, 2], 1);
 */
export function assertGreaterEqual(x: TensorLike, y: TensorLike, options: AssertOptions = {}): void {
  checkOptions("tf.debugging.assertGreaterEqual", options, { message: true, summarize: true });
  assertPairs("tf.debugging.assertGreaterEqual", ">=", greaterEqual, x, y, options);
}

/**
 * Checks the number of axes of `x`.
 * @throws when it is another one.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/assert_rank
 * @example
 * tf.debugging.assertRank([1, 2], 1);
 */
export function assertRank(x: TensorLike, rank: number, options: Pick<AssertOptions, "message"> = {}): void {
  checkOptions("tf.debugging.assertRank", options, { message: true });
  const { staticShape } = convert("tf.debugging.assertRank", x);
  if (staticShape !== null && staticShape.length !== rank) {
    const message = options.message ? `${options.message}; ` : "";
    throw new TensorfleetError(
      "invalidArgument",
      `tf.debugging.assertRank: ${message}expected ${rank} axes, got shape ${shapeText(staticShape)}`,
    );
  }
}

/**
 * `tensor` as it is; floating dtypes.
 * @throws when an element is infinite or NaN, with `message`.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/check_numerics
 * @example
 * console.log(tf.debugging.checkNumerics([1, 2], "activations").array()); // => [ 1, 2 ]
 */
export function checkNumerics(tensor: TensorLike, message: string): Tensor {
  return run("tf.debugging.checkNumerics", "CheckNumericsV2", [convert("tf.debugging.checkNumerics", tensor)], {
    message,
  });
}

/**
 * `x` as it is; floating dtypes. The same as `tf.debugging.checkNumerics`, under the name that TensorFlow's assertions have.
 * @throws when an element is infinite or NaN, with `message`.
 * @see https://www.tensorflow.org/api_docs/python/tf/debugging/assert_all_finite
 * @example
 * console.log(tf.debugging.assertAllFinite([1, 2], "logits").array()); // => [ 1, 2 ]
 */
export function assertAllFinite(x: TensorLike, message: string): Tensor {
  return checkNumerics(x, message);
}
