/** `tf.random.experimental`: permutations as functions of their seed. */
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run } from "../operands.ts";
import { philox, type Seed, seedOf, streamOf } from "./kernels.ts";

/**
 * The rows of `value` (along its first axis) in another order, a function of `seed`.
 * @throws when `value` is a scalar.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/experimental/stateless_shuffle
 * @example
 * console.log(tf.sort(tf.random.experimental.statelessShuffle([1, 2, 3], [1, 2])).array()); // => [ 1, 2, 3 ]
 */
export function statelessShuffle(value: TensorLike, seed: Seed): Tensor {
  const api = "tf.random.experimental.statelessShuffle";
  const { key, counter } = streamOf(api, seedOf(api, seed));
  return run(api, "StatelessShuffle", [convert(api, value), key, counter, philox()]);
}
