/**
 * The global shuffle: element i of an epoch is record p(i), where p is a permutation of [0, n) that follows from (seed, epoch) alone.
 * Nothing is stored and nothing is read ahead: any part of the order can be computed by anybody, at any time.
 */
import { execute, executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { gather, int32, int64, range, reshape } from "./ops.ts";

/** TensorFlow's default of 4 rounds leaves neighbours correlated; from 8 on the order passes for a true permutation. */
const ROUNDS = 8;
/** Below this size the block cipher behind RandomIndexShuffle walks long ways to stay within [0, n): sorting random keys is faster. */
const SORT_BELOW = 512;
const KEY_RANGE = 2 ** 40;

/**
 * The records at `positions` of the shuffled epochs.
 * @param positions int64, [] or [m], each within [0, n)
 * @param epochs int64, [] or [m]
 */
export function permute(n: number, seed: number, positions: Tensor, epochs: Tensor): Tensor {
  if (n <= 1) return positions;
  return n < SORT_BELOW ? bySorting(n, seed, positions, epochs) : cipher(positions, keyOf(seed, epochs), n);
}

/** RandomIndexShuffle: a keyed permutation of [0, n), evaluated at `positions`. */
function cipher(positions: Tensor, key: Tensor, n: number): Tensor {
  return executeOne("RandomIndexShuffle", [positions, key, int64(n - 1)], { rounds: ROUNDS });
}

/** Keys of three words: [3], or [m, 3] for epochs [m]. */
function keyOf(seed: number, epochs: Tensor): Tensor {
  const low = executeOne("BitwiseAnd", [epochs, int64(0xffffffff)]);
  const high = executeOne("RightShift", [epochs, int64(32)]);
  const word = executeOne("AddV2", [executeOne("ZerosLike", [epochs]), int64(seed >>> 0)]);
  return executeOne("Pack", [[word, low, high]], { axis: -1 });
}

/** Sorts [0, n) by pseudorandom keys, once for each epoch that occurs, and looks the positions up. */
function bySorting(n: number, seed: number, positions: Tensor, epochs: Tensor): Tensor {
  if (epochs.rank === 0) return gather(reshape(sorted(n, seed, reshape(epochs, [1])), [n]), positions);
  const [distinct, place] = execute("Unique", [epochs], { out_idx: "int64" }) as [Tensor, Tensor];
  const orders = reshape(sorted(n, seed, distinct), [-1]);
  return gather(orders, executeOne("AddV2", [executeOne("Mul", [place, int64(n)]), positions]));
}

/** One permutation of [0, n) for each of `epochs` [t]: [t, n]. The sorting keys are a cipher of a larger range: no two are equal. */
function sorted(n: number, seed: number, epochs: Tensor): Tensor {
  const numEpochs = executeOne("Size", [epochs], { out_type: "int64" });
  const ordinals = range(int64(0), executeOne("Mul", [numEpochs, int64(n)]));
  const numbers = executeOne("FloorMod", [ordinals, int64(n)]);
  const keys = gather(keyOf(seed, epochs), executeOne("FloorDiv", [ordinals, int64(n)]));
  const drawn = reshape(cipher(numbers, keys, KEY_RANGE), [-1, n]);
  return execute("TopKV2", [drawn, int32(n)], { sorted: true, index_type: "int64" })[1] as Tensor;
}
