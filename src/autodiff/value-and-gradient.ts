/** tf.valueAndGradient: a tape for one call. */
import { describe, invalidArgument } from "../base/errors.ts";
import { flatten, type Nest, packLike } from "../base/nests.ts";
import { Scope } from "../runtime/scopes.ts";
import { Tensor } from "../runtime/tensor.ts";
import type { Variable } from "../runtime/variable.ts";
import type { GradientsOf, Source } from "./gradient-arguments.ts";
import { GradientTape } from "./gradient-tape.ts";

/** What {@link valueAndGradient} gives. */
export interface ValueAndGradient<T, G> {
  /** What the function returned. */
  value: T;
  gradients: G;
}

/**
 * Runs `fn`, which returns a float tensor, and computes its gradients (the sum of its elements' gradients) with respect to
 * `variables`: variables and tensors, alone or in arrays and objects, whose structure the gradients have. A gradient is `null` where
 * the value does not depend on the variable. Everything else that `fn` made is freed.
 * @throws when an op on the way has no gradient, when `fn` returns a promise or no float tensor.
 * @see https://www.tensorflow.org/api_docs/python/tf/GradientTape
 * @example
 * const w = new tf.Variable([1, 2]);
 * const { value, gradients } = tf.valueAndGradient(() => tf.reduceSum(tf.square(w)), [w]);
 * console.log(value.item(), gradients[0]?.array()); // => 5 [ 2, 4 ]
 */
export function valueAndGradient<T extends Tensor, const S extends Nest<Source>>(
  fn: () => T,
  variables: S,
): ValueAndGradient<T, GradientsOf<S>>;
/**
 * The same with respect to all trainable variables that `fn` reads, in the order in which it reads them first.
 * @example
 * const w = new tf.Variable(3);
 * const { gradients, variables } = tf.valueAndGradient(() => tf.square(w));
 * console.log(gradients[0]?.item(), variables[0] === w); // => 6 true
 */
export function valueAndGradient<T extends Tensor>(
  fn: () => T,
): ValueAndGradient<T, (Tensor | null)[]> & { variables: Variable[] };
export function valueAndGradient(
  fn: () => Tensor,
  variables?: Nest<Source>,
): ValueAndGradient<Tensor, unknown> & { variables?: Variable[] } {
  if (typeof fn !== "function") throw invalidArgument("tf.valueAndGradient", "a function", describe(fn));
  using scope = new Scope();
  using tape = new GradientTape();
  if (variables !== undefined) tape.watch(variables);
  const value = tape.record(fn);
  if (!(value instanceof Tensor))
    throw invalidArgument("tf.valueAndGradient", "a function that returns a tensor", describe(value));
  const sources = variables === undefined ? tape.watchedVariables() : flatten<Source>(variables);
  const gradients = tape.gradient(value, sources);
  scope.keep([value, ...gradients]);
  if (variables === undefined) return { value, gradients, variables: sources as Variable[] };
  return { value, gradients: packLike(variables as Nest<unknown>, gradients) };
}
