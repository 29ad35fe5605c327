/**
 * The global shuffle: element i of an epoch is record p(i), where p is a permutation of [0, n) that follows from (seed, epoch) alone.
 * Nothing is stored and nothing is read ahead: any part of the order can be computed by anybody, at any time.
 */
import { execute, executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { constant, gather, int32, int64, int64s, range, reshape } from "./ops.ts";

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
  return n < SORT_BELOW ? bySorting(n, seed, positions, epochs) : cipher(positions, keyOf(seed, epochs), int64(n - 1));
}

/**
 * The same for [0, n) cut into windows of `size`, each of which is permuted in itself; the last one may be smaller.
 * @param positions int64, [] or [m], each within [0, n)
 * @param epochs int64, [] or [m]
 */
export function permuteWindows(n: number, size: number, seed: number, positions: Tensor, epochs: Tensor): Tensor {
  if (size >= n) return permute(n, seed, positions, epochs);
  const window = floorDiv(positions, size);
  const start = times(window, size);
  const inside = executeOne("Sub", [positions, start]);
  const pass = executeOne("AddV2", [times(epochs, Math.ceil(n / size)), window]);
  const last = n % size;
  const permuted = (length: number): Tensor =>
    permute(length, seed, executeOne("Minimum", [inside, int64(length - 1)]), pass);
  const moved = (): Tensor => {
    if (last === 0) return permute(size, seed, inside, pass);
    if (last >= SORT_BELOW) {
      const most = executeOne("Minimum", [executeOne("Sub", [int64(n - 1), start]), int64(size - 1)]);
      return cipher(inside, keyOf(seed, pass), most);
    }
    const isWhole = executeOne("Less", [window, int64(Math.floor(n / size))]);
    return executeOne("SelectV2", [isWhole, permuted(size), permuted(last)]);
  };
  return executeOne("AddV2", [start, moved()]);
}

/** A number of [0, n) for each epoch: int64, of the shape of `epochs`. */
export function drawBelow(n: number, seed: number, epochs: Tensor): Tensor {
  const bits = executeOne("RightShift", [hashOf(seed, epochs), uint64(1n)]);
  return executeOne("FloorMod", [executeOne("Cast", [bits], { SrcT: "uint64", DstT: "int64" }), int64(n)]);
}

/** RandomIndexShuffle: a keyed permutation of [0, most], evaluated at `positions`. */
function cipher(positions: Tensor, key: Tensor, most: Tensor): Tensor {
  const at = (indices: Tensor, keys: Tensor, mosts: Tensor): Tensor =>
    executeOne("RandomIndexShuffle", [indices, keys, mosts], { rounds: ROUNDS });
  if (positions.rank === 0 || (positions.staticShape?.[0] ?? 0) > 0) return at(positions, key, most);
  // The op refuses no positions at all, which a shard of a small last batch has: one more is asked for, and dropped.
  const keys = key.rank === 2 ? oneMore(key, constant("uint64", [1, 3], new BigUint64Array(3))) : key;
  const order = at(oneMore(positions, int64s([0])), keys, most.rank === 1 ? oneMore(most, int64s([0])) : most);
  return executeOne("StridedSlice", [order, int64s([0]), int64s([-1]), int64s([1])]);
}

const oneMore = (rows: Tensor, row: Tensor): Tensor => executeOne("ConcatV2", [[rows, row], int32(0)]);

const floorDiv = (a: Tensor, divisor: number): Tensor => executeOne("FloorDiv", [a, int64(divisor)]);
const times = (a: Tensor, factor: number): Tensor => executeOne("Mul", [a, int64(factor)]);

/**
 * Keys of three 32-bit words, in the low halves of uint64: [3], or [m, 3] for epochs [m]. RandomIndexShuffle spreads its key badly:
 * keys that follow one another give related orders, so (seed, epoch) is hashed (MurmurHash3's finalizer over both).
 */
function keyOf(seed: number, epochs: Tensor): Tensor {
  const hash = hashOf(seed, epochs);
  return executeOne("Pack", [[hash, high(hash), high(multiply(hash, 0xd6e8feb86659fd93n))]], { axis: -1 });
}

/** uint64 of the shape of `epochs`. */
function hashOf(seed: number, epochs: Tensor): Tensor {
  const numbered = multiply(executeOne("Cast", [epochs], { SrcT: "int64", DstT: "uint64" }), 0x9e3779b97f4a7c15n);
  const begun = executeOne("AddV2", [numbered, uint64(BigInt(seed) * 0xd1342543de82ef95n)]);
  return foldHigh(multiply(foldHigh(multiply(foldHigh(begun), 0xff51afd7ed558ccdn)), 0xc4ceb9fe1a85ec53n));
}

const uint64 = (value: bigint): Tensor => constant("uint64", [], BigUint64Array.of(BigInt.asUintN(64, value)));
const multiply = (a: Tensor, factor: bigint): Tensor => executeOne("Mul", [a, uint64(factor)]);
const high = (a: Tensor): Tensor => executeOne("RightShift", [a, uint64(32n)]);
const foldHigh = (a: Tensor): Tensor => executeOne("BitwiseXor", [a, high(a)]);

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
  const drawn = reshape(cipher(numbers, keys, int64(KEY_RANGE - 1)), [-1, n]);
  return execute("TopKV2", [drawn, int32(n)], { sorted: true, index_type: "int64" })[1] as Tensor;
}
