/**
 * The order in which shards are summed: one complete binary tree over their numbers, whoever holds them. Workers add up whole subtrees
 * of their own shards; what is left of the tree is the same expression for every number of workers, so its bits are too.
 */
import { describe, invalidArgument } from "../base/errors.ts";

/** The shards from `from` up to, not including, `to`: a worker's share, or a node of the tree. */
export interface ShardRange {
  readonly from: number;
  readonly to: number;
}

/** One inner node of the tree: the sum of part `from` is added, on the right, to that of part `into`. */
export interface Addition {
  readonly into: number;
  readonly from: number;
}

/** The shards of each worker: contiguous, as equal as can be, the larger shares first. Workers beyond `numShards` get none. */
export function shardRanges(numShards: number, numWorkers: number): readonly ShardRange[] {
  checkCount("shardRanges", "shards", numShards);
  checkCount("shardRanges", "workers", numWorkers);
  const [least, larger] = [Math.floor(numShards / numWorkers), numShards % numWorkers];
  const start = (rank: number): number => rank * least + Math.min(rank, larger);
  return Array.from({ length: numWorkers }, (_, rank) => ({ from: start(rank), to: start(rank + 1) }));
}

/** The two operands of a node, `undefined` for a leaf. The left one is the largest power of two of shards that leaves some on the right. */
export function childrenOf({ from, to }: ShardRange): readonly [ShardRange, ShardRange] | undefined {
  if (to - from <= 1) return undefined;
  const middle = from + 2 ** (31 - Math.clz32(to - from - 1));
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** The largest subtrees that lie in `range`, left to right: the sums that its worker can finish alone. */
export function maximalNodes(numShards: number, range: ShardRange): readonly ShardRange[] {
  const found: ShardRange[] = [];
  const look = (node: ShardRange): void => {
    if (node.to <= range.from || range.to <= node.from) return;
    if (range.from <= node.from && node.to <= range.to) found.push(node);
    else for (const child of childrenOf(node) as readonly ShardRange[]) look(child);
  };
  look({ from: 0, to: numShards });
  return found;
}

/** The parts that the workers contribute, in the order of shards, and where each worker's begin. */
export function partsOf(
  numShards: number,
  numWorkers: number,
): { readonly parts: readonly ShardRange[]; readonly firstOf: readonly number[] } {
  const parts: ShardRange[] = [];
  const firstOf = shardRanges(numShards, numWorkers).map((range) => {
    const first = parts.length;
    parts.push(...maximalNodes(numShards, range));
    return first;
  });
  return { parts, firstOf };
}

/** The additions that finish the tree, in order; the whole sum ends in part 0. */
export function additionsOf(numShards: number, numWorkers: number): readonly Addition[] {
  const { parts } = partsOf(numShards, numWorkers);
  const additions: Addition[] = [];
  let next = 0; // nodes are met from left to right, as parts are numbered
  const sum = (node: ShardRange): number => {
    const part = parts[next] as ShardRange;
    if (part.from === node.from && part.to === node.to) return next++;
    const [left, right] = childrenOf(node) as readonly [ShardRange, ShardRange];
    const addition = { into: sum(left), from: sum(right) };
    additions.push(addition);
    return addition.into;
  };
  sum({ from: 0, to: numShards });
  return additions;
}

function checkCount(api: string, what: string, count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > 2 ** 30)
    throw invalidArgument(api, `a whole number of ${what} from 1 on`, describe(count));
}
