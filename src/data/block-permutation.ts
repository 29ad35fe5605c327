/**
 * The block shuffle, for data that does not fit into memory: the records are cut into blocks that lie together on the disk, the blocks are
 * permuted, and the records are permuted within each window of several blocks. Like the global shuffle it is exact and a function of
 * (seed, epoch, index). A rotation of the records, another one each epoch, moves the cuts, and with them the block that is not full.
 */
import { mixSeeds } from "../base/seeds.ts";
import { executeOne } from "../runtime/executor.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { int64, range } from "./ops.ts";
import { drawBelow, permute, permuteWindows } from "./permutation.ts";

/** How the records are cut. */
export interface BlockLayout {
  /** Number of records. */
  readonly n: number;
  /** Number of records in a block. */
  readonly blockSize: number;
  /** Number of blocks in a window. */
  readonly windowBlocks: number;
  readonly seed: number;
}

const add = (a: Tensor, b: Tensor): Tensor => executeOne("AddV2", [a, b]);
const times = (a: Tensor, factor: number): Tensor => executeOne("Mul", [a, int64(factor)]);

/**
 * The records at `positions` of the shuffled epochs.
 * @param positions int64, [] or [m], each within [0, n)
 * @param epochs int64, [] or [m]
 */
export function permuteBlocks(layout: BlockLayout, positions: Tensor, epochs: Tensor): Tensor {
  const { n, blockSize, windowBlocks, seed } = layout;
  if (n <= 1) return positions;
  const mixed = permuteWindows(n, blockSize * windowBlocks, mixSeeds(seed, 1), positions, epochs);
  const place = executeOne("FloorDiv", [mixed, int64(blockSize)]);
  const inside = executeOne("Sub", [mixed, times(place, blockSize)]);
  return rotated(layout, add(times(blockAt(layout, place, epochs), blockSize), inside), epochs);
}

/** First records of the blocks of one epoch, in the order in which they are read: [ceil(n / blockSize)]. */
export function blockOrder(layout: BlockLayout, epoch: number): BigInt64Array {
  return tidy(() => {
    const numBlocks = Math.ceil(layout.n / layout.blockSize);
    const blocks = blockAt(layout, range(int64(0), int64(numBlocks)), int64(epoch));
    return rotated(layout, times(blocks, layout.blockSize), int64(epoch)).data() as BigInt64Array;
  });
}

/** Which block is read at a place. A last one that is not full stays there: the rotation decides what is in it. */
function blockAt({ n, blockSize, seed }: BlockLayout, place: Tensor, epochs: Tensor): Tensor {
  const numWhole = Math.floor(n / blockSize);
  if (numWhole <= 1) return place;
  const block = permute(numWhole, mixSeeds(seed, 2), executeOne("Minimum", [place, int64(numWhole - 1)]), epochs);
  if (n % blockSize === 0) return block;
  return executeOne("SelectV2", [executeOne("Less", [place, int64(numWhole)]), block, place]);
}

function rotated({ n, seed }: BlockLayout, records: Tensor, epochs: Tensor): Tensor {
  return executeOne("FloorMod", [add(records, drawBelow(n, mixSeeds(seed, 3), epochs)), int64(n)]);
}
