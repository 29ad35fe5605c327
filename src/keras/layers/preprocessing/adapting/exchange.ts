/**
 * Bytes of all shards, exchanged between the workers that have them: each contributes those of its shards among zeros, as words, so
 * that their sum is the bytes themselves. First the lengths, then the bytes in rounds of a fixed length.
 */
import type { Bucket } from "../../../../distribute/flat-layout.ts";
import type { ShardGroup, ShardRange } from "../../../../distribute/shard-group.ts";
import { type EagerTensor, fromRaw } from "../../../../runtime/eager-tensor.ts";
import type { Tensor } from "../../../../runtime/tensor.ts";

const ROW_WORDS = 16;
const WORD_BYTES = 4;
const ROUND_WORDS = 2 ** 18;

/** Length of the largest round. */
export const ROUND_BYTES: number = ROUND_WORDS * WORD_BYTES;

/** Where an exchange stands: the rounds that are over, and the lengths that the first of them gave. */
export interface ExchangePlace {
  round: number;
  lengths: number[] | undefined;
}

/** What a worker has of an exchange; of rounds that were over before it came it has nothing. */
export interface Exchanged {
  readonly parts: readonly Uint8Array[];
  readonly isWhole: boolean;
}

/**
 * Exchanges the bytes of `numShards` shards.
 * @param bytesOf the bytes of a shard of this worker's
 * @param place where the others are; kept up to date
 * @param at is told before each round
 */
export async function exchange(
  numShards: number,
  group: ShardGroup,
  bytesOf: (range: ShardRange) => readonly Uint8Array[],
  place: ExchangePlace,
  at: (round: number) => void,
): Promise<Exchanged> {
  const isWhole = place.round <= 1;
  if (place.lengths === undefined) {
    at(0);
    const ownLengths = (range: ShardRange): Int32Array => {
      const words = new Int32Array(padded(numShards));
      bytesOf(range).forEach((bytes, i) => {
        words[range.from + i] = bytes.length;
      });
      return words;
    };
    place.lengths = [...(await sumOf(group, padded(numShards), ownLengths)).subarray(0, numShards)];
    place.round = 1;
  }
  const { lengths } = place;
  const offsets = offsetsOf(lengths);
  const total = offsets.at(-1) as number;
  const all = new Uint8Array(total);
  for (; (place.round - 1) * ROUND_BYTES < total; place.round++) {
    at(place.round);
    const begin = (place.round - 1) * ROUND_BYTES;
    const own = (range: ShardRange): Int32Array => {
      const round = new Uint8Array(ROUND_BYTES);
      bytesOf(range).forEach((bytes, i) => {
        const offset = offsets[range.from + i] as number;
        const first = Math.max(begin, offset);
        const last = Math.min(begin + ROUND_BYTES, offset + bytes.length);
        if (first < last) round.set(bytes.subarray(first - offset, last - offset), first - begin);
      });
      return new Int32Array(round.buffer);
    };
    const words = await sumOf(group, ROUND_WORDS, own);
    all.set(new Uint8Array(words.buffer, words.byteOffset, Math.min(ROUND_BYTES, total - begin)), begin);
  }
  const parts = lengths.map((length, i) => all.subarray(offsets[i] as number, (offsets[i] as number) + length));
  return { parts, isWhole };
}

const padded = (words: number): number => Math.ceil(words / ROW_WORDS) * ROW_WORDS;

/** Where the bytes of each shard begin, and where the last ones end. */
function offsetsOf(lengths: readonly number[]): number[] {
  const offsets = [0];
  for (const length of lengths) offsets.push((offsets.at(-1) as number) + length);
  return offsets;
}

async function sumOf(group: ShardGroup, words: number, own: (range: ShardRange) => Int32Array): Promise<Int32Array> {
  const rows = words / ROW_WORDS;
  const bucket: Bucket = { dtype: "int32", rows, rowElements: ROW_WORDS, bytes: words * WORD_BYTES, members: [] };
  group.reached("compute");
  const compute = (range: ShardRange): Tensor[] => [fromRaw("int32", [rows, ROW_WORDS], own(range))];
  const [sum] = (await group.allReduce([bucket], compute, true)) as [EagerTensor];
  group.reached("apply");
  const result = (sum.raw() as Int32Array).slice();
  sum.dispose();
  group.reached("commit");
  return result;
}
